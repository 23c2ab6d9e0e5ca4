package persistent

import (
	"net"
	"net/http"
	"strings"
)

// named refuses requests with a Host that is a name, unless the admin address is public or a
// Unix socket. A page in a browser on this machine could otherwise read it: the page's name
// is made to lead to 127.0.0.1 after it has been loaded (DNS rebinding). An IP address as
// Host cannot be rebound.
func (s *Server) named(l net.Listener, h http.Handler) http.Handler {
	if _, tcp := l.Addr().(*net.TCPAddr); s.AdminPublic || !tcp {
		return h
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !literal(r.Host) {
			http.Error(w, "the admin address is known by its IP address or as localhost only; -admin-public (AdminPublic) allows other names", http.StatusMisdirectedRequest)
			return
		}
		h.ServeHTTP(w, r)
	})
}

// literal reports whether a Host is an IP address, localhost or empty.
func literal(host string) bool {
	name, _, err := net.SplitHostPort(host)
	if err != nil { // no port
		name = host
	}
	if n := len(name); n > 1 && name[0] == '[' && name[n-1] == ']' {
		name = name[1 : n-1]
	}
	return name == "" || strings.EqualFold(name, "localhost") || net.ParseIP(name) != nil
}
