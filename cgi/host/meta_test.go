//go:build linux

package host

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func serveHandler(t testing.TB, h http.Handler) string {
	t.Helper()
	srv := httptest.NewServer(h)
	t.Cleanup(srv.Close)
	return srv.URL
}

func TestMetaVariables(t *testing.T) {
	t.Setenv("PASSED", "on")
	t.Setenv("KEPT", "back")
	h := script(t, "env")
	h.ScriptName, h.Root = "/cgi-bin/env/", "/srv/www"
	h.InheritEnv = []string{"PASSED", "NOT_SET"}
	h.Env = append(h.Env, "OWN=1", "OWN=2", "SERVER_SOFTWARE=mine", "HTTP_X_TAKEN=mine")
	url := serve(t, h)
	r := request(t, "POST", url+"/cgi-bin/env/a%20b/..//c%2Fd?x=1&y=%20", strings.NewReader("hello"))
	r.Host = "ads.example:81"
	for name, value := range map[string]string{
		"Content-Type": "text/x", "Proxy": "evil", "Authorization": "Basic c2VjcmV0", "Proxy-Authorization": "Basic c2VjcmV0",
		"X_Under": "forged", "X-Under": "true", "X.Dot": "odd", "X-Taken": "theirs", "User-Agent": "test", "X-Two": "1", "Cookie": "a=1",
	} {
		r.Header[name] = []string{value}
	}
	r.Header["X-Two"] = []string{"1", "2"}
	r.Header["Cookie"] = []string{"a=1", "b=2"}
	got := do(t, r)
	got.want(t, 200, got.body)
	env := map[string]string{}
	for line := range strings.SplitSeq(got.body, "\n") {
		name, value, _ := strings.Cut(line, "=")
		if _, twice := env[name]; twice {
			t.Errorf("%s is set twice", name)
		}
		env[name] = value
	}
	port := url[strings.LastIndexByte(url, ':')+1:]
	for name, want := range map[string]string{
		"GATEWAY_INTERFACE": "CGI/1.1", "REQUEST_METHOD": "POST", "SERVER_PROTOCOL": "HTTP/1.1", "SERVER_SOFTWARE": "mine",
		"SCRIPT_NAME": "/cgi-bin/env", "PATH_INFO": "/c/d", "PATH_TRANSLATED": "/srv/www/c/d", "DOCUMENT_ROOT": "/srv/www",
		"QUERY_STRING": "x=1&y=%20", "REQUEST_URI": "/cgi-bin/env/a%20b/..//c%2Fd?x=1&y=%20", "SCRIPT_FILENAME": h.Path,
		"CONTENT_LENGTH": "5", "CONTENT_TYPE": "text/x", "REMOTE_ADDR": "127.0.0.1", "REMOTE_HOST": "127.0.0.1",
		"SERVER_NAME": "ads.example", "SERVER_PORT": port, "SERVER_ADDR": "127.0.0.1",
		"HTTP_HOST": "ads.example:81", "HTTP_USER_AGENT": "test", "HTTP_X_UNDER": "true", "HTTP_X_TWO": "1, 2", "HTTP_COOKIE": "a=1; b=2",
		"HTTP_X_TAKEN": "mine", "OWN": "2", "PASSED": "on", "REDIRECT_STATUS": "200",
	} {
		if env[name] != want {
			t.Errorf("%s: got %q, want %q", name, env[name], want)
		}
	}
	for _, name := range []string{
		"HTTP_PROXY", "HTTP_AUTHORIZATION", "HTTP_PROXY_AUTHORIZATION", "HTTP_CONTENT_TYPE", "HTTP_CONTENT_LENGTH", "HTTP_X_DOT",
		"HTTPS", "AUTH_TYPE", "REMOTE_USER", "KEPT", "NOT_SET",
	} {
		if value, set := env[name]; set {
			t.Errorf("%s=%s is set", name, value)
		}
	}
	if env["REMOTE_PORT"] == "" {
		t.Error("REMOTE_PORT is not set")
	}
}

// meta returns the environment of a request, as the Gateway makes it.
func meta(t *testing.T, g *Gateway, r *http.Request) map[string]string {
	t.Helper()
	g.once.Do(g.init)
	at, err := g.place(r.URL)
	if err != nil {
		t.Fatal(err)
	}
	env := map[string]string{}
	for _, e := range g.meta(r, at, max(r.ContentLength, 0)) {
		name, value, _ := strings.Cut(e, "=")
		env[name] = value
	}
	return env
}

func TestAddresses(t *testing.T) {
	for _, c := range []struct {
		url, remote string
		want        map[string]string
	}{
		{"http://example.org/", "192.0.2.7:99", map[string]string{"SERVER_NAME": "example.org", "SERVER_PORT": "80", "REMOTE_ADDR": "192.0.2.7", "REMOTE_PORT": "99"}},
		{"https://example.org/", "[fe80::1%eth0]:99", map[string]string{"SERVER_PORT": "443", "HTTPS": "on", "REMOTE_ADDR": "fe80::1"}},
		{"http://[2001:db8::1]:8080/", "[::ffff:192.0.2.7]:9", map[string]string{"SERVER_NAME": "[2001:db8::1]", "SERVER_PORT": "8080", "REMOTE_ADDR": "192.0.2.7"}},
		{"http://[2001:db8::1]/", "@", map[string]string{"SERVER_NAME": "[2001:db8::1]", "SERVER_PORT": "80", "REMOTE_ADDR": "@"}},
	} {
		r := httptest.NewRequest("GET", c.url, nil)
		r.RemoteAddr = c.remote
		env := meta(t, &Gateway{}, r)
		for name, want := range c.want {
			if env[name] != want {
				t.Errorf("%s from %s: %s: got %q, want %q", c.url, c.remote, name, env[name], want)
			}
		}
	}
}

func TestUser(t *testing.T) {
	r := httptest.NewRequest("GET", "/", nil)
	env := meta(t, &Gateway{}, r.WithContext(WithUser(r.Context(), "Basic", "ann")))
	if env["AUTH_TYPE"] != "Basic" || env["REMOTE_USER"] != "ann" {
		t.Errorf("got %q, %q, want Basic, ann", env["AUTH_TYPE"], env["REMOTE_USER"])
	}
}

// Middleware may set two names that differ only in case.
func TestSpellingsOfAHeader(t *testing.T) {
	for range 20 {
		r := httptest.NewRequest("GET", "/", nil)
		r.Header["X-A"], r.Header["x-a"], r.Header["X-a"] = []string{"3"}, []string{"1"}, []string{"2"}
		g := &Gateway{}
		g.once.Do(g.init)
		var got []string
		for _, e := range g.meta(r, place{}, 0) {
			if strings.HasPrefix(e, "HTTP_X_A=") {
				got = append(got, e)
			}
		}
		if len(got) != 1 || got[0] != "HTTP_X_A=1" {
			t.Fatalf("got %q, want HTTP_X_A=1 alone", got)
		}
	}
}

func TestPathsThatAreNotTheScripts(t *testing.T) {
	h := script(t, "env")
	h.ScriptName = "/cgi-bin/env"
	url := serve(t, h)
	get(t, url+"/cgi-bin/environment").want(t, 404, "Not Found\n")
	get(t, url+"/").want(t, 404, "Not Found\n")
	get(t, url+"/cgi-bin/env/a%00b").want(t, 400, "Bad Request\n")
}
