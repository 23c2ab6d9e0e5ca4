package balance

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"testing"
)

// What a proxy on this machine reports about the client is kept; what another machine
// claims is not.
func TestForwardedHeaders(t *testing.T) {
	given := http.Header{"X-Forwarded-For": {"203.0.113.7"}, "X-Forwarded-Proto": {"https"}, "X-Forwarded-Host": {"ads.example"}, "Forwarded": {"for=203.0.113.7"}}
	for _, c := range []struct {
		peer  string
		given http.Header
		want  http.Header
	}{
		{"127.0.0.1:5000", nil, http.Header{"X-Forwarded-For": {"127.0.0.1"}, "X-Forwarded-Proto": {"http"}, "X-Forwarded-Host": {"site"}}},
		{"127.0.0.1:5000", given, http.Header{"X-Forwarded-For": {"203.0.113.7, 127.0.0.1"}, "X-Forwarded-Proto": {"https"}, "X-Forwarded-Host": {"ads.example"}, "Forwarded": {"for=203.0.113.7"}}},
		{"[::1]:5000", given, http.Header{"X-Forwarded-For": {"203.0.113.7, ::1"}, "X-Forwarded-Proto": {"https"}, "X-Forwarded-Host": {"ads.example"}, "Forwarded": {"for=203.0.113.7"}}},
		{"192.0.2.1:5000", given, http.Header{"X-Forwarded-For": {"192.0.2.1"}, "X-Forwarded-Proto": {"http"}, "X-Forwarded-Host": {"site"}}},
		{"@", given, http.Header{"X-Forwarded-For": {"203.0.113.7"}, "X-Forwarded-Proto": {"https"}, "X-Forwarded-Host": {"ads.example"}, "Forwarded": {"for=203.0.113.7"}}},
	} {
		in := httptest.NewRequest("GET", "http://site/", nil)
		in.RemoteAddr, in.Header = c.peer, c.given.Clone()
		if in.Header == nil {
			in.Header = http.Header{}
		}
		out := in.Clone(t.Context())
		out.Header = http.Header{} // ReverseProxy has dropped them
		rewrite(&httputil.ProxyRequest{In: in, Out: out})
		if got, want := fmt.Sprint(out.Header), fmt.Sprint(c.want); got != want {
			t.Errorf("from %s with %v: got %s, want %s", c.peer, c.given, got, want)
		}
	}
}
