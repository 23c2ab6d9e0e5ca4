//go:build linux

package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// gitSize returns the size in bytes of the file that TestGitHTTPBackend pushes and clones:
// CLASSIBENCH_GIT_MB megabytes of random data, 4 by default.
func gitSize() int {
	n, err := strconv.Atoi(os.Getenv("CLASSIBENCH_GIT_MB"))
	if err != nil {
		n = 4
	}
	return n << 20
}

// debianProgram returns the path of a program, and skips the test if it is missing.
func debianProgram(t *testing.T, pkg, path string) string {
	t.Helper()
	found, err := exec.LookPath(path)
	switch {
	case err == nil:
		return found
	case os.Getenv("CLASSIBENCH_NO_SKIP") == "1":
		t.Fatalf("no %s: install the package %s", path, pkg)
	}
	t.Skipf("no %s: install the package %s", path, pkg)
	return ""
}

// serveDirectory runs "serve cgi DIRECTORY --prefix /cgi-bin/" until the end of the test,
// and returns the URL of the directory.
func serveDirectory(t *testing.T, dir string, flags ...string) string {
	t.Helper()
	bin, err := built()
	if err != nil {
		t.Fatal(err)
	}
	args := append([]string{"serve", "cgi", "--listen", "127.0.0.1:0", "--prefix", "/cgi-bin/", "--follow-links"}, flags...)
	cmd := exec.Command(filepath.Join(bin, "classibench"), append(args, dir)...)
	stderr, err := cmd.StderrPipe()
	if err := errors.Join(err, cmd.Start()); err != nil {
		t.Fatal(err)
	}
	log := bufio.NewReader(stderr)
	t.Cleanup(func() {
		cmd.Process.Signal(syscall.SIGTERM)
		io.Copy(t.Output(), log)
		if err := cmd.Wait(); err != nil {
			t.Errorf("after SIGTERM, serve cgi ended with %v", err)
		}
	})
	for {
		line, err := log.ReadString('\n')
		if found := regexp.MustCompile(`serving .* on (http://\S+)`).FindStringSubmatch(line); found != nil {
			go io.Copy(t.Output(), log)
			return found[1] + "/cgi-bin/"
		}
		if err != nil {
			t.Fatalf("serve cgi wrote %q: %v", line, err)
		}
	}
}

