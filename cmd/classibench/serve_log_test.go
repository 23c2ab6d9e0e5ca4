package main

import (
	"bytes"
	"errors"
	"log/slog"
	"strings"
	"testing"
)

// A record keeps the form of slog's text; the output of a program stands below it, and
// controls no terminal.
func TestServeLog(t *testing.T) {
	for name, c := range map[string]struct {
		log  func(*slog.Logger)
		want string
	}{
		"a record": {func(l *slog.Logger) { l.Info("fine", slog.String("uri", "/a b")) }, "level=INFO msg=fine uri=\"/a b\"\n"},
		"an output": {func(l *slog.Logger) {
			l.Error("no answer", slog.String("output", "Traceback:\n\tline 1\r\n\x1b[31mred\n"), slog.Any("err", errors.New("bad head")))
		}, "level=ERROR msg=\"no answer\" err=\"bad head\"\n  | Traceback:\n  | \tline 1\n  | ␛[31mred\n"},
		"attributes of the logger":  {func(l *slog.Logger) { l.With("a", 1).WithGroup("g").Warn("m", slog.String("output", "x")) }, "level=WARN msg=m a=1\n  | x\n"},
		"escapes in a value":        {func(l *slog.Logger) { l.Warn("script's standard error", slog.String("line", "\x1b[2Jgone")) }, "line=\"\\x1b[2Jgone\"\n"},
		"no record below the level": {func(l *slog.Logger) { l.Debug("m") }, ""},
	} {
		var b bytes.Buffer
		c.log(slog.New(newServeLog(&b)))
		if got := b.String(); !strings.HasSuffix(got, c.want) || (c.want == "") != (got == "") || strings.Contains(got, "\x1b") {
			t.Errorf("%s: got %q, want %q at its end", name, got, c.want)
		}
	}
}
