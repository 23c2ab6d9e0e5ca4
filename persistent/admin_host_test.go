package persistent

import (
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
)

type addressed struct {
	net.Listener
	at net.Addr
}

func (a addressed) Addr() net.Addr { return a.at }

// A page of another site cannot read the admin address by a name that leads to it.
func TestAdminRefusesNames(t *testing.T) {
	tcp, unix := &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 9090}, &net.UnixAddr{Name: "/run/admin", Net: "unix"}
	for _, c := range []struct {
		at     net.Addr
		public bool
		host   string
		status int
	}{
		{tcp, false, "127.0.0.1:9090", 200},
		{tcp, false, "127.0.0.1", 200},
		{tcp, false, "[::1]:9090", 200},
		{tcp, false, "[::1]", 200},
		{tcp, false, "localhost:9090", 200},
		{tcp, false, "LocalHost", 200},
		{tcp, false, "", 200},
		{tcp, false, "evil.example", 421},
		{tcp, false, "evil.example:9090", 421},
		{tcp, false, "localhost.evil.example", 421},
		{tcp, false, "127.0.0.1.evil.example:9090", 421},
		{tcp, true, "metrics.site.example", 200},
		{unix, false, "any", 200},
	} {
		h := (&Server{AdminPublic: c.public}).named(addressed{at: c.at}, http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
		r := httptest.NewRequest("GET", "/metrics", nil)
		r.Host = c.host
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != c.status {
			t.Errorf("Host %q at %s, public %v: got status %d, want %d", c.host, c.at, c.public, w.Code, c.status)
		}
	}
}
