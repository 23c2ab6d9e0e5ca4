package parity

import (
	"testing"

	"github.com/classibench/classibench/bench/parity/differ"
	"github.com/classibench/classibench/bench/parity/trial"
	"github.com/classibench/classibench/bench/result"
)

// A program that goes on after its end answers with all that the baseline does, and more.
func TestGoesOn(t *testing.T) {
	for _, c := range []struct {
		name, want, got string
		status          int
		goesOn          bool
	}{
		{"more text", "<p>moved</p>\n", "<p>moved</p><p>A canoe</p>", 200, true},
		{"equal", "<p>moved</p>", "<p>moved</p>", 200, false},
		{"another line end", "<p>moved</p>\n", "<p>moved</p>\r\n", 200, false},
		{"nothing", "", "<p>A canoe</p>", 200, false},
		{"other text", "<p>moved</p>", "<p>A canoe</p><p>moved</p>", 200, false},
		{"another status", "<p>moved</p>", "<p>moved</p><p>A canoe</p>", 500, false},
	} {
		want, got := trial.Answer{Status: 200, Body: []byte(c.want)}, trial.Answer{Status: c.status, Body: []byte(c.got)}
		if goesOn(want, got) != c.goesOn {
			t.Errorf("%s: want %v", c.name, c.goesOn)
		}
	}
}

// Entries that are not in their place, but others are, do not miss: a list is in another order.
func TestMissing(t *testing.T) {
	missing, added, changed := differ.Difference{Want: "desk", Got: nothing}, differ.Difference{Want: nothing, Got: "lamp"}, differ.Difference{Want: "1", Got: "2"}
	for name, c := range map[string]struct {
		differences []differ.Difference
		want        bool
	}{
		"an entry":           {[]differ.Difference{missing}, true},
		"two":                {[]differ.Difference{missing, missing}, true},
		"and others are new": {[]differ.Difference{missing, added}, false},
		"beside a number":    {[]differ.Difference{missing, changed}, true},
		"a new one only":     {[]differ.Difference{added}, false},
		"a number only":      {[]differ.Difference{changed}, false},
	} {
		f := &found{kind: result.KindLifetime, form: formBy(t, "", "", "0 /sort -> 200 ok", "0 /list -> 200 <p>lamp</p>")}
		f.last.differences = c.differences
		if got := f.evidence().Missing; got != c.want {
			t.Errorf("%s: got %v, want %v", name, got, c.want)
		}
	}
}

// A form that is sent to a page of that name tells who the visitor is.
func TestSignsIn(t *testing.T) {
	for url, want := range map[string]bool{
		"/login": true, "/cgi-bin/index.pl/login?from=/": true, "/account/sign-in.php": true, "/session": true, "/Logon.cgi": true,
		"/signin/index.pl/note": false, "/": false, "/blogin": false, "/login/help": false,
	} {
		if got := signsIn(trial.Request{Method: "POST", URL: url}); got != want {
			t.Errorf("POST %s: got %v, want %v", url, got, want)
		}
		if signsIn(trial.Request{Method: "GET", URL: url}) {
			t.Errorf("GET %s signs nobody in", url)
		}
	}
}
