//go:build linux

package host

import (
	"encoding/json"
	"log/slog"
	"strings"
	"testing"
)

// A record is a log record of a request that its script did not answer.
type record struct {
	Msg, Err, Hint, Output, URI string
	Status                      int
	Cut                         bool
}

// logJSON logs as JSON. The function returns the record of the answer that failed.
func logJSON(h *Handler) (failed func(t *testing.T) record) {
	j := &journal{news: make(chan struct{}, 1)}
	h.Logger = slog.New(slog.NewJSONHandler(j, nil))
	if h.gateway != nil { // see onBoth
		h.gateway.Logger = h.Logger
	}
	return func(t *testing.T) (found record) {
		t.Helper()
		const message = "request not answered by the script"
		j.await(t, message)
		for line := range strings.Lines(j.String()) {
			var r record
			if err := json.Unmarshal([]byte(line), &r); err != nil {
				t.Fatalf("%v: %s", err, line)
			}
			if r.Msg == message {
				found = r
			}
		}
		return found
	}
}

// Outputs with a bad head, and a part of the hint for each.
var badHeads = map[string]struct{ output, hint string }{
	"cgitb":                   {"<!--: spam\nContent-Type: text/html\n\n<body bgcolor=\"#f0f0f8\"> -->\n<p>NameError\n", "cgitb"},
	"traceback":               {"Content-Type: text/html\nTraceback (most recent call last):\n  File \"x.py\", line 1\nNameError: name 'x'\n", "Python"},
	"PHP warning":             {"\nWarning: Undefined variable $x in /srv/x.php on line 3\nContent-Type: text/html\n\nhi", "PHP"},
	"PHP warning as a page":   {"<br />\n<b>Warning</b>:  Undefined variable $x in <b>/srv/x.php</b> on line <b>3</b><br />\nhi", "PHP"},
	"PHP source":              {"<?php\nheader('Content-Type: text/plain');\n", "source of a PHP program"},
	"Perl's message":          {"Can't locate Ads.pm in @INC at /srv/x.pl line 3.\n", "Perl"},
	"Perl's warning":          {"Use of uninitialized value $x in print at x.pl line 3, <STDIN> line 1.\nContent-Type: a/b\n\n", "Perl"},
	"shell's trace":           {"+ printf Content-Type: text/plain\\n\\n\nContent-Type: text/plain\n\nhi", "set -x"},
	"shell's message":         {"./x.sh: line 3: no-such: command not found\nContent-Type: a/b\n\n", "shell"},
	"dash's message":          {"/srv/x.sh: 3: no-such: not found\nContent-Type: a/b\n\n", "shell"},
	"Go panic":                {"panic: no database\n\ngoroutine 1 [running]:\nmain.main()\n", "Go program panicked"},
	"Java stack":              {"Exception in thread \"main\" java.lang.NullPointerException\n\tat Ads.main(Ads.java:3)\n", "Java"},
	"status line":             {"HTTP/1.1 200 OK\r\nServer: Apache\r\nContent-Type: text/html\r\n\r\nhi", "nph-"},
	"byte order mark":         {"\xef\xbb\xbfContent-Type: text/html\n\nhi", "byte order mark"},
	"UTF-16":                  {"\xff\xfeC\x00o\x00n\x00\n\x00\n\x00", "UTF-16"},
	"compressed":              {"\x1f\x8b\x08\x00\n\nx", "compressed"},
	"page first":              {"<!DOCTYPE html>\n<html>\n", "page in place of its head"},
	"data first":              {"{\"ads\": []}\n", "application/json"},
	"empty line first":        {"\nContent-Type: text/html\n\nhi", "empty line"},
	"empty line first, CRLF":  {"\r\nContent-Type: text/html\r\n\r\nhi", "empty line"},
	"blank first":             {" Content-Type: text/html\n\nhi", "blank"},
	"CR CR LF":                {"Content-Type: text/html\r\r\n\r\r\nhi", "CR CR LF"},
	"CR alone":                {"Content-Type: text/html\r\rhi", "CR alone"},
	"written line ends":       {`Content-Type: text/html\n\n` + "\nhi\n", `the two characters \n`},
	"blank before the colon":  {"Content-Type : text/html\n\nhi", "blank precedes the colon"},
	"no colon":                {"Content-Type text/html\n\nhi", "colon"},
	"continued":               {"Content-Type: text/html;\n charset=utf-8\n\nhi", "one line"},
	"no end":                  {"Content-Type: text/html\nX-A: b\n", "empty line that ends the head is missing"},
	"page without empty line": {"Content-Type: text/html\n<html>\n\n", "empty line between"},
	"control character":       {"Content-Type: text/html\nX-A: a\x01b\n\nhi", "control character"},
	"colours":                 {"Status: 200 \x1b[32mOK\x1b[0m\nContent-Type: a/b\n\nhi", "control character"},
	"DEL, CRLF":               {"Content-Type: text/html\r\nX-A: a\x7f\r\n\r\nhi", "control character"},
	"no type":                 {"X-A: b\n\nhi", "Content-Type"},
	"bad status":              {"Status: fine\nContent-Type: a/b\n\nhi", "Status: 404 Not Found"},
	"a trace of debugging":    {"x is 1\nContent-Type: text/html\n\nhi", "fields"},
	"nothing":                 {"", "by hand"},
}

