package shell_test

import (
	"slices"
	"testing"

	"github.com/classibench/classibench/internal/shell"
)

// Reports show commands, and reports are shown to others.
func TestConcealed(t *testing.T) {
	for _, c := range []struct{ in, want []string }{
		{[]string{"--db", "postgres://ads:pw@db/ads"}, []string{"--db", "postgres://ads:…@db/ads"}},
		{[]string{"--db=postgres://ads:p@w:x@db:5432/ads"}, []string{"--db=postgres://ads:…@db:5432/ads"}},
		{[]string{"--db", "postgres:///ads?host=/run&password=pw&sslmode=off"}, []string{"--db", "postgres:///ads?host=/run&password=…&sslmode=off"}},
		{[]string{"--db", "host=db password='p w' user=ads"}, []string{"--db", "host=db password=… user=ads"}},
		{[]string{"--baseline", "http://ann:pw@127.0.0.1:80"}, []string{"--baseline", "http://ann:…@127.0.0.1:80"}},
		{[]string{"--env", "DATABASE_URL=postgres://u:pw@h/db?a=b"}, []string{"--env", "DATABASE_URL=postgres://u:…@h/db?a=b"}},
		{[]string{"--env", "baseline:DB_PASSWORD=p w"}, []string{"--env", "baseline:DB_PASSWORD=…"}},
		{[]string{"--env=API_KEY=pw"}, []string{"--env=API_KEY=…"}},
		{[]string{"--env", "AWS_SECRET_ACCESS_KEY=pw", "--env", "db_pwd=pw"}, []string{"--env", "AWS_SECRET_ACCESS_KEY=…", "--env", "db_pwd=…"}},
		{[]string{"--header", "Authorization: Bearer a.b"}, []string{"--header", "Authorization: …"}},
		{[]string{"--header=cookie:a=b; c=d"}, []string{"--header=cookie:…"}},
		{[]string{"--header", "X-Api-Key: pw", "--header", "X-CSRF-Token:  pw"}, []string{"--header", "X-Api-Key: …", "--header", "X-CSRF-Token:  …"}},
		{[]string{"--post", "/login", "user=ann&password=pw&go=1"}, []string{"--post", "/login", "user=ann&password=…&go=1"}},
		{[]string{"--get", "/edit?id=7&key=pw"}, []string{"--get", "/edit?id=7&key=…"}},
		{[]string{"./server", "--db-password", "pw", "-v"}, []string{"./server", "--db-password", "…", "-v"}},
		{[]string{"server:./shop --token pw --listen {addr}"}, []string{"server:./shop --token … --listen {addr}"}},
		{[]string{"server:./shop --secret='p w' {addr}"}, []string{"server:./shop --secret=… {addr}"}},
	} {
		if got := shell.Concealed(c.in); !slices.Equal(got, c.want) {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}

// What is no secret stays, so that the command can be run again.
func TestConcealedKeeps(t *testing.T) {
	for _, words := range [][]string{
		{"--get", "/edit?id={{id}}&key={{key}}", "--post", "/login", "csrf={{csrf}}&token={token}"},
		{"--env", "PWD=/srv", "--env", "MONKEY=1", "--env", "KEYBOARD=us", "--env", "DB=a.db"},
		{"--candidate", "server:starman --listen {addr} ads.psgi", "--baseline", "cgi:./ads.pl", "http://127.0.0.1:8080"},
		{"--header", "Accept: text/html", "--pass-auth", "./ads.pl", "--processes", "3"},
		{"--post", "/ads", "title=Bicycle&price=20", "--get", "/c?at=12:30@noon", "--get", "/keys/token"},
		{"http://h:80/a@b", "--dir", "candidate:/srv/secret"},
	} {
		if got := shell.Concealed(words); !slices.Equal(got, words) {
			t.Errorf("got %q, want %q", got, words)
		}
	}
}

func TestConcealPasswords(t *testing.T) {
	for in, want := range map[string]string{
		"url: http://ann:pässword@h:80 is wrong":             "url: http://ann:********@h:80 is wrong",
		"dial postgres://u:p@h/a: see http://127.0.0.1:80/a": "dial postgres://u:*@h/a: see http://127.0.0.1:80/a",
		"write to ann@h: a:b@c":                              "write to ann@h: a:b@c",
	} {
		if got := shell.ConcealPasswords(in); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// A password may have an @ itself: the host follows the last one.
func TestWithoutPassword(t *testing.T) {
	for in, want := range map[string]string{
		"postgres://me:secret@127.0.0.1:1/none": "postgres://me@127.0.0.1:1/none",
		"postgres://me:p@ss@h/a":                "postgres://me@h/a",
		"postgres://me@h/a":                     "postgres://me@h/a",
		"postgres:///a?host=/run":               "postgres:///a?host=/run",
	} {
		if got := shell.WithoutPassword(in); got != want {
			t.Errorf("%s: got %q, want %q", in, got, want)
		}
	}
}
