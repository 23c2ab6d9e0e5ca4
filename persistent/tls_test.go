package persistent

import (
	"context"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
)

// A server serves on a TLS listener, answers what is in flight when it stops, and ends.
func TestTLSListener(t *testing.T) {
	certified := httptest.NewTLSServer(nil) // has a certificate and a client that trusts it
	defer certified.Close()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	entered, leave := make(chan bool), make(chan bool)
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/held" {
			entered <- true
			<-leave
		}
		io.WriteString(w, "ok")
	})
	ctx, stop := context.WithCancel(t.Context())
	served := make(chan error, 1)
	go func() {
		served <- new(Server).ServeListener(ctx, tls.NewListener(l, &tls.Config{Certificates: certified.TLS.Certificates}), h)
	}()
	get := func(path string) (string, error) {
		response, err := certified.Client().Get("https://" + l.Addr().String() + path)
		if err != nil {
			return "", err
		}
		defer response.Body.Close()
		b, err := io.ReadAll(response.Body)
		return string(b), err
	}
	if body, err := get("/"); body != "ok" {
		t.Errorf("got %q, %v", body, err)
	}
	answer := make(chan string, 1)
	go func() {
		body, err := get("/held")
		if err != nil {
			t.Error(err)
		}
		answer <- body
	}()
	select {
	case <-entered:
	case <-answer:
		t.Fatal("the request did not arrive")
	}
	stop()
	leave <- true
	if body := <-answer; body != "ok" {
		t.Errorf("a request in flight: got %q", body)
	}
	if err := <-served; err != nil {
		t.Error(err)
	}
}
