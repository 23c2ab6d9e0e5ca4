package cgi

import (
	"fmt"
	"net/http"
	"os"
	"runtime/debug"
)

// recovered returns a handler that answers a panic before the answer with 500, as a
// server of package persistent does. After that, the program ends with the panic, so
// that a gateway can notice that the answer is incomplete.
func recovered(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s := &begun{ResponseWriter: w}
		defer func() {
			if v := recover(); v != nil {
				s.fail(v)
			}
		}()
		h.ServeHTTP(s, r)
	})
}

// A begun remembers whether the answer has begun.
type begun struct {
	http.ResponseWriter
	yes bool
}

func (b *begun) WriteHeader(status int) {
	b.yes = b.yes || status >= 200
	b.ResponseWriter.WriteHeader(status)
}

func (b *begun) Write(p []byte) (int, error) {
	b.yes = true
	return b.ResponseWriter.Write(p)
}

// Flush serves handlers that need an http.Flusher.
func (b *begun) Flush() {
	b.yes = true
	b.ResponseWriter.(http.Flusher).Flush() // the writer below is that of package responder
}

// fail answers after a panic with a value. With http.ErrAbortHandler, the handler wants
// no answer.
func (b *begun) fail(v any) {
	if b.yes || v == http.ErrAbortHandler {
		panic(v)
	}
	fmt.Fprintf(os.Stderr, "panic: %v\n%s", v, debug.Stack())
	http.Error(b, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
}
