package traffic

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/classibench/classibench/scenarios"
)

// longestLine bounds a line with an address, in bytes. It is that of vegeta's reader.
const longestLine = 64<<10 - 1

// readList reads one address a line, with a method before it or not. Lines that begin with
// # are comments.
func readList(src *bufio.Reader, c *collector) error {
	l := &lines{src: src, limit: longestLine}
	for {
		line, err := l.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if line = strings.TrimSpace(line); err == nil && line != "" && line[0] != '#' {
			err = c.listed(line)
		}
		if err != nil {
			return at(c.name, l.n, err)
		}
	}
}

// listed takes a line of a list.
func (c *collector) listed(line string) error {
	words := strings.Fields(line)
	switch {
	case len(words) == 1 && strings.Contains(words[0], "/"):
		words = []string{http.MethodGet, words[0]}
	case len(words) != 2, strings.Contains(words[0], "/"):
		return fmt.Errorf("%q is not an address, or a method and an address: write /ads?c=3, or POST /ads; a space in an address is %%20. For header fields and bodies use a target file of vegeta", shortened(line))
	case vegetaLine.MatchString(line):
		return fmt.Errorf("%q is a header field, which only target files of vegeta have: read it as %s", shortened(line), VegetaHTTP)
	}
	return c.take(Request{Method: words[0]}, words[1])
}

// take adds a request that its user wrote; a mistake in it is an error.
func (c *collector) take(r Request, address string) error {
	if err := checkMethod(r); err != nil {
		return err
	}
	host, path, err := split(address)
	if err != nil {
		return err
	}
	r.Path = path
	return c.add(r, host, false)
}

func checkMethod(r Request) error {
	known := scenarios.Methods()
	for _, m := range known {
		switch {
		case m != r.Method:
		case r.Body != "" && (m == http.MethodGet || m == http.MethodHead):
			return fmt.Errorf("%s with a body: HTTP gives it no meaning (RFC 9110 §9.3.1); use POST, PUT or PATCH", m)
		default:
			return nil
		}
	}
	return fmt.Errorf("unknown method %q; known are: %s", shortened(r.Method), strings.Join(known, ", "))
}

// shortened is a text that fits into a message.
func shortened(s string) string {
	if len(s) <= 80 {
		return s
	}
	return strings.ToValidUTF8(s[:77], "") + "…"
}
