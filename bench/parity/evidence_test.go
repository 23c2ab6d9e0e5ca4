package parity

import (
	"testing"

	"github.com/classibench/classibench/bench/parity/trial"
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
