// Package cgi is the script side of the Common Gateway Interface, version 1.1 (RFC
// 3875): it serves one request with an http.Handler.
//
// [Serve] is its only function. The package links nothing but net/http/cgi, and a few
// lines that make that behave as net/http does, because a script pays at every request
// for each package that it links. The server side is package cgi/host.
package cgi

import (
	"errors"
	"net/http"
	"net/http/cgi"
	"os"
	"runtime/debug"

	"github.com/classibench/classibench/internal/responder"
)

// ErrNotCGI means that no CGI gateway started the program: REQUEST_METHOD is not in
// its environment (RFC 3875 §4.1.12).
var ErrNotCGI = errors.New("REQUEST_METHOD is not set: this is a CGI program, and a web server has to start it for each request; " +
	`serve it with "classibench serve cgi PROGRAM", or try it with REQUEST_METHOD=GET SERVER_PROTOCOL=HTTP/1.1 PROGRAM`)

// memoryLimit is the memory in bytes above which the garbage collector runs.
const memoryLimit = 256 << 20

// Serve reads one request from the environment and from standard input, and writes
// the answer of h to standard output. It ignores the arguments of the command line:
// they may come from the client (RFC 3875 §4.4).
//
// The garbage collector does not run until the process holds 256 MiB, whatever GOGC
// and GOMEMLIMIT are: the process ends before a collection pays.
//
// The handler sees the request, and the client the answer, as with package persistent;
// docs/gateways.md lists the differences that remain. A body of unknown length, as Apache
// passes one on that arrived in chunks, is read to its end.
// Informational answers, such as 103 Early Hints, and trailers are dropped: CGI has
// none. A panic is answered with 500; once the answer has begun, the program ends with
// the panic, and the gateway decides.
//
// Serve returns nil once the request is answered.
func Serve(h http.Handler) error {
	if os.Getenv("REQUEST_METHOD") == "" {
		return ErrNotCGI
	}
	debug.SetGCPercent(-1)
	debug.SetMemoryLimit(memoryLimit)
	if h == nil {
		h = http.DefaultServeMux
	}
	return cgi.Serve(responder.Wrap(unsized(recovered(h))))
}
