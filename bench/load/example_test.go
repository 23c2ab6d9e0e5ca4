package load_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"time"

	"github.com/classibench/classibench/bench/load"
	"github.com/classibench/classibench/scenarios"
)

// Send a hundred hits a second for a tenth of a second, whether or not the server
// keeps up.
func ExampleClient_Offer() {
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.FormValue("word") == "elm" {
			http.Error(w, "no elm here", http.StatusNotFound)
			return
		}
		fmt.Fprintf(w, "hello %s", r.FormValue("word"))
	}))
	defer srv.Close()

	mix := []scenarios.Route{{Name: "hello", Weight: 1, Method: "GET", Path: "/?word={word}", Expect: scenarios.Expect{Status: 200, Body: "hello {word}"}}}
	draw := map[string]scenarios.Draw{"word": {List: []string{"oak", "elm"}}}
	requests, err := load.NewRequests(mix, draw, nil, 1)
	if err != nil {
		panic(err)
	}
	client, err := load.NewClient(srv.URL, load.Options{Timeout: 10 * time.Second})
	if err != nil {
		panic(err)
	}
	defer client.Close()
	traffic := load.Traffic{Arrivals: load.Constant(100, 100*time.Millisecond), Requests: requests}
	rec, err := client.Offer(context.Background(), traffic, nil)
	if err != nil {
		panic(err)
	}
	fmt.Println(rec.Hits, "right and", rec.Errors, "wrong answers")
	for kind, f := range rec.Faults {
		fmt.Println(kind, f.Count)
	}
	// Output:
	// 3 right and 7 wrong answers
	// status 404 7
}
