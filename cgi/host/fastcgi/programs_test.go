//go:build linux

package fastcgi

import (
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
)

// The programs answer by the query: echo sends the body back, gone is status 410, away
// redirects, split sends two parts.
const (
	answersPerl = `
use FCGI;
my $request = FCGI::Request();
while ($request->Accept() >= 0) {
	my $q = $ENV{QUERY_STRING};
	if ($q eq "gone") { print "Status: 410 Gone\r\nContent-Type: text/plain\r\n\r\ngone" }
	elsif ($q eq "away") { print "Status: 303 See Other\r\nLocation: /there?x=1\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\n\r\n" }
	elsif ($q eq "split") { print "Content-Type: text/plain\r\n\r\none,"; $request->Flush(); print "two"; print STDERR "a warning\n" }
	else { print "Content-Type: text/plain\r\nX-Length: $ENV{CONTENT_LENGTH}\r\n\r\n"; print while <STDIN> }
}
`
	answersC = `
#include <fcgi_stdio.h>
#include <stdlib.h>
#include <string.h>
int main(void) {
	while (FCGI_Accept() >= 0) {
		const char *q = getenv("QUERY_STRING"), *n = getenv("CONTENT_LENGTH");
		if (!strcmp(q, "gone")) printf("Status: 410 Gone\r\nContent-Type: text/plain\r\n\r\ngone");
		else if (!strcmp(q, "away")) printf("Status: 303 See Other\r\nLocation: /there?x=1\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\n\r\n");
		else if (!strcmp(q, "split")) { printf("Content-Type: text/plain\r\n\r\none,"); fflush(stdout); printf("two"); fprintf(stderr, "a warning\n"); }
		else {
			char b[65536]; size_t got;
			printf("Content-Type: text/plain\r\nX-Length: %s\r\n\r\n", n ? n : "");
			while ((got = fread(b, 1, sizeof b, stdin)) > 0) fwrite(b, 1, got, stdout);
		}
	}
	return 0;
}
`
	answersPHP = `<?php
header("Content-Type: text/plain");
switch ($_SERVER["QUERY_STRING"]) {
case "gone": http_response_code(410); echo "gone"; break;
case "away": header("Location: /there?x=1", true, 303); header_remove("Content-Type"); setcookie("a", "1"); setcookie("b", "2"); break;
case "split": echo "one,"; flush(); echo "two"; error_log("a warning"); break;
default: header("X-Length: " . ($_SERVER["CONTENT_LENGTH"] ?? "")); readfile("php://input");
}
`
)

// Programs in Perl, C and PHP are served alike, with bodies of several megabytes that
// come with their length or in chunks.
func TestProgramsAreServedAlike(t *testing.T) {
	dir := t.TempDir()
	script := write(t, dir, "index.php", answersPHP)
	for name, program := range map[string]func(t *testing.T) *Handler{
		"Perl":    func(t *testing.T) *Handler { return &Handler{Addr: start(t, nil, perlProgram(t, answersPerl)...)} },
		"C":       func(t *testing.T) *Handler { return &Handler{Addr: start(t, nil, cProgram(t, answersC)...)} },
		"php-cgi": func(t *testing.T) *Handler { return php(t, script, 2) },
		"PHP-FPM": func(t *testing.T) *Handler { return &Handler{Addr: fpm(t), Script: script} },
	} {
		t.Run(name, func(t *testing.T) {
			h := program(t)
			j := logTo(h)
			url := front(t, h)
			ask(t, "GET", url+"/?gone", nil).want(t, 410, "gone")
			ask(t, "HEAD", url+"/?gone", nil).want(t, 410, "")
			ask(t, "GET", url+"/?split", nil).want(t, 200, "one,two")
			j.await(t, "a warning")
			ask(t, "PUT", url+"/?echo", strings.NewReader("")).want(t, 200, "")
			wantRedirect(t, url+"/?away")
			for _, large := range []io.Reader{strings.NewReader(largeText), io.MultiReader(strings.NewReader(largeText))} { // with its length, and in chunks
				got := ask(t, "POST", url+"/?echo", large)
				if got.err != nil || got.body != largeText || got.Header.Get("X-Length") != fmt.Sprint(len(largeText)) {
					t.Errorf("got %.100s, want the body of %d bytes", got, len(largeText))
				}
			}
		})
	}
}

var largeText = strings.Repeat("A line of 16 b.\n", 3<<16)

func wantRedirect(t *testing.T, url string) {
	t.Helper()
	response, err := http.DefaultTransport.RoundTrip(request(t, url))
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	if got := response.Header; response.StatusCode != 303 || got.Get("Location") != "/there?x=1" || len(got["Set-Cookie"]) != 2 {
		t.Errorf("got %s with %v, want 303 to /there?x=1 with two cookies", response.Status, got)
	}
}

func request(t *testing.T, url string) *http.Request {
	t.Helper()
	r, err := http.NewRequest("GET", url, nil)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// fpm starts PHP-FPM, and returns its address.
func fpm(t *testing.T) string {
	t.Helper()
	program := needs(t, "php-fpm", "php-fpm", "php-fpm8.2", "/usr/sbin/php-fpm8.2", "php-fpm8.4", "/usr/sbin/php-fpm8.4")
	socket := filepath.Join(t.TempDir(), "fpm")
	run(t, nil, nil, program, "-F", "-R", "-y", write(t, t.TempDir(), "fpm.conf", fmt.Sprintf(fpmConf, socket)))
	c, err := patiently(t, socket)
	if err != nil {
		t.Fatal(err)
	}
	c.Close()
	return "unix:" + socket
}
