// Door serves with classibench.Serve: as CGI, FastCGI or HTTP.
package main

import (
	"io"
	"net/http"

	"github.com/classibench/classibench"
)

func main() {
	classibench.Serve(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "ok") }))
}
