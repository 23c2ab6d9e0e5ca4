package parity

import (
	"compress/gzip"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"syscall"
	"time"

	"github.com/classibench/classibench/bench/parity/trial"
	"github.com/classibench/classibench/bench/target"
	"github.com/classibench/classibench/internal/header"
)

// Limits of the body of an answer.
const (
	maxBody = 2 << 20   // bytes that are compared part by part
	maxRest = 256 << 20 // further bytes that are compared by their digest
)

// A client sends requests to a program that was started. Steps that follow each other use
// the same connection, whichever visitor sends them, as behind a proxy: a server with
// several workers serves them with one worker as far as it keeps connections open. It
// follows no redirects, and keeps no cookies: package visitor does.
type client struct {
	base *url.URL
	http *http.Client
}

func newClient(base string, t target.Target) (*client, error) {
	trust, err := t.TLS()
	if err != nil {
		return nil, err
	}
	u, err := url.Parse(base)
	if err != nil {
		return nil, err
	}
	return &client{u, &http.Client{
		Transport:     &http.Transport{TLSClientConfig: trust, DisableCompression: true, MaxIdleConnsPerHost: 1},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}, nil
}

// close closes the connections that are not in use.
func (c *client) close() { c.http.CloseIdleConnections() }

// send sends a request, and waits for its answer until the deadline.
func (c *client) send(ctx context.Context, r trial.Request, d deadline) trial.Answer {
	began := time.Now()
	ctx, end := d.begin(ctx)
	defer end()
	a, err := c.exchange(ctx, r)
	switch {
	case context.Cause(ctx) == errLate:
		a.Failure = fmt.Sprintf("%s %v", late, d.limit())
	case err != nil:
		a.Failure = failure(err)
	}
	a.From, a.At = c.base.Host, time.Now()
	a.Took = a.At.Sub(began)
	return a
}

func (c *client) exchange(ctx context.Context, r trial.Request) (a trial.Answer, err error) {
	q, err := http.NewRequestWithContext(ctx, r.Method, strings.TrimSuffix(c.base.String(), "/")+r.URL, strings.NewReader(r.Body))
	if err != nil {
		return a, err
	}
	q.Header = r.Header.Clone()
	if q.Header == nil {
		q.Header = http.Header{}
	}
	if host := q.Header.Get("Host"); host != "" {
		q.Host = host
		q.Header.Del("Host")
	}
	response, err := c.http.Do(q)
	if err != nil {
		return a, err
	}
	defer response.Body.Close()
	header.RemoveHopByHop(response.Header)
	a.Status, a.Header = response.StatusCode, response.Header
	a.Body, a.Rest, err = body(response)
	return a, err
}

// body reads and decodes the body of a response. What does not fit is read too: a program
// may go wrong late, and the connection is used again.
func body(response *http.Response) (b []byte, rest string, err error) {
	var r io.Reader = response.Body
	if strings.EqualFold(response.Header.Get("Content-Encoding"), "gzip") && response.Request.Method != http.MethodHead {
		if r, err = gzip.NewReader(r); err != nil {
			return nil, "", fmt.Errorf("decode the body: %w", err)
		}
	}
	if b, err = io.ReadAll(io.LimitReader(r, maxBody)); err != nil {
		return b, "", err
	}
	sum := sha256.New()
	n, err := io.Copy(sum, io.LimitReader(r, maxRest))
	if n > 0 {
		rest = fmt.Sprintf("%d bytes, SHA-256 %x", n, sum.Sum(nil)[:8])
	}
	return b, rest, err
}

// hangs reports whether an answer did not come in time.
func hangs(a trial.Answer) bool { return strings.HasPrefix(a.Failure, late) }

// late begins the failure of an answer that did not come in time.
const late = "no answer within"

// failure returns the reason for a missing answer in words that do not vary.
func failure(err error) string {
	switch {
	case errors.Is(err, syscall.ECONNREFUSED):
		return "connection refused"
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		return "connection reset"
	case errors.Is(err, io.ErrUnexpectedEOF):
		return "the answer was cut off"
	case errors.Is(err, io.EOF), strings.Contains(err.Error(), "server closed idle connection"):
		return "connection closed without an answer"
	}
	if u, ok := errors.AsType[*url.Error](err); ok {
		err = u.Err // without the address, which varies
	}
	return err.Error()
}
