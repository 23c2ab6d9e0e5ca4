package limits

import (
	"net/http"
	"testing"
)

// FuzzClient reads any addresses: a client is a whole network, or is not limited.
func FuzzClient(f *testing.F) {
	for _, s := range []string{"192.0.2.7:1234", "[2001:db8::1%eth0]:80", "2001:db8::1", "::ffff:192.0.2.7", "unknown", "_hidden", "", "@", "[::1"} {
		f.Add(s, "203.0.113.9, "+s, 1)
		f.Add("127.0.0.1:1", s+","+s, 2)
	}
	f.Fuzz(func(t *testing.T, remote, forwarded string, proxies int) {
		r := &http.Request{RemoteAddr: remote, Header: http.Header{"X-Forwarded-For": {forwarded, remote}}}
		from, limited := client(r, proxies)
		switch bits := from.Bits(); {
		case !limited, !from.IsValid():
		case from != from.Masked() || from.Addr().Is4() != (bits == 32) || bits != 32 && bits != 64:
			t.Errorf("%q, %q: got %v", remote, forwarded, from)
		}
	})
}
