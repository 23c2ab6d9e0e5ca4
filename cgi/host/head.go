package host

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/classibench/classibench/internal/header"
)

// maxHead is the largest head of a response, in bytes.
const maxHead = 64 << 10

// A head is the part of a script's output before the body (RFC 3875 §6.3).
type head struct {
	status   int    // 0 if not set
	reason   string // phrase of the status; "" if not set
	location string // "" if not set
	length   int64  // of the body; -1 if not set
	header   http.Header
}

// headEnd returns the index after the empty line that ends a head, or -1. Lines end
// in LF or CRLF.
func headEnd(b []byte) int { return headEndAfter(b, 0) }

// headEndAfter is headEnd for a head that grows: its first seen bytes were searched
// before, without an end. A head that comes byte by byte is so read once, and not
// once for each byte.
func headEndAfter(b []byte, seen int) int {
	for i := seen; ; i++ {
		n := bytes.IndexByte(b[i:], '\n')
		if n < 0 {
			return -1
		}
		if i += n; endsEmptyLine(b, i) {
			return i + 1
		}
	}
}

// endsEmptyLine reports whether the LF at index i ends a line without text.
func endsEmptyLine(b []byte, i int) bool {
	if i > 0 && b[i-1] == '\r' {
		i--
	}
	return i == 0 || b[i-1] == '\n'
}

// parseHead parses a head with its empty line. If a field that may occur once is
// repeated, the last value counts. The head of a script that speaks HTTP itself
// (raw) begins with a status line.
func parseHead(b []byte, raw bool) (*head, error) {
	h := &head{length: -1, header: http.Header{}}
	text := string(b)
	if raw {
		line, rest, _ := strings.Cut(text, "\n")
		if err := h.statusLine(strings.TrimSuffix(line, "\r")); err != nil {
			return nil, err
		}
		text = rest
	}
	for {
		line, rest, _ := strings.Cut(text, "\n")
		line = strings.TrimSuffix(line, "\r")
		if line == "" {
			return h, h.check()
		}
		if err := h.field(line); err != nil {
			return nil, err
		}
		text = rest
	}
}

func (h *head) statusLine(line string) error {
	version, status, ok := strings.Cut(line, " ")
	if !ok || !strings.HasPrefix(version, "HTTP/") {
		return fmt.Errorf("not a status line: %.100q", line)
	}
	return h.setStatus(status)
}

func (h *head) setStatus(value string) error {
	code, reason, _ := strings.Cut(value, " ")
	n, err := strconv.ParseUint(code, 10, 16)
	if err != nil || len(code) != 3 || n < 200 || n > 599 {
		return &fieldError{fmt.Errorf("status %.100q: want three digits from 200 to 599, and a reason", value),
			"a status is three digits, a space and a reason: Status: 404 Not Found"}
	}
	h.status, h.reason = int(n), strings.TrimSpace(reason)
	return nil
}

// field parses one line. Names are case-insensitive (RFC 3875 §6.3).
func (h *head) field(line string) error {
	name, value, ok := strings.Cut(line, ":")
	value = strings.Trim(value, " \t")
	if !ok || !isToken(name) || !isText(value) {
		return fmt.Errorf("not a header field: %.100q", withoutQueries(line))
	}
	switch name = http.CanonicalHeaderKey(name); name {
	case "Status":
		return h.setStatus(value)
	case "Location":
		h.location = value
		h.header.Set(name, value)
	case "Content-Type":
		h.header.Set(name, value)
	case "Content-Length":
		n, err := strconv.ParseUint(value, 10, 63)
		if err != nil {
			return &fieldError{fmt.Errorf("Content-Length %.100q: want a number", value),
				"a Content-Length is the number of bytes in the body, in digits: correct it, or leave it out"}
		}
		h.length = int64(n)
		h.header.Set(name, value)
	default:
		if !header.HopByHop(name) { // RFC 3875 §6.3.4: the script does not control the connection to the client
			h.header.Add(name, value)
		}
	}
	return nil
}

// check sets the status if the head has none.
func (h *head) check() error {
	switch {
	case h.status != 0 || h.local():
	case h.location != "":
		h.status = http.StatusFound // RFC 3875 §6.2.3
	case h.header.Get("Content-Type") == "":
		return errors.New("neither Content-Type nor Location nor Status") // §6.2.1
	default:
		h.status = http.StatusOK // §6.3.3
	}
	return nil
}

// local reports whether the response is a local redirect (RFC 3875 §6.2.2). A
// redirect with a Status is for the client, as with other servers, and a path with
// a fragment is no local-pathquery.
func (h *head) local() bool {
	return h.status == 0 && strings.HasPrefix(h.location, "/") && !strings.Contains(h.location, "#")
}

// isToken reports whether s is a valid name of a field (RFC 9110 §5.6.2).
func isToken(s string) bool {
	for i := range len(s) {
		c := s[i]
		letter := 'a' <= c|0x20 && c|0x20 <= 'z' || '0' <= c && c <= '9'
		if !letter && strings.IndexByte("!#$%&'*+-.^_`|~", c) < 0 {
			return false
		}
	}
	return s != ""
}

// isText reports whether s is a valid value of a field: without control characters
// other than the tab (RFC 9110 §5.5).
func isText(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < ' ' && c != '\t' || c == 0x7f {
			return false
		}
	}
	return true
}
