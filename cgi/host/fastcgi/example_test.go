package fastcgi_test

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/fcgi"
	"net/http/httptest"
	"time"

	"github.com/classibench/classibench/cgi/host/fastcgi"
)

// Pass requests to an application that listens already, as PHP-FPM does.
func ExampleHandler() {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	defer l.Close()
	go fcgi.Serve(l, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "%s asked for %s", fcgi.ProcessEnv(r)["VISITOR"], r.URL.Path)
	}))

	gateway := httptest.NewServer(&fastcgi.Handler{Addr: l.Addr().String(), Env: []string{"VISITOR=Ann"}, Timeout: 10 * time.Second})
	defer gateway.Close()
	answer, err := http.Get(gateway.URL + "/ads/7")
	if err != nil {
		panic(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	fmt.Println(answer.StatusCode, string(body), err)
	// Output: 200 Ann asked for /ads/7 <nil>
}
