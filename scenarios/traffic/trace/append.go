package trace

import (
	"encoding/base64"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/classibench/classibench/scenarios"
)

// Append appends the line of a hit.
func Append(b []byte, h *Hit) []byte { return AppendRest(AppendTime(b, h.At), h) }

// AppendTime appends the begin of a line, with the time in seconds to the microsecond. The
// rest of the line follows.
func AppendTime(b []byte, at time.Duration) []byte {
	b = append(b, timeKey...)
	b = strconv.AppendInt(b, int64(at/time.Second), 10)
	if micro := at % time.Second / time.Microsecond; micro > 0 {
		digits := strconv.AppendInt(nil, int64(time.Second/time.Microsecond+micro), 10)
		digits[0] = '.'
		b = append(b, digits...)
	}
	return b
}

const timeKey = `{"at":`

// AppendRest appends a line without its begin.
func AppendRest(b []byte, h *Hit) []byte {
	if h.Client != "" {
		b = appendText(append(b, `,"client":`...), h.Client)
	}
	b = appendText(append(b, `,"method":`...), h.Method)
	b = appendText(append(b, `,"url":`...), h.URL)
	b = appendHeader(b, h.Header)
	if len(h.Body) > 0 {
		b = base64.StdEncoding.AppendEncode(append(b, `,"body":"`...), h.Body)
		b = append(b, '"')
	}
	if h.Status > 0 {
		b = strconv.AppendInt(append(b, `,"status":`...), int64(h.Status), 10)
	}
	if h.Size >= 0 {
		b = strconv.AppendInt(append(b, `,"size":`...), h.Size, 10)
	}
	return append(b, "}\n"...)
}

// appendHeader appends fields; those of the same name stand in a row.
func appendHeader(b []byte, header []scenarios.Field) []byte {
	if len(header) == 0 {
		return b
	}
	b = append(b, `,"header":{`...)
	for i, f := range header {
		switch {
		case i > 0 && header[i-1].Name == f.Name:
			b = append(b, ',')
		case i > 0:
			b = append(b, "],"...)
			fallthrough
		default:
			b = append(appendText(b, f.Name), ":["...)
		}
		b = appendText(b, f.Value)
	}
	return append(b, "]}"...)
}

// appendText appends a string of JSON. What is no UTF-8 becomes U+FFFD: JSON cannot hold it.
func appendText(b []byte, s string) []byte {
	const hex = "0123456789abcdef"
	b = append(b, '"')
	begin := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= ' ' && c < utf8.RuneSelf && c != '"' && c != '\\' {
			i++
			continue
		}
		if r, size := utf8.DecodeRuneInString(s[i:]); c >= utf8.RuneSelf && (r != utf8.RuneError || size > 1) {
			i += size
			continue
		}
		b = append(b, s[begin:i]...)
		switch {
		case c == '"' || c == '\\':
			b = append(b, '\\', c)
		case c < ' ':
			b = append(b, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		default:
			b = utf8.AppendRune(b, utf8.RuneError)
		}
		i++
		begin = i
	}
	return append(append(b, s[begin:]...), '"')
}
