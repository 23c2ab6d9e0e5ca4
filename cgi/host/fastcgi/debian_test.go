//go:build linux

package fastcgi

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// needs finds a program. It skips the test if the program's Debian package is
// missing, unless skipping is forbidden.
func needs(t testing.TB, pkg string, names ...string) string {
	t.Helper()
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	missing(t, pkg)
	return ""
}

func missing(t testing.TB, pkg string) {
	t.Helper()
	if os.Getenv("CLASSIBENCH_NO_SKIP") == "1" {
		t.Fatalf("install %s", pkg)
	}
	t.Skipf("needs the package %s", pkg)
}

// start starts a FastCGI program with a listening socket as its standard input
// (FastCGI 1.0 §2.2), so that connections wait until it is ready. It returns the
// address, and ends the program at the end of the test.
func start(t testing.TB, env []string, command ...string) (addr string) {
	t.Helper()
	l, addr := listen(t, "unix")
	l.(*net.UnixListener).SetUnlinkOnClose(false)
	f, err := l.(*net.UnixListener).File()
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	run(t, f, env, command...)
	l.Close()
	return addr
}

// run starts a program, and ends it with its children at the end of the test.
func run(t testing.TB, stdin *os.File, env []string, command ...string) {
	t.Helper()
	cmd := exec.Command(command[0], command[1:]...)
	cmd.Env = append(os.Environ(), env...)
	if stdin != nil {
		cmd.Stdin = stdin
	}
	cmd.Stderr = t.Output()
	cmd.SysProcAttr = ownGroup()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		endGroup(cmd.Process.Pid)
		cmd.Wait()
	})
}

// write writes a file and returns its path.
func write(t testing.TB, dir, name, content string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, []byte(content), 0o755); err != nil {
		t.Fatal(err)
	}
	return path
}

const environmentPHP = `<?php
header("Content-Type: application/json");
echo json_encode($_SERVER);
`

const signPHP = `<?php
file_put_contents(getenv("BOOK") ?: $_SERVER["BOOK"], file_get_contents("php://input") . "\n", FILE_APPEND | LOCK_EX);
http_response_code(201);
echo "signed by ", getmypid();
`

// php returns a Handler for php-cgi with a number of children. Each child is
// recycled after five requests.
func php(t testing.TB, script string, children int) *Handler {
	t.Helper()
	program := needs(t, "php-cgi", "php-cgi")
	addr := start(t, []string{fmt.Sprint("PHP_FCGI_CHILDREN=", children), "PHP_FCGI_MAX_REQUESTS=5"}, program)
	return &Handler{Addr: addr, Script: script}
}

// Of 300 posts to children that are recycled after five requests each, none may be
// lost or repeated.
func TestPostsToRecycledPHP(t *testing.T) {
	dir := t.TempDir()
	book := filepath.Join(dir, "book")
	h := php(t, write(t, dir, "sign.php", signPHP), 2)
	h.Env = []string{"BOOK=" + book}
	logTo(h)
	url := front(t, h)
	var all sync.WaitGroup
	for i := range 3 {
		all.Go(func() {
			for j := range 100 {
				text := fmt.Sprintf("%d-%d", i, j)
				if got := ask(t, "POST", url+"/sign", strings.NewReader(text)); got.err != nil || got.StatusCode != 201 {
					t.Errorf("%s: got %s, want 201", text, got)
				}
			}
		})
	}
	all.Wait()
	if h.app.terms != (terms{2, true}) {
		t.Errorf("got %+v, want the 2 children that PHP reports", h.app.terms)
	}
	b, err := os.ReadFile(book)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Fields(string(b))
	slices.Sort(lines)
	if unique := len(slices.Compact(slices.Clone(lines))); len(lines) != 300 || unique != 300 {
		t.Errorf("got %d posts, %d of them different, want 300 different ones", len(lines), unique)
	}
}

