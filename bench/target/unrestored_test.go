package target

import (
	"strings"
	"testing"

	"github.com/classibench/classibench/scenarios"
)

func TestUnrestored(t *testing.T) {
	const post = "[{name: home, get: /}, {name: new, post: /ads}, {name: old, post: /old}]"
	for _, c := range []struct{ mix, targets, want string }{
		{post, "[{name: a, kind: cgi, command: x}, {name: b, kind: url, url: 'http://127.0.0.1:1'}]", "POST /ads may change data, and nothing restores the data of a and b:"},
		{post, "[{name: a, kind: cgi, command: x, reset: y}, {name: b, kind: cgi, command: x}]", "nothing restores the data of b:"},
		{post, "[{name: a, kind: cgi, command: x, reset: y}, {name: b, kind: cgi, command: 'x {data}'}]", ""},
		{post, "[]", ""},
		{"[{name: home, get: /}]", "[{name: a, kind: cgi, command: x}]", ""},
	} {
		s, err := scenarios.Parse("a.yaml", []byte("name: a\nmix: "+c.mix+"\ntargets: "+c.targets+"\n"))
		if err != nil {
			t.Fatal(err)
		}
		if got := Unrestored(s); !strings.Contains(got, c.want) || (got == "") != (c.want == "") {
			t.Errorf("%s: got %q, want %q", c.targets, got, c.want)
		}
	}
}