// More outputs, whose hints need no program to be found.
func TestDiagnose(t *testing.T) {
	for _, c := range []struct{ output, hint string }{
		{"/srv/x.py:3: DeprecationWarning: 'cgi' is deprecated\n  import cgi\nContent-Type: a/b\n\nhi", "Python"},
		{"<h1>Software error:</h1>\n<pre>Died at /srv/x.pl line 3.</pre>\n", "Perl"},
		{"Fatal error: exception Not_found\n", "OCaml"},
		{"PHP Fatal error:  Uncaught Error: x in /srv/x.php:3\nStack trace:\n", "PHP"},
		{"\nthread 'main' panicked at src/main.rs:2:5:\nboom\n", "Rust"},
		{"\nthread 'main' (4711) panicked at src/main.rs:2:5:\nboom\n", "Rust"},
		{"lua: a.lua:3: attempt to index a nil value (global 'x')\nstack traceback:\n\t[C]: in ?\n", "Lua"},
		{"invalid command name \"foo\"\n    while executing\n\"foo\"\n", "Tcl"},
		{"Segmentation fault (core dumped)\n", "killed"},
		{"*** stack smashing detected ***: terminated\n", "killed"},
		{"-e Content-Type: text/html\n\nhi", "printf"},
		{"-n Content-Type: text/html\n\nhi", "printf"},
		{"\x89PNG\r\n\x1a\n", "the file"}, {"GIF89a", "the file"}, {"%PDF-1.7\n", "the file"}, {"\xff\xd8\xff\xe0", "the file"},
		{"\xff\xfe\x00\x00C\x00\x00\x00", "UTF-32"}, {"\x00C\x00o\x00n", "UTF-16"}, {"C\x00o\x00n\x00", "UTF-16"},
		{"Content-Type: text/html\nhello, world", "empty line between"},
		{"X-A: b\nContent-Type: text/html\nhello\n\nworld", "empty line between"},
		{"Content type: text/html\n\nhi", "hyphen"}, {"Content_Type: text/html\n\nhi", "hyphen"},
		{"\x1b[31mContent-Type: text/html\n\nhi", "control character"},
		{"hello, world\n", "first lines"},
	} {
		if got := diagnose([]byte(c.output)); !strings.Contains(got, c.hint) {
			t.Errorf("%q: got the hint %q, want one with %q", c.output, got, c.hint)
		}
	}
}

// A field with a wrong value has a hint of its own.
func TestWrongFields(t *testing.T) {
	for _, field := range []string{"Status: 404\tGone", "Status: HTTP/1.1 404 Gone", "Status: 0404 x", "Status: 100 Continue", "Status: 600 x", "Status: 404Gone", "Status:",
		"Content-Length: 2, 2", "Content-Length: -1", "Content-Length:", "Content-Length: +2", "Content-Length: 0x2"} {
		_, err := parseHead([]byte(field+"\nContent-Type: a/b\n\n"), false)
		name, _, _ := strings.Cut(field, ":")
		if hint := (&badHead{err: err}).hint(); !strings.Contains(hint, name) {
			t.Errorf("%q: got the hint %q, want one with %q", field, hint, name)
		}
	}
}