// A GET is repeated if a child closes its connection at the moment of use.
func TestGetsFromRecycledPHP(t *testing.T) {
	h := php(t, write(t, t.TempDir(), "index.php", "<?php echo $_GET['n'];"), 2)
	logTo(h)
	url := front(t, h)
	var all sync.WaitGroup
	for i := range 3 {
		all.Go(func() {
			for j := range 40 {
				n := fmt.Sprintf("%d-%d", i, j)
				ask(t, "GET", url+"/?n="+n, nil).want(t, 200, n)
			}
		})
	}
	all.Wait()
}

func TestPHPTakesLargeHeadersAndQueries(t *testing.T) {
	h := php(t, write(t, t.TempDir(), "index.php", `<?php
$n = 0;
foreach ($_SERVER as $name => $value) if (str_starts_with($name, "HTTP_X_")) $n += strlen($value);
echo $n, " ", strlen($_SERVER["QUERY_STRING"]), " ", strlen($_SERVER["REQUEST_URI"]);`), 2)
	j := logTo(h)
	url := front(t, h)
	var headers []string
	for range 10 {
		headers = append(headers, strings.Repeat("h", 7000))
	}
	askWith(t, url+"/?"+strings.Repeat("q", 40_000), headers...).want(t, 200, "70000 40000 40002")
	askWith(t, url+"/?"+strings.Repeat("q", 64_000), headers...).want(t, 200, "70000 64000 64002")
	askWith(t, url+"/?"+strings.Repeat("q", 66_000)).want(t, 414, "Request URI Too Long\n")
	askWith(t, url+"/", strings.Repeat("h", 66_000)).want(t, 431, "Request Header Fields Too Large\n")
	j.await(t, "does not fit one FastCGI record")
	ask(t, "GET", url+"/", nil).want(t, 200, "0 0 1") // the child still works
}

// lighttpdConf passes every path to PHP at the socket, as for a site with one
// script.
const lighttpdConf = `
server.document-root = "%[1]s"
server.bind = "%[2]s"
server.modules = ("mod_fastcgi", "mod_rewrite")
url.rewrite-once = ("^/index\.php.*" => "$0", "^/(.*)$" => "/index.php/$1")
fastcgi.server = (".php" => ((%[3]s)))
`

// PHP must get the same variables as from lighttpd.
func TestParametersAreThoseOfLighttpd(t *testing.T) {
	server := needs(t, "lighttpd", "lighttpd", "/usr/sbin/lighttpd")
	dir := t.TempDir()
	h := php(t, write(t, dir, "index.php", environmentPHP), 2)
	logTo(h)
	url := front(t, h)
	socket := filepath.Join(t.TempDir(), "front")
	conf := write(t, t.TempDir(), "conf", fmt.Sprintf(lighttpdConf, dir, socket, fmt.Sprintf(`"socket" => "%s"`, strings.TrimPrefix(h.Addr, "unix:"))))
	run(t, nil, nil, server, "-D", "-f", conf)
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true, DialContext: func(context.Context, string, string) (net.Conn, error) {
		return patiently(t, socket)
	}}}
	for _, path := range []string{"/", "/index.php", "/index.php/a/b?x=1&y=%20", "/index.php?x", "/guests", "/guests/7?x=1", "/a%20b/c"} {
		response, err := client.Get("http://lighttpd" + path)
		if err != nil {
			t.Fatal(err)
		}
		want := scriptVariables(t, response.Body)
		got := scriptVariables(t, strings.NewReader(ask(t, "GET", url+path, nil).body))
		if path == "/" { // lighttpd rewrites it to /index.php/
			delete(want, "PATH_INFO")
			delete(want, "PATH_TRANSLATED")
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: -lighttpd +ours:\n%s", path, diff)
		}
	}
}

// patiently connects to a server that will listen soon.
func patiently(t testing.TB, socket string) (net.Conn, error) {
	for limit := time.Now().Add(20 * time.Second); ; time.Sleep(time.Millisecond) {
		c, err := net.Dial("unix", socket)
		if err == nil || time.Now().After(limit) {
			return c, err
		}
	}
}

