package target

import (
	"strings"
	"testing"

	"github.com/classibench/classibench/scenarios"
)

func TestWithheld(t *testing.T) {
	for target, want := range map[string][]string{
		"{name: a, kind: cgi, command: x}":                  {"header field X_TOKEN: use only", "header field Authorization: set pass_auth: true"},
		"{name: a, kind: fastcgi, command: x}":              {"header field X_TOKEN: use only", "header field Authorization: set pass_auth: true"},
		"{name: a, kind: cgi, command: x, pass_auth: true}": {"header field X_TOKEN: use only"},
		"{name: a, kind: server, command: 'x {addr}'}":      nil,
	} {
		s, err := scenarios.Parse("a.yaml", []byte("name: a\nmix: [{name: x, get: /, header: {X_TOKEN: a, Authorization: b, X-Ok: c}}]\ntargets: ["+target+"]\n"))
		if err != nil {
			t.Fatal(err)
		}
		got := Withheld(s)
		if len(got) != len(want) {
			t.Fatalf("%s: got %q, want %q", target, got, want)
		}
		for i := range got {
			if !strings.Contains(got[i], want[i]) {
				t.Errorf("%s: got %q, want %q", target, got[i], want[i])
			}
		}
	}
}
