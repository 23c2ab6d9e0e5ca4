//go:build linux

package host

import (
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// These tests compare the handler with other servers.

// shared makes a directory that servers of another user can read.
func shared(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "classibench-others-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	for _, d := range []string{dir, filepath.Join(dir, "cgi-bin"), filepath.Join(dir, "open")} {
		if err := os.MkdirAll(d, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(d, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Chmod(filepath.Join(dir, "open"), 0o777); err != nil {
		t.Fatal(err)
	}
	return dir
}

// putScript writes a script that all servers serve at /cgi-bin/NAME.
func putScript(t testing.TB, dir, name, text string) {
	t.Helper()
	path := filepath.Join(dir, "cgi-bin", name)
	if err := os.WriteFile(path, []byte(text), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, 0o755); err != nil {
		t.Fatal(err)
	}
}

const apacheConf = `ServerRoot %[1]s
PidFile %[1]s/%[3]s.pid
Listen %[2]s
ServerName localhost
LoadModule mpm_%[4]s_module /usr/lib/apache2/modules/mod_mpm_%[4]s.so
LoadModule authz_core_module /usr/lib/apache2/modules/mod_authz_core.so
LoadModule alias_module /usr/lib/apache2/modules/mod_alias.so
LoadModule %[3]s_module /usr/lib/apache2/modules/mod_%[3]s.so
User www-data
Group www-data
Mutex file:%[1]s
ErrorLog %[1]s/%[3]s.log
DocumentRoot %[1]s
ScriptAlias /cgi-bin/ %[1]s/cgi-bin/
<Directory %[1]s>
Require all granted
</Directory>
<IfModule cgid_module>
ScriptSock %[1]s/cgid.sock
</IfModule>
`

const lighttpdConf = `server.document-root = "%[1]s"
server.bind = "127.0.0.1"
server.port = %[2]s
server.modules = ("mod_cgi")
server.errorlog = "%[1]s/lighttpd.log"
server.upload-dirs = ("%[1]s")
cgi.assign = (".cgi" => "")
cgi.local-redir = "enable"
`

// server starts another server, and returns its address.
func server(t testing.TB, program, pkg string, command func(port string) []string) string {
	t.Helper()
	need(t, program, pkg)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().String()
	l.Close()
	_, port, _ := net.SplitHostPort(addr)
	args := command(port)
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Stdout, cmd.Stderr = os.Stderr, os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	t.Cleanup(func() {
		syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM)
		<-ended
		syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
	})
	for limit := time.After(time.Minute); ; {
		c, err := net.Dial("tcp", addr)
		if err == nil {
			c.Close()
			return "http://" + addr
		}
		select {
		case err := <-ended:
			ended <- err
			t.Fatalf("%s ended: %v", program, err)
		case <-limit:
			t.Fatalf("%s does not listen after a minute", program)
		case <-time.After(10 * time.Millisecond):
		}
	}
}

func configured(t testing.TB, dir, name, text string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func apache(t testing.TB, dir, module, mpm string) string {
	return server(t, "apache2", "apache2", func(port string) []string {
		conf := configured(t, dir, module+".conf", fmt.Sprintf(apacheConf, dir, "127.0.0.1:"+port, module, mpm))
		return []string{"apache2", "-f", conf, "-DFOREGROUND"}
	})
}

func lighttpd(t testing.TB, dir string) string {
	return server(t, "lighttpd", "lighttpd", func(port string) []string {
		return []string{"lighttpd", "-D", "-f", configured(t, dir, "lighttpd.conf", fmt.Sprintf(lighttpdConf, dir, port))}
	})
}

// ours serves all scripts of a directory with this package.
func ours(t testing.TB, dir string) string {
	t.Helper()
	scripts := map[string]http.Handler{}
	site := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/cgi-bin/"), "/")
		if h := scripts[name]; h != nil {
			h.ServeHTTP(w, r)
			return
		}
		http.NotFound(w, r)
	})
	files, err := os.ReadDir(filepath.Join(dir, "cgi-bin"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		h := &Handler{Path: filepath.Join(dir, "cgi-bin", f.Name()), ScriptName: "/cgi-bin/" + f.Name(), Root: dir, Redirect: site}
		t.Cleanup(h.Wait)
		scripts[f.Name()] = h
	}
	return serveHandler(t, site)
}

const envScript = `#!/bin/sh
[ $REQUEST_METHOD = POST ] && cat >/dev/null
case $PATH_INFO in
/hop*) printf 'Set-Cookie: a=1\nSet-Cookie: b=2\nX-Other: x\nLocation: /cgi-bin/env.cgi/end?y=2\n\n'; exit ;;
esac
printf 'Content-Type: text/plain\nSet-Cookie: c=3\n\n'
for v in REQUEST_METHOD REQUEST_URI QUERY_STRING PATH_INFO PATH_TRANSLATED SCRIPT_NAME SCRIPT_FILENAME REDIRECT_URL REDIRECT_QUERY_STRING \
  HTTP_HOST HTTP_X_TOKEN HTTP_X_Y HTTP_X_TWO HTTP_COOKIE HTTP_AUTHORIZATION HTTP_PROXY_AUTHORIZATION HTTP_PROXY HTTP_CONTENT_TYPE HTTP_CONTENT_LENGTH \
  CONTENT_TYPE GATEWAY_INTERFACE SERVER_PROTOCOL SERVER_NAME REMOTE_ADDR AUTH_TYPE; do
  eval "printf '%s=%s\n' $v \"\${$v-(unset)}\""
done
`

// others are the servers to compare with, each with the intended differences.
var others = map[string]struct {
	start  func(t testing.TB, dir string) string
	unlike func(target, line string) bool
}{
	"Apache with mod_cgid": {func(t testing.TB, dir string) string { return apache(t, dir, "cgid", "event") }, unlikeApache},
	"Apache with mod_cgi":  {func(t testing.TB, dir string) string { return apache(t, dir, "cgi", "prefork") }, unlikeApache},
	"lighttpd":             {lighttpd, unlikeLighttpd},
}

// unlikeApache: the handler does not clean the path (RFC 3875 §4.1.5) and allows an
// escaped slash in it, and the GET after a redirected POST has no type.
func unlikeApache(target, line string) bool {
	return strings.HasPrefix(line, "PATH_INFO=") && (strings.Contains(target, "//") || strings.Contains(target, "/../")) ||
		strings.Contains(strings.ToLower(target), "%2f") || strings.HasPrefix(line, "CONTENT_TYPE=") && strings.HasPrefix(target, "/hop")
}

// unlikeLighttpd: lighttpd also cleans the query, refuses bytes that are not UTF-8,
// removes the host of an absolute target, passes on all headers, and follows no
// local redirect that has a cookie.
func unlikeLighttpd(target, line string) bool {
	for _, name := range []string{"PATH_INFO=", "QUERY_STRING=", "HTTP_X_", "HTTP_AUTHORIZATION=", "HTTP_PROXY_AUTHORIZATION=", "HTTP_CONTENT_"} {
		if strings.HasPrefix(line, name) {
			return true
		}
	}
	return strings.HasPrefix(target, "/hop") || strings.Contains(target, "\xff") || strings.HasPrefix(target, "http:")
}

// headers are part of all requests.
const headers = "Host: example.org:81\r\nConnection: close\r\nX_TOKEN: 1\r\nX.Y: 2\r\nX-Two: 1\r\nX-Two: 2\r\nCookie: a=1\r\n" +
	"Authorization: Basic eDp5\r\nProxy-Authorization: Basic eDp5\r\nProxy: evil\r\nContent-Type: a/b\r\n"

// Scripts must get the same environment as from other servers, including
// REQUEST_URI, and a local redirect must keep the cookies.
func TestEnvironmentIsLikeThatOfOthers(t *testing.T) {
	dir := shared(t)
	putScript(t, dir, "env.cgi", envScript)
	us := ours(t, dir)
	for name, other := range others {
		t.Run(name, func(t *testing.T) {
			them := other.start(t, dir)
			for _, target := range append(targets, "/hop", "/hop/%7e|?x={1}", "http://example.org/cgi-bin/env.cgi/x|y?z") {
				for _, request := range []string{"GET %s HTTP/1.1\r\n" + headers + "\r\n", "POST %s HTTP/1.1\r\n" + headers + "Content-Length: 2\r\n\r\nhi"} {
					text := fmt.Sprintf(request, "/cgi-bin/env.cgi"+target)
					if strings.HasPrefix(target, "http:") {
						text = fmt.Sprintf(request, target)
					}
					compareLines(t, text, shown(sent(t, us, text)), shown(sent(t, them, text)), func(line string) bool { return other.unlike(target, line) })
				}
			}
		})
	}
}

// shown returns the lines of a response, with the relevant lines of its head.
func shown(r reply) []string {
	if r.Response == nil {
		return []string{r.err.Error()}
	}
	return append([]string{r.Status, "cookies: " + strings.Join(r.Header["Set-Cookie"], " "), "X-Other: " + r.Header.Get("X-Other")}, strings.Split(r.body, "\n")...)
}

func compareLines(t *testing.T, what string, got, want []string, unlike func(line string) bool) {
	t.Helper()
	for i := range min(len(got), len(want)) {
		if got[i] != want[i] && !unlike(got[i]) {
			t.Errorf("%.60q: got %q, want %q", what, got[i], want[i])
		}
	}
	if len(got) != len(want) && !unlike("") {
		t.Errorf("%.60q: got %d lines, want %d", what, len(got), len(want))
	}
}

// Responses must end as with other servers, and jobs must live on.
func TestEndsAreLikeThoseOfOthers(t *testing.T) {
	dir := shared(t)
	for name, c := range filters {
		need(t, c.program, c.pkg)
		putScript(t, dir, strings.ReplaceAll(name, " ", "-")+".cgi", c.text)
	}
	putScript(t, dir, "job.cgi", shellHead+"nohup sh -c 'until [ -e "+dir+"/open/go-$0 ]; do sleep 0.01; done; echo >"+dir+"/open/did-$0' $QUERY_STRING </dev/null >/dev/null 2>&1 &\necho started\n")
	starts := map[string]func(t testing.TB, dir string) string{"ours": ours}
	for name, other := range others {
		starts[name] = other.start
	}
	for name, start := range starts {
		t.Run(name, func(t *testing.T) {
			url := start(t, dir)
			for script, c := range filters {
				if script != "a redirect" {
					got := get(t, url+"/cgi-bin/"+strings.ReplaceAll(script, " ", "-")+".cgi")
					if got.err != nil || got.body != c.body {
						t.Errorf("%s: got %s, want %q", script, got, c.body)
					}
				}
			}
			id := strings.ReplaceAll(name, " ", "-")
			get(t, url+"/cgi-bin/job.cgi?"+id).want(t, 200, "started\n")
			if err := os.WriteFile(filepath.Join(dir, "open", "go-"+id), nil, 0o644); err != nil {
				t.Fatal(err)
			}
			for limit := time.Now().Add(20 * time.Second); ; time.Sleep(time.Millisecond) {
				if _, err := os.Stat(filepath.Join(dir, "open", "did-"+id)); err == nil {
					break
				}
				if time.Now().After(limit) {
					t.Fatal("the job did not live on")
				}
			}
		})
	}
}
