package main

import (
	"bytes"
	"fmt"
	"strings"

	"golang.org/x/sys/unix"
)

// An answer is what has come of one, on a connection that is kept.
type answer struct {
	buffer [2048]byte
	n      int
}

// read reads what has come, and reports whether the answer is whole. Only the right one is
// accepted, and only one that keeps the connection.
func (a *answer) read(fd int) (whole bool, err error) {
	n, err := unix.Read(fd, a.buffer[a.n:])
	if err == unix.EINTR || err == unix.EAGAIN {
		return false, nil
	}
	if err != nil || n == 0 {
		return false, fmt.Errorf("read an answer: %d bytes after %q: %w", n, a.buffer[:a.n], err)
	}
	a.n += n
	whole, err = right(a.buffer[:a.n])
	if whole {
		a.n = 0
	}
	return whole, err
}

// right reports whether b is the whole right answer. An error means that it is a wrong one.
func right(b []byte) (whole bool, err error) {
	head, body, ok := bytes.Cut(b, []byte("\r\n\r\n"))
	if !ok {
		return false, nil
	}
	wanted := "ok"
	if bytes.Contains(head, []byte("\r\nTransfer-Encoding: chunked")) {
		wanted = "2\r\nok\r\n0\r\n\r\n"
		body = bytes.TrimLeft(body, "0") // lighttpd writes 02
	}
	if !bytes.HasPrefix(head, []byte("HTTP/1.1 200 OK\r\n")) || bytes.Contains(head, []byte("\r\nConnection: close")) || !strings.HasPrefix(wanted, string(body)) {
		return false, fmt.Errorf("got %.300q; want ok, and a connection that stays", b)
	}
	return len(body) == len(wanted), nil
}
