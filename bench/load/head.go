package load

import (
	"bufio"
	"bytes"
	"net/textproto"
	"strings"
)

// lasts reads ahead, and reports whether the next header is HTTP/1.1 and keeps the
// connection open. fasthttp assumes that a connection without a length ends, even
// for the answer to a HEAD request, which has no body (RFC 9112 §6.3).
func (k *conn) lasts() bool {
	for n := 1; ; n = k.r.Buffered() + 1 {
		if _, err := k.r.Peek(n); err != nil {
			return false
		}
		held, _ := k.r.Peek(k.r.Buffered())
		if head, _, whole := bytes.Cut(held, []byte("\r\n\r\n")); whole {
			return keepsOpen(head)
		}
		if bytes.Contains(held, []byte("\n\n")) || bytes.Contains(held, []byte("\n\r\n")) {
			return false // lines end in LF alone: assume the end, to be safe
		}
	}
}

// keepsOpen reports whether a header, without its empty line, keeps the connection
// open.
func keepsOpen(head []byte) bool {
	version, fields, _ := bytes.Cut(head, []byte("\r\n"))
	if !bytes.HasPrefix(version, []byte("HTTP/1.1 ")) || bytes.HasPrefix(version, []byte("HTTP/1.1 1")) {
		return false // an interim answer: the final one decides
	}
	whole := append(bytes.Clone(fields), "\r\n\r\n"...)
	h, err := textproto.NewReader(bufio.NewReader(bytes.NewReader(whole))).ReadMIMEHeader()
	return err == nil && !strings.Contains(strings.ToLower(strings.Join(h["Connection"], ",")), "close")
}
