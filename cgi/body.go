package cgi

import (
	"io"
	"net/http"
	"os"
)

// unsized returns a handler that can read a body without CONTENT_LENGTH. Apache passes
// on a body that arrived in chunks as one: it ends with standard input. Without a length,
// net/http/cgi would give the handler an empty body.
func unsized(h http.Handler) http.Handler {
	if os.Getenv("CONTENT_LENGTH") != "" {
		return h
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.ContentLength < 0 {
			r.Body = io.NopCloser(os.Stdin)
		}
		h.ServeHTTP(w, r)
	})
}
