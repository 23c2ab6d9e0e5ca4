package persistent_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/textproto"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// A fastClient is a minimal FastCGI client: one request at a time, on one
// connection that stays open (FastCGI 1.0, whose terms name its methods).
type fastClient struct {
	net.Conn
	t *testing.T
}

func dialFast(t *testing.T, l net.Addr) *fastClient {
	t.Helper()
	c, err := net.Dial(l.Network(), l.String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return &fastClient{c, t}
}

const (
	beginRequest = 1
	endRequest   = 3
	params       = 4
	stdin        = 5
	stdout       = 6
)

func (c *fastClient) record(kind byte, content []byte) {
	c.t.Helper()
	head := []byte{1, kind, 0, 1, 0, 0, 0, 0}
	binary.BigEndian.PutUint16(head[4:], uint16(len(content)))
	if _, err := c.Write(append(head, content...)); err != nil {
		c.t.Fatal(err)
	}
}

// send sends a GET request.
func (c *fastClient) send(path string) {
	c.t.Helper()
	c.sendRequest(map[string]string{"REQUEST_METHOD": "GET", "REQUEST_URI": path, "SERVER_PROTOCOL": "HTTP/1.1", "HTTP_HOST": "localhost"}, nil)
}

func (c *fastClient) sendRequest(meta map[string]string, body []byte) {
	c.t.Helper()
	const responder, keep = 1, 1
	c.record(beginRequest, []byte{0, responder, keep, 0, 0, 0, 0, 0})
	var pairs []byte
	for name, value := range meta {
		pairs = appendLength(appendLength(pairs, len(name)), len(value))
		pairs = append(append(pairs, name...), value...)
	}
	c.record(params, pairs)
	c.record(params, nil)
	for piece := range slices.Chunk(body, 0xfff8) {
		c.record(stdin, piece)
	}
	c.record(stdin, nil)
}

// appendLength writes the length of a name or a value (FastCGI 1.0 §3.4).
func appendLength(b []byte, n int) []byte {
	if n < 128 {
		return append(b, byte(n))
	}
	return binary.BigEndian.AppendUint32(b, uint32(n)|1<<31)
}

// receive reads records until the request has ended, and returns the answer.
func (c *fastClient) receive() (status int, header http.Header, body string) {
	c.t.Helper()
	var out bytes.Buffer
	for {
		head := make([]byte, 8)
		if _, err := io.ReadFull(c, head); err != nil {
			c.t.Fatalf("the answer was cut off after %q: %v", out.String(), err)
		}
		content := make([]byte, int(binary.BigEndian.Uint16(head[4:]))+int(head[6]))
		if _, err := io.ReadFull(c, content); err != nil {
			c.t.Fatal(err)
		}
		content = content[:len(content)-int(head[6])]
		switch head[1] {
		case stdout:
			out.Write(content)
		case endRequest:
			return parseCGI(c.t, &out)
		}
	}
}

// parseCGI reads a CGI response (RFC 3875 §6).
func parseCGI(t *testing.T, r io.Reader) (status int, header http.Header, body string) {
	t.Helper()
	br := bufio.NewReader(r)
	fields, err := textproto.NewReader(br).ReadMIMEHeader()
	if err != nil {
		t.Fatal(err)
	}
	status, header = http.StatusOK, http.Header(fields)
	if s := header.Get("Status"); s != "" {
		if status, err = strconv.Atoi(strings.Fields(s)[0]); err != nil {
			t.Fatal(err)
		}
		header.Del("Status")
	}
	rest, err := io.ReadAll(br)
	if err != nil {
		t.Fatal(err)
	}
	return status, header, string(rest)
}

// A getter sends a GET request to a running server, in the server's protocol.
type getter func(path string) (status int, body string, err error)

func (c *fastClient) get(path string) (int, string, error) {
	c.t.Helper()
	c.send(path)
	status, _, body := c.receive()
	return status, body, nil
}

// httpGetter sends requests over HTTP to any network address.
func httpGetter(t *testing.T, addr net.Addr) getter {
	transport := &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, addr.Network(), addr.String())
	}}
	t.Cleanup(transport.CloseIdleConnections)
	client := http.Client{Transport: transport}
	return func(path string) (int, string, error) {
		resp, err := client.Get("http://localhost" + path)
		if err != nil {
			return 0, "", fmt.Errorf("GET %s: %w", path, err)
		}
		defer resp.Body.Close()
		b, err := io.ReadAll(resp.Body)
		return resp.StatusCode, string(b), err
	}
}
