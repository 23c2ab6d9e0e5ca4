package host

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// maxHops is the maximum of local redirects in a row.
const maxHops = 10

type hopsKey struct{}

// hops records the local redirects that led to a request.
type hops struct {
	n        int
	deadline time.Time
	from     *url.URL // URL of the redirected request
}

// deadline returns the end of a request's time limit. Local redirects keep the
// deadline of the first request.
func (g *Gateway) deadline(r *http.Request) time.Time {
	if h, ok := r.Context().Value(hopsKey{}).(hops); ok {
		return h.deadline
	}
	return time.Now().Add(g.timeout())
}

func (g *Gateway) timeout() time.Duration {
	if g.Timeout > 0 {
		return g.Timeout
	}
	return time.Minute
}

// redirect answers with the resource at a path of this server (RFC 3875 §6.2.2). It
// repeats the request there as a GET without a body. As with Apache, lighttpd and
// nginx, REQUEST_URI remains the target that the client sent.
func (g *Gateway) redirect(rs *Response) {
	w, r, location := rs.w, rs.r, rs.redirect
	// ParseRequestURI reads "//host/path" as a path, which is right here.
	u, err := url.ParseRequestURI(location)
	if err != nil {
		g.refuse(w, r, fmt.Errorf("local redirect: parse %q: %w", publicURI(location), causeOf(err)))
		return
	}
	h, _ := r.Context().Value(hopsKey{}).(hops)
	if h.n >= maxHops {
		g.refuse(w, r, fmt.Errorf("local redirect to %s: more than %d in a row", publicURI(location), maxHops))
		return
	}
	deadline, _ := rs.ctx.Deadline()
	next := r.Clone(context.WithValue(r.Context(), hopsKey{}, hops{h.n + 1, deadline, r.URL}))
	if r.Method != http.MethodHead {
		next.Method = http.MethodGet
	}
	next.URL, next.RequestURI = u, requestURI(r)
	dropBody(next)
	if g.Redirect != nil {
		g.Redirect.ServeHTTP(w, next)
		return
	}
	g.ServeHTTP(w, next)
}

func dropBody(r *http.Request) {
	r.Body, r.ContentLength, r.TransferEncoding = http.NoBody, 0, nil
	r.Form, r.PostForm, r.MultipartForm = nil, nil, nil
	r.Header.Del("Expect")
	for name := range r.Header {
		if strings.HasPrefix(name, "Content-") {
			delete(r.Header, name)
		}
	}
}

// causeOf returns the error of a URL without the URL, whose query may be a secret.
func causeOf(err error) error {
	if at, ok := errors.AsType[*url.Error](err); ok {
		return at.Err
	}
	return err
}
