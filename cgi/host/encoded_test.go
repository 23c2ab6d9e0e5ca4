//go:build linux

package host

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// encodedPaths spell slashes, dots and NUL in all ways, in names of files and after
// them.
var encodedPaths = []string{
	"/cgi-bin/ads.pl", "/cgi-bin/ads.pl/a", "/cgi-bin/ads.pl/", "/cgi-bin/sub/deep.pl/x/", "/cgi-bin/a%64s.pl",
	"/cgi-bin%2fads.pl", "/cgi-bin/sub%2Fdeep.pl", "/cgi-bin/ads.pl%2fa", "/cgi-bin/ads.pl/a%2Fb", "/cgi-bin/ads.pl/%2f", "/%2fcgi-bin/ads.pl", "/cgi-bin/ads.pl/a%252fb",
	"/cgi-bin/ads.pl%00", "/cgi-bin/%00", "/cgi-bin/ads.pl/a%00b", "/cgi-bin/ads.pl/%2500",
	"/cgi-bin/../outside.pl", "/cgi-bin/%2e%2e/outside.pl", "/cgi-bin/.%2E/outside.pl", "/cgi-bin/..%2foutside.pl", "/cgi-bin/%2e%2e%2foutside.pl", "/cgi-bin/%252e%252e/outside.pl",
	"/cgi-bin/sub/../ads.pl", "/cgi-bin/sub/%2e./ads.pl", "/cgi-bin/./ads.pl", "/cgi-bin/%2e/ads.pl", "/cgi-bin/sub/../../cgi-bin/ads.pl",
	"/cgi-bin/ads.pl/../sub/deep.pl", "/cgi-bin/ads.pl/c/../x//y", "/cgi-bin/ads.pl/%2e%2e/ads.pl/b", "/cgi-bin/ads.pl/a/..", "/cgi-bin/ads.pl/a/.", "/cgi-bin/ads.pl/..;/x", "/cgi-bin/ads.pl/a%5c..%5cb",
	"//cgi-bin//ads.pl", "/cgi-bin//sub///deep.pl//a//b", "/..", "/../cgi-bin/ads.pl", "/%2e%2e/cgi-bin/ads.pl", "/cgi-bin/../../cgi-bin/ads.pl",
	"/cgi-bin/ads.pl/%c0%af", "/cgi-bin/%c0%ae%c0%ae/outside.pl", "/cgi-bin/ads.pl/%zz", "/cgi-bin/ads.pl/%", "/cgi-bin/ads.pl?%2f../%00",
}

// A directory answers encoded and dotted paths as Apache's ScriptAlias does.
func TestEncodedPathsAreLikeThoseOfApache(t *testing.T) {
	dir := shared(t)
	if err := os.MkdirAll(filepath.Join(dir, "cgi-bin", "sub"), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"ads.pl", "sub/deep.pl"} {
		putScript(t, dir, name, names)
	}
	if err := os.WriteFile(filepath.Join(dir, "outside.pl"), []byte(names), 0o700); err != nil { // Apache would send its text
		t.Fatal(err)
	}
	us := serve(t, &Handler{Directory: filepath.Join(dir, "cgi-bin"), ScriptName: "/cgi-bin/", Root: dir})
	them := apache(t, dir, "cgi", "prefork")
	answer := func(server, path string) string {
		r := sent(t, server, "GET "+path+" HTTP/1.0\r\nHost: localhost\r\n\r\n")
		if r.Response == nil || r.StatusCode != 200 {
			return r.String()[:min(3, len(r.String()))]
		}
		return r.Status + " " + r.body
	}
	ran := 0
	for _, path := range encodedPaths {
		got, want := answer(us, path), answer(them, path)
		if got != want && !(strings.Contains(path, "outside.pl") && want == "403" && got == "404") {
			t.Errorf("%s: got %q, Apache %q", path, got, want)
		}
		if strings.HasPrefix(want, "200 OK /cgi-bin/") {
			ran++
		}
	}
	if ran < 10 {
		t.Errorf("Apache ran %d scripts", ran)
	}
}
