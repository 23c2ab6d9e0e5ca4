package classibench_test

import (
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/cgi"
	"net/http/httptest"
	"os"

	"github.com/classibench/classibench"
)

// serveAds is the main function of a program that a gateway may start for each request,
// as CGI or FastCGI, and that serves HTTP where nothing but a shell started it.
func serveAds() {
	ads := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "You asked for %s.", r.URL.Path)
	})
	if err := classibench.Serve(ads); err != nil {
		log.Fatal(err)
	}
}

func ExampleServe() {
	program := os.Args[0] // these tests, whose main function is serveAds with this variable
	gateway := httptest.NewServer(&cgi.Handler{Path: program, Env: []string{roleKey + "=ads"}})
	defer gateway.Close()
	answer, err := http.Get(gateway.URL + "/ads/7")
	if err != nil {
		panic(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	fmt.Println(answer.StatusCode, string(body), err)
	// Output: 200 You asked for /ads/7. <nil>
}
