//go:build linux

package host

import (
	"strings"
	"testing"
)

// A script gets a path without empty names and dot segments, however they are
// spelled, and no path that leaves the root: as with nginx and lighttpd.
func TestPathInfoIsTidy(t *testing.T) {
	h := script(t, "env")
	h.ScriptName, h.Root = "/app", "/srv/www"
	url := serve(t, h)
	for target, want := range map[string]string{ // PATH_INFO, or the status
		"/app": "", "/app/": "/", "/app/a": "/a", "/app/a/": "/a/", "/app/a.b/.c/..d/e..": "/a.b/.c/..d/e..", "/app/...": "/...",
		"/app/a/../b": "/b", "/app/a/./b": "/a/b", "/app/a//b": "/a/b", "//app///a": "/a", "/app/a/..": "/", "/app/a/.": "/a/",
		"/app/%2e%2e/app/b": "/b", "/app/a/%2E./b": "/b", "/app/a/.%2e/b": "/b", "/app/a%2f..%2fb": "/b", "/app/a%2Fb": "/a/b", "/app%2fa": "/a",
		"/app/a%252f..": "/a%2f..", "/app/%252e%252e/b": "/%2e%2e/b", "/app/..;/b": "/..;/b", `/app/a%5c..%5cb`: `/a\..\b`,
		"/app/..": "404", "/app/../b": "404", "/app/%2e%2e/etc/passwd": "404", "/app/..%2fetc%2fpasswd": "404", "/%2e/app/a": "/a",
		"/app/../../etc/passwd": "400", "/..": "400", "/app/%2e%2e%2f%2e%2e%2fetc": "400", "/../app/a": "400",
		"/app/a%00b": "400", "/app/%00": "400", "/app?a/../b": "", "/app/a?x=/../": "/a",
	} {
		got := sent(t, url, "GET "+target+" HTTP/1.0\r\nHost: localhost\r\n\r\n")
		if len(want) == 3 && want[0] == '4' {
			if got.Response == nil || !strings.HasPrefix(got.Status, want) {
				t.Errorf("%s: got %s, want %s", target, got, want)
			}
			continue
		}
		info := "PATH_INFO=" + want + "\n"
		if got.Response == nil || got.StatusCode != 200 || !strings.Contains(got.body+"\n", info) || !strings.Contains(got.body, "REQUEST_URI="+target+"\n") {
			t.Errorf("%s: want %q and the REQUEST_URI of the client, got %s", target, info, got)
		}
		if translated := "PATH_TRANSLATED=/srv/www" + want + "\n"; want != "" && !strings.Contains(got.body+"\n", translated) {
			t.Errorf("%s: want %q, got %s", target, translated, got)
		}
	}
}
