package host

import (
	"bytes"
	"log/slog"
)

// Limits of the logged standard error, per request, in bytes.
const (
	maxLine  = 4 << 10
	maxLines = 64 << 10
)

// lines splits standard error into lines, and logs them.
type lines struct {
	partial []byte
	logged  int
}

func (l *lines) write(rs *Response, p []byte) {
	for len(p) > 0 && l.logged < maxLines {
		i := bytes.IndexByte(p, '\n')
		if i < 0 {
			i = len(p)
		}
		l.partial = append(l.partial, p[:min(i, maxLine-len(l.partial))]...)
		if i == len(p) {
			return
		}
		l.log(rs)
		p = p[i+1:]
	}
}

// end logs a last line without a line end.
func (l *lines) end(rs *Response) {
	if len(l.partial) > 0 {
		l.log(rs)
	}
}

func (l *lines) log(rs *Response) {
	line := string(bytes.TrimSuffix(l.partial, []byte("\r")))
	l.partial = l.partial[:0]
	attrs := append(rs.g.attrs(rs.r), slog.String("line", line))
	l.logged += len(line) + 1
	if l.logged >= maxLines {
		attrs = append(attrs, slog.Bool("last", true)) // further output is dropped
	}
	rs.g.log.LogAttrs(rs.r.Context(), slog.LevelWarn, "script's standard error", attrs...)
}