// linked makes a directory of programs.
func linked(t *testing.T, programs map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, path := range programs {
		if err := os.Symlink(path, filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// runGit runs git, apart from the user's settings, and returns its output.
func runGit(t *testing.T, dir, stdin string, args ...string) string {
	t.Helper()
	cmd := exec.Command("git", args...)
	cmd.Dir, cmd.Stdin = dir, strings.NewReader(stdin)
	cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_NOSYSTEM=1", "GIT_TERMINAL_PROMPT=0", "GIT_TRACE_CURL="+filepath.Join(dir, "trace"),
		"GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a@example.org", "GIT_COMMITTER_NAME=a", "GIT_COMMITTER_EMAIL=a@example.org")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return strings.TrimSpace(string(out))
}

// repository makes a bare repository below root, with a branch for each of 60 commits:
// the request of a clone, which names them all, is long enough for git to compress it.
func repository(t *testing.T, root string) {
	t.Helper()
	bare := filepath.Join(root, "site.git")
	runGit(t, root, "", "init", "-q", "--bare", "-b", "main", bare)
	runGit(t, bare, "", "config", "http.receivepack", "true")
	var b strings.Builder
	for i := range 60 {
		fmt.Fprintf(&b, "commit refs/heads/b%d\ncommitter a <a@example.org> %d +0000\ndata <<.\nChange %d\n.\nM 644 inline page.html\ndata <<.\n<p>%d</p>\n.\n\n", i, 1577836800+i, i, i)
	}
	runGit(t, bare, b.String(), "fast-import", "--quiet")
	runGit(t, bare, "", "branch", "main", "b59")
}

// TestGitHTTPBackend clones, pushes, and clones shallowly. A push that is larger than
// http.postBuffer (1 MiB) is sent in chunks.
func TestGitHTTPBackend(t *testing.T) {
	backend := debianProgram(t, "git", "/usr/lib/git-core/git-http-backend")
	root, work := t.TempDir(), t.TempDir()
	repository(t, root)
	url := serveDirectory(t, linked(t, map[string]string{"git": backend}), "--env", "GIT_PROJECT_ROOT="+root, "--env", "GIT_HTTP_EXPORT_ALL=1") + "git/site.git"

	runGit(t, work, "", "-c", "protocol.version=0", "clone", "-q", url, "first")
	first := filepath.Join(work, "first")
	wantTrace(t, work, "content-encoding: gzip")
	writeRandom(t, filepath.Join(first, "large"), gitSize())
	runGit(t, first, "", "add", "large")
	runGit(t, first, "", "commit", "-q", "-m", "Add a large file")
	runGit(t, first, "", "push", "-q", "origin", "HEAD:main")
	wantTrace(t, first, "transfer-encoding: chunked")

	runGit(t, work, "", "clone", "-q", "--depth", "1", url, "shallow")
	runGit(t, work, "", "clone", "-q", url, "second")
	pushed := runGit(t, first, "", "rev-parse", "HEAD^{tree}")
	for name, commits := range map[string]string{"shallow": "1", "second": "2"} {
		dir := filepath.Join(work, name)
		runGit(t, dir, "", "fsck", "--full")
		if tree, n := runGit(t, dir, "", "rev-parse", "HEAD^{tree}"), runGit(t, dir, "", "rev-list", "--count", "HEAD"); tree != pushed || n != commits {
			t.Errorf("%s: got the tree %s with %s commits, want %s with %s", name, tree, n, pushed, commits)
		}
	}
}

// wantTrace checks that a request of git had a header.
func wantTrace(t *testing.T, dir, header string) {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(dir, "trace"))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(strings.ToLower(string(b)), "send header: "+header) {
		t.Errorf("git sent no %q", header)
	}
}

func writeRandom(t *testing.T, path string, size int) {
	t.Helper()
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	_, err = io.CopyN(f, rand.NewChaCha8([32]byte{1}), int64(size))
	if err := errors.Join(err, f.Close()); err != nil {
		t.Fatal(err)
	}
}

// A visit is a request to a program in the directory, and what its answer holds.
type visit struct {
	method, path, body, kind string
	status                   int
	want                     string
}

func (v visit) check(t *testing.T, url string) {
	t.Helper()
	r, err := http.NewRequest(v.method, url+v.path, strings.NewReader(v.body))
	if err != nil {
		t.Fatal(err)
	}
	if v.body != "" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	response, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	b, err := io.ReadAll(response.Body)
	kind := response.Header.Get("Content-Type")
	if err != nil || response.StatusCode != v.status || !strings.HasPrefix(kind, v.kind) || !strings.Contains(string(b), v.want) {
		t.Errorf("%s %s: got %s, type %q, %v, body %.600q; want %d, type %q and %q", v.method, v.path, response.Status, kind, err, b, v.status, v.kind, v.want)
	}
}

// Both browsers of git repositories show, find and hand out what is there.
func TestGitwebAndCgit(t *testing.T) {
	gitweb, cgit := debianProgram(t, "gitweb", "/usr/share/gitweb/gitweb.cgi"), debianProgram(t, "cgit", "/usr/lib/cgit/cgit.cgi")
	root := t.TempDir()
	repository(t, root)
	conf := filepath.Join(root, "gitweb.conf")
	cgitrc := filepath.Join(root, "cgitrc")
	for path, text := range map[string]string{
		conf:   "our $projectroot = '" + root + "';\n$feature{'snapshot'}{'default'} = ['tgz'];\n",
		cgitrc: "enable-index-links=1\nsnapshots=tar.gz\nvirtual-root=/cgi-bin/cgit\nrepo.url=site\nrepo.path=" + root + "/site.git\n",
	} {
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	url := serveDirectory(t, linked(t, map[string]string{"gitweb": gitweb, "cgit": cgit}), "--env", "GITWEB_CONFIG="+conf, "--env", "CGIT_CONFIG="+cgitrc)
	for _, v := range []visit{
		{"GET", "gitweb", "", "text/html", 200, "site.git"},
		{"GET", "gitweb?p=site.git;a=summary", "", "text/html", 200, "Change 59"},
		{"GET", "gitweb/site.git/blob_plain/HEAD:/page.html", "", "text/html", 200, "<p>59</p>"},
		{"GET", "gitweb/site.git/snapshot/HEAD.tar.gz", "", "application/x-gzip", 200, "\x1f\x8b"},
		{"GET", "gitweb?p=none.git", "", "text/html", 404, "No such project"},
		{"HEAD", "gitweb", "", "text/html", 200, ""},
		{"GET", "cgit/", "", "text/html", 200, "site"},
		{"GET", "cgit/site/log/?h=main", "", "text/html", 200, "Change 59"},
		{"GET", "cgit/site/plain/page.html", "", "text/", 200, "<p>59</p>"},
		{"GET", "cgit/site/snapshot/site-main.tar.gz", "", "application/x-gzip", 200, "\x1f\x8b"},
		{"GET", "cgit/none/", "", "text/html", 404, ""},
	} {
		v.check(t, url)
	}
}

const phpPage = `#!/usr/bin/env php-cgi
<?php
if ($_SERVER["PATH_INFO"] === "/away") { header("Location: /cgi-bin/page.php/here?x=1", true, 303); exit; }
if ($_SERVER["PATH_INFO"] === "/gone") { http_response_code(410); exit("gone"); }
header("Content-Type: text/plain");
echo $_SERVER["REQUEST_METHOD"], " ", $_SERVER["SCRIPT_NAME"], " ", $_SERVER["PATH_INFO"], " ", $_GET["x"] ?? "-", " ", $_POST["y"] ?? "-", " ", strlen(file_get_contents("php://input"));
`

// A PHP page with a #! line is a program of the directory.
func TestPHPCGIInADirectory(t *testing.T) {
	debianProgram(t, "php-cgi", "php-cgi")
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "page.php"), []byte(phpPage), 0o755); err != nil {
		t.Fatal(err)
	}
	url := serveDirectory(t, dir)
	long := strings.Repeat("z", 3<<20)
	for _, v := range []visit{
		{"GET", "page.php/a%20b?x=7", "", "text/plain", 200, "GET /cgi-bin/page.php /a b 7 - 0"},
		{"POST", "page.php/p", "y=8", "text/plain", 200, "POST /cgi-bin/page.php /p - 8 3"},
		{"PUT", "page.php/p", long, "text/plain", 200, fmt.Sprint("PUT /cgi-bin/page.php /p - - ", len(long))},
		{"GET", "page.php/away", "", "", 303, ""},
		{"GET", "page.php/gone", "", "text/html", 410, "gone"},
		{"GET", "none.php", "", "text/plain", 404, ""},
	} {
		v.check(t, url)
	}
}
