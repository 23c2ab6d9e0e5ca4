// Package classibench runs one http.Handler as a CGI program, as a FastCGI
// program or as an HTTP server, by how it was started.
//
// It is the front door for a program that moves: call [Serve] once, and the same
// binary can stand in a web server's cgi-bin directory today and behind a proxy
// tomorrow. What the move gains is what the command cmd/classibench measures.
//
// The package links both ways of serving, and a CGI program pays for what it links
// at every request. Behind this package it carries 0.87 times the requests that it
// carries with net/http/cgi alone (95% interval ± 0.03), linked statically 0.93
// times; with cgi.Serve it is 0.98 and 1.04 times, which is no difference. That is
// the CPU time from spawn to exit of a handler that says "ok", 120 rounds on a
// virtual machine with 2 CPUs; BenchmarkSpawn measures it. The more a handler does,
// the smaller the share. A program that only ever is a CGI program should call
// cgi.Serve; one that only ever stays should call persistent.Serve, which lists what
// can be set.
package classibench

import (
	"net/http"
	"os"

	"github.com/classibench/classibench/cgi"
	"github.com/classibench/classibench/persistent"
)

// Serve serves h in the way in which the program was started:
//
//   - Standard input is a listening socket: by a FastCGI process manager (FastCGI
//     1.0 §2.2). It serves FastCGI there until it is told to end.
//   - REQUEST_METHOD is set: by a CGI gateway (RFC 3875 §4.1.12). It serves that
//     one request.
//   - Neither: by hand or by a service manager. It serves HTTP, or FastCGI with
//     the flag -fastcgi, until it is told to end; persistent.Serve lists the flags.
//
// It returns nil after the one request, or after it was told to end.
func Serve(h http.Handler) error {
	if os.Getenv("REQUEST_METHOD") != "" && !persistent.Inherited() {
		return cgi.Serve(h)
	}
	return persistent.Serve(h)
}