// The developer's log gets the whole output and a hint, and the client a 502.
func TestBadHeadsAreLoggedWhole(t *testing.T) {
	onBoth(t, func(t *testing.T, handler func(string) *Handler) {
		h := handler("#!/bin/sh\ncat\n")
		failed := logJSON(h)
		url := serve(t, h)
		for name, c := range badHeads {
			t.Run(name, func(t *testing.T) {
				respond(t, url, c.output).want(t, 502, "Bad Gateway\n")
				got := failed(t)
				if want := strings.ToValidUTF8(c.output, "\ufffd"); strings.ReplaceAll(got.Output, "\ufffd\ufffd", "\ufffd") != want || got.Cut {
					t.Errorf("got output %q\nwant       %q", got.Output, want)
				}
				if !strings.Contains(got.Hint, c.hint) || got.Status != 502 {
					t.Errorf("got status %d and hint %q, want one with %q", got.Status, got.Hint, c.hint)
				}
			})
		}
	})
}

// Programs whose languages print messages in place of a head.
var failing = map[string]struct{ program, pkg, text, hint, output string }{
	"cgitb":           {"python3", "python3", "#!/usr/bin/env -S python3 -W ignore\nimport cgitb\ncgitb.enable()\nsecond = undefined_name\n", "cgitb", "undefined_name' is not defined"},
	"header(-nph)":    {"perl", "libcgi-pm-perl", "#!/usr/bin/env perl\nuse CGI;\nprint CGI->new->header(-nph => 1, -type => 'text/plain'), \"page\\n\";\n", "nph-", "page"},
	"fatal in PHP":    {"php", "php-cli", "#!/usr/bin/env -S php -d display_errors=1 -d html_errors=0\n<?php\nundefined_function();\n", "PHP", "undefined_function"},
	"die":             {"perl", "perl", "#!/usr/bin/env perl\nopen STDERR, '>&', STDOUT; $| = 1;\nprint \"X: y\\n\"; die 'no database';\n", "Perl", "no database at "},
	"set -x":          {"sh", "dash", "#!/bin/sh\nexec 2>&1\nset -x\nprintf 'Content-Type: text/plain\\n\\n'\n", "set -x", "+ printf"},
	"two short parts": {"sh", "dash", "#!/bin/sh\necho one; sleep 0.05; echo; sleep 0.05; echo two\n", "fields", "one\n\ntwo\n"},
}

func TestFailingProgramsAreLoggedWhole(t *testing.T) {
	for name, c := range failing {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			need(t, c.program, c.pkg)
			h := &Handler{Path: write(t, "script", c.text)}
			failed := logJSON(h)
			get(t, serve(t, h)+"/edit?key=secret").want(t, 502, "Bad Gateway\n")
			if got := failed(t); !strings.Contains(got.Output, c.output) || !strings.Contains(got.Hint, c.hint) {
				t.Errorf("got %+v, want output with %q and a hint with %q", got, c.output, c.hint)
			}
		})
	}
}

// A script that prints no end, or that does not end, does not hold its client, and
// the log is bounded.
func TestBadHeadIsBounded(t *testing.T) {
	for name, text := range map[string]string{
		"endless":            "#!/bin/sh\nwhile echo no head; do echo; done\n",
		"waits":              "#!/bin/sh\necho no head; echo; sleep 100\n",
		"a job holds stdout": "#!/bin/sh\necho no head; echo; sleep 100 &\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := &Handler{Path: write(t, "script", text)}
			failed := logJSON(h)
			get(t, serve(t, h)).want(t, 502, "Bad Gateway\n")
			got := failed(t)
			if !strings.HasPrefix(got.Output, "no head\n\n") || len(got.Output) > maxBad || got.Cut != (name == "endless") {
				t.Errorf("got %d bytes, cut %v: %.100q", len(got.Output), got.Cut, got.Output)
			}
		})
	}
}

// The query of a redirect is not logged with a head that cannot be read.
func TestBadRedirectKeepsItsSecret(t *testing.T) {
	h := &Handler{Path: write(t, "script", "#!/bin/sh\ncat\n")}
	failed := logJSON(h)
	url := serve(t, h)
	for _, output := range []string{
		"debug\nLocation: /edit/7?key=s3cret\n\n", "location: http://x/?s3cret\nX\n\n", "Location: /a?s3cret\x01\n\n", "Location: /a%zz?s3cret\n\n", "Location: /edit?s3cret",
	} {
		respond(t, url+"/post?s3cret", output)
		if got := failed(t); strings.Contains(got.Err+got.Output+got.URI+got.Hint, "s3cret") {
			t.Errorf("%q: got %+v", output, got)
		}
	}
}
