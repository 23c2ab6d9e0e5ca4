//go:build linux

package host

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// These tests run typical CGI programs.

func TestShellScript(t *testing.T) {
	h := &Handler{Path: write(t, "guestbook.cgi", `#!/bin/sh
read -r form
echo "Content-Type: text/plain; charset=utf-8"
echo
printf '%s %s %s' "$REQUEST_METHOD" "$form" "$(pwd -P)"
`)}
	got := do(t, request(t, "POST", serve(t, h), strings.NewReader("name=Ann\n")))
	got.want(t, 200, "POST name=Ann "+h.Path[:strings.LastIndexByte(h.Path, '/')])
}

func TestShellScriptWithArguments(t *testing.T) {
	dir := t.TempDir()
	h := &Handler{Path: write(t, "args.cgi", "#!/bin/sh\necho Content-Type: a/b; echo; printf '%s|' \"$@\"; pwd -P\n"), Args: []string{"a b", "c"}, Dir: dir}
	get(t, serve(t, h)).want(t, 200, "a b|c|"+dir+"\n")
}

func TestPerlScript(t *testing.T) {
	if _, err := exec.LookPath("perl"); err != nil {
		if os.Getenv("CLASSIBENCH_NO_SKIP") == "1" {
			t.Fatal(err)
		}
		t.Skip("needs perl")
	}
	h := &Handler{Path: write(t, "form.pl", `#!/usr/bin/env perl
use strict; use warnings;
binmode STDIN;
read(STDIN, my $form, $ENV{CONTENT_LENGTH} // 0);
my %in = map { split /=/, $_, 2 } split /&/, $form;
print "Status: 303 See Other\r\nLocation: /ad/$in{id}\r\nSet-Cookie: seen=$in{id}\r\n\r\n" and exit if $in{id};
warn "no id";
print "Content-Type: text/html\r\n\r\n<p>$ENV{QUERY_STRING}</p>";
die "too late\n";
`)}
	j := logTo(h)
	url := serve(t, h)
	got := do(t, request(t, "POST", url, strings.NewReader("title=bike&id=7")))
	got.want(t, 303, "")
	if got.Header.Get("Location") != "/ad/7" || got.Header.Get("Set-Cookie") != "seen=7" {
		t.Errorf("got %v", got.Header)
	}
	get(t, url+"/?q=1").want(t, 200, "<p>q=1</p>")
	for _, want := range []string{"no id at ", `line="too late"`, `err="exit status 255"`} {
		j.await(t, want)
	}
}

// php-cgi needs REDIRECT_STATUS, and reads SCRIPT_FILENAME. It works as the
// interpreter at Path, and in a #! line.
func TestPHP(t *testing.T) {
	php, err := exec.LookPath("php-cgi")
	if err != nil {
		if os.Getenv("CLASSIBENCH_NO_SKIP") == "1" {
			t.Fatal("install php-cgi")
		}
		t.Skip("needs the package php-cgi")
	}
	const text = `<?php
header("Content-Type: text/plain");
echo $_SERVER["SCRIPT_NAME"], " ", $_SERVER["PATH_INFO"] ?? "", " ", $_GET["a"], " ", $_POST["b"], " ", basename(getcwd());`
	for name, c := range map[string]struct {
		handler func(script string) *Handler
		want    string
	}{
		"told":       {func(script string) *Handler { return &Handler{Path: php, Script: script} }, "/sign.php /x 1 2 "},
		"first line": {func(script string) *Handler { return &Handler{Path: script} }, " /x 1 2 "},
	} {
		t.Run(name, func(t *testing.T) {
			script := write(t, "sign.php", "#!"+php+"\n"+text)
			h := c.handler(script)
			logTo(h)
			r := request(t, "POST", serve(t, h)+"/x?a=1", strings.NewReader("b=2"))
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			do(t, r).want(t, 200, c.want+filepath.Base(filepath.Dir(script)))
		})
	}
}
