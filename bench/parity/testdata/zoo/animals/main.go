// Command animals serves small programs, each with one of the faults that appear when
// a CGI program becomes persistent, and clean ones. The first argument names the
// program. As a CGI program it serves one request; with a second argument it listens
// at that address. DATA is the directory of its data.
package main

import (
	"fmt"
	"net"
	"net/http"
	"net/http/cgi"
	"os"
	"path/filepath"
)

// An animal makes the handler of a process: what it captures lives as long as the process.
type animal func() http.HandlerFunc

var animals = map[string]animal{}

func main() {
	if len(os.Args) < 2 || animals[os.Args[1]] == nil {
		fmt.Fprintf(os.Stderr, "animals: want the name of a program, got %q\n", os.Args[1:])
		os.Exit(2)
	}
	h := animals[os.Args[1]]()
	if err := serve(h); err != nil {
		fmt.Fprintln(os.Stderr, "animals:", err)
		os.Exit(1)
	}
}

func serve(h http.Handler) error {
	if os.Getenv("GATEWAY_INTERFACE") != "" {
		return cgi.Serve(h)
	}
	if len(os.Args) < 3 {
		return fmt.Errorf("there is no address to listen at")
	}
	l, err := net.Listen("tcp", os.Args[2])
	if err != nil {
		return err
	}
	return http.Serve(l, h)
}

// page writes a page of HTML with a title and a paragraph.
func page(w http.ResponseWriter, title, text string) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	fmt.Fprintf(w, "<!DOCTYPE html><title>%s</title><h1>%s</h1><p id=text>%s</p>", title, title, text)
}

// data returns the path of a file in the directory of the program's data.
func data(name string) string { return filepath.Join(os.Getenv("DATA"), name) }
