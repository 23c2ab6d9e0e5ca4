package persistent

import (
	"bytes"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// The log has the status of the answer: informational ones are none, but for 101 of HTTP.
func TestLoggedStatus(t *testing.T) {
	for _, c := range []struct {
		name  string
		codes []int
		http  bool
		want  string
	}{
		{"none", nil, true, "status=200"},
		{"an error", []int{404}, true, "status=404"},
		{"early hints", []int{103, 201}, true, "status=201"},
		{"another protocol", []int{101}, true, "status=101"},
		{"early hints, and another protocol", []int{103, 101}, true, "status=101"},
		{"another protocol, which FastCGI drops", []int{101, 404}, false, "status=404"},
		{"the same without more", []int{101}, false, "status=200"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var log bytes.Buffer
			w := newWatch(notStopping, slog.New(slog.NewTextHandler(&log, nil)), true, c.http)
			w.wrap(http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) {
				for _, code := range c.codes {
					rw.WriteHeader(code)
				}
			})).ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil))
			if !strings.Contains(log.String(), c.want+" ") {
				t.Errorf("got %s, want %s", &log, c.want)
			}
		})
	}
}
