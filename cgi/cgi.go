// Package cgi is the script side of the Common Gateway Interface, version 1.1
// (RFC 3875): it serves one request with an http.Handler and is done.
//
// [Serve] is all there is. The package links net/http/cgi and nothing else,
// because whatever a script links is paid for again by every request. The
// server side is package cgi/host.
package cgi

import (
	"errors"
	"net/http"
	"net/http/cgi"
	"os"
	"runtime/debug"
)

// ErrNotCGI says that the program was not started by a CGI gateway: there is no
// REQUEST_METHOD in its environment (RFC 3875 §4.1.12).
var ErrNotCGI = errors.New("this is a CGI program, to be started by a web server for each request: REQUEST_METHOD is not set; " +
	`"classibench serve cgi PROGRAM" serves it, and REQUEST_METHOD=GET SERVER_PROTOCOL=HTTP/1.1 PROGRAM tries it`)

// memoryLimit is when the garbage collector begins to work after all.
const memoryLimit = 256 << 20

// Serve answers the one request that the environment and standard input
// describe, on standard output. Arguments of the command line are not looked
// at: they may come from the client (RFC 3875 §4.4).
//
// The collector rests until the process holds 256 MiB, whatever GOGC and
// GOMEMLIMIT say: one request ends before its garbage matters.
//
// Serve returns nil when the request is answered.
func Serve(h http.Handler) error {
	if os.Getenv("REQUEST_METHOD") == "" {
		return ErrNotCGI
	}
	debug.SetGCPercent(-1)
	debug.SetMemoryLimit(memoryLimit)
	return cgi.Serve(h)
}