// scriptVariables parses PHP's variables, and keeps those for the place of the
// script.
func scriptVariables(t testing.TB, r io.Reader) map[string]string {
	t.Helper()
	var all map[string]any
	if err := json.NewDecoder(r).Decode(&all); err != nil {
		t.Fatal(err)
	}
	some := map[string]string{}
	for _, name := range []string{"SCRIPT_FILENAME", "DOCUMENT_ROOT", "SCRIPT_NAME", "PATH_INFO", "PATH_TRANSLATED", "REDIRECT_STATUS", "REQUEST_URI", "QUERY_STRING", "REQUEST_METHOD"} {
		if v, ok := all[name].(string); ok {
			some[name] = v
		}
	}
	return some
}

const fpmConf = `
[global]
error_log = /dev/stderr
daemonize = no
[www]
listen = %s
pm = static
pm.max_children = 2
pm.max_requests = 5
clear_env = no
`

func TestPHPFPM(t *testing.T) {
	dir := t.TempDir()
	book := filepath.Join(dir, "book")
	addr := fpm(t)
	for _, conns := range []int{0, 2} {
		t.Run(fmt.Sprint(conns), func(t *testing.T) {
			os.Remove(book)
			h := &Handler{Addr: addr, Script: write(t, dir, "sign.php", signPHP), Env: []string{"BOOK=" + book}, MaxConns: conns}
			logTo(h)
			url := front(t, h)
			for i := range 60 {
				if got := ask(t, "POST", url+"/sign", strings.NewReader(fmt.Sprint(i))); got.err != nil || got.StatusCode != 201 {
					t.Errorf("got %s, want 201", got)
				}
			}
			b, err := os.ReadFile(book)
			if n := len(strings.Fields(string(b))); err != nil || n != 60 {
				t.Errorf("got %d posts (%v), want 60", n, err)
			}
		})
	}
}

const perlLoop = `
use FCGI;
my $request = FCGI::Request();
while ($request->Accept() >= 0) {
	print "Content-Type: text/plain\r\n\r\n$ENV{QUERY_STRING}:";
	print while <STDIN>;
}
`

const cLoop = `
#include <fcgi_stdio.h>
#include <stdlib.h>
int main(void) {
	while (FCGI_Accept() >= 0) {
		int c;
		printf("Content-Type: text/plain\r\n\r\n%s:", getenv("QUERY_STRING"));
		while ((c = getchar()) != EOF) putchar(c);
	}
	return 0;
}
`

// A typical FastCGI loop in one process must serve two browsers at the same time,
// and accept parameters split anywhere.
func TestOrdinaryLoops(t *testing.T) {
	for _, c := range []struct {
		name    string
		command func(t *testing.T) []string
	}{
		{"Perl", func(t *testing.T) []string { return perlProgram(t, perlLoop) }}, {"C", func(t *testing.T) []string { return cProgram(t, cLoop) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := &Handler{Addr: start(t, nil, c.command(t)...)}
			logTo(h)
			url := front(t, h)
			var both sync.WaitGroup
			for i := range 2 {
				both.Go(func() {
					for j := range 50 {
						text := fmt.Sprint(i, "-", j)
						ask(t, "GET", url+"/?"+text, nil).want(t, 200, text+":")
						ask(t, "POST", url+"/?"+text, strings.NewReader(text)).want(t, 200, text+":"+text)
					}
				})
			}
			both.Wait()
			if h.app.terms.keep {
				t.Errorf("got %+v, want connections that are closed after each request", h.app.terms)
			}
			large := strings.Repeat("q", 100_000)
			ask(t, "GET", url+"/?"+large, nil).want(t, 200, large+":")
		})
	}
}

func perlProgram(t *testing.T, text string) []string {
	path := needs(t, "perl", "perl")
	if exec.Command(path, "-MFCGI", "-e", "1").Run() != nil {
		missing(t, "libfcgi-perl")
	}
	return []string{path, write(t, t.TempDir(), "loop.pl", text)}
}

func cProgram(t *testing.T, text string) []string {
	cc := needs(t, "gcc", "cc")
	dir := t.TempDir()
	out, err := exec.Command(cc, "-o", filepath.Join(dir, "loop"), write(t, dir, "loop.c", text), "-lfcgi").CombinedOutput()
	if err != nil && strings.Contains(string(out), "fcgi") {
		missing(t, "libfcgi-dev")
	}
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return []string{filepath.Join(dir, "loop")}
}
