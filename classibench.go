// Package classibench runs one http.Handler as a CGI program, as a FastCGI program
// or as an HTTP server. The way in which the program was started decides.
//
// It is for a program that migrates: call [Serve] once, and the same binary can run
// from a web server's cgi-bin directory today and behind a proxy tomorrow. The
// command cmd/classibench measures the gain.
//
// The package links both ways of serving, and a CGI program pays at every request
// for each package that it links. With this package it answers 0.87 times as many
// requests as with net/http/cgi alone (95% interval ± 0.03), or 0.93 times if it is
// linked statically. With cgi.Serve the factors are 0.98 and 1.04, which is no
// difference. They compare the CPU time from spawn to exit of a handler that writes
// "ok", in 120 rounds on a virtual machine with 2 CPUs; BenchmarkSpawn measures it.
// The more a handler does, the smaller the share. A program that is only ever a CGI
// program should call cgi.Serve. A program that is only ever a server should call
// persistent.Serve, which lists its settings.
package classibench

import (
	"net/http"
	"os"

	"github.com/classibench/classibench/cgi"
	"github.com/classibench/classibench/persistent"
)

// Serve serves h. The way in which the program was started decides how:
//
//   - Standard input is a listening socket: a FastCGI process manager started the
//     program (FastCGI 1.0 §2.2). Serve serves FastCGI there until SIGINT or SIGTERM,
//     unless the flag -listen or -fastcgi=false is set.
//   - REQUEST_METHOD is set: a CGI gateway started it (RFC 3875 §4.1.12). Serve
//     answers that one request.
//   - Neither: a user or a service manager started it. Serve serves HTTP, or FastCGI
//     with the flag -fastcgi, until a signal. Sockets of the service manager take the
//     place of its own; persistent.Serve lists the flags, and how it restarts.
//
// It returns nil after the one request, or after the signal.
func Serve(h http.Handler) error {
	if os.Getenv("REQUEST_METHOD") != "" && !persistent.Inherited() {
		return cgi.Serve(h)
	}
	return persistent.Serve(h)
}
