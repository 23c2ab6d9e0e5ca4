package main

import (
	"fmt"
	"net/http"
	"os"
)

// ads is a program of the tests: the server that replaces ads.sh, at the address in its first
// argument. As "oops" it has only error pages, all with status 200.
func ads() {
	err := http.ListenAndServe(os.Args[1], http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		title := "All of the ads"
		switch {
		case len(os.Args) > 2:
			title = "Something went wrong"
		case r.URL.Path == "/ads":
			title = "Ads of category cars"
		}
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprintf(w, "<h1>%s</h1>\n<p>Made by process %d</p>\n", title, os.Getpid())
	}))
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
