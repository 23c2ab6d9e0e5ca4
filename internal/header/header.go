// Package header knows the header fields of a connection, and those of a server.
package header

import (
	"net/http"
	"slices"
	"strings"
)

// hopByHop are the fields for the connection and not for the recipient of a message (RFC 9110
// §7.6.1), with older ones that agents still send.
var hopByHop = []string{"Connection", "Keep-Alive", "Proxy-Connection", "Te", "Trailer", "Transfer-Encoding", "Upgrade"}

// ofServer are the fields that a server adds to the answer of a program, or that follow from its
// body. Status is left over from CGI (RFC 3875 §6.3.3).
var ofServer = []string{"Alt-Svc", "Content-Length", "Date", "Server", "Status", "Via", "X-Powered-By"}

// OfServer reports whether a field in canonical form tells of the server, and not of the program.
func OfServer(name string) bool { return slices.Contains(ofServer, name) }

// NotOfProgram returns the fields that belong to the connection or tell of the server.
func NotOfProgram() []string { return slices.Concat(hopByHop, ofServer) }

// HopByHop reports whether a field in canonical form belongs to the connection.
func HopByHop(name string) bool { return slices.Contains(hopByHop, name) }

// RemoveHopByHop removes the fields that belong to the connection, also those that
// Connection names.
func RemoveHopByHop(h http.Header) {
	for _, list := range h["Connection"] {
		for name := range strings.SplitSeq(list, ",") {
			h.Del(strings.TrimSpace(name))
		}
	}
	for _, name := range hopByHop {
		delete(h, name)
	}
}
