// Script serves with cgi.Serve: as CGI only.
package main

import (
	"io"
	"net/http"

	"github.com/classibench/classibench/cgi"
)

func main() {
	cgi.Serve(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "ok") }))
}
