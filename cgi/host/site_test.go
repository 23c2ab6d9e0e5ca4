//go:build linux

package host

import (
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
)

func TestSiteOf(t *testing.T) {
	for _, c := range []struct {
		script, name, root string
		want               Site
	}{
		{"", "", "", Site{}},
		{"", "/app", "/srv", Site{Root: "/srv", Name: "/app"}},
		{"/srv/www/index.php", "", "", Site{"/srv/www", "/index.php", true}},
		{"/srv/www/forum/index.php", "", "/srv/www/", Site{"/srv/www/", "/forum/index.php", true}},
		{"/srv/app/index.php", "", "/srv/www", Site{Root: "/srv/www"}},
		{"/srv/www/index.php", "/x", "", Site{Root: "/srv/www", Name: "/x"}},
	} {
		if got := SiteOf(c.script, c.name, c.root); got != c.want {
			t.Errorf("SiteOf(%q, %q, %q): got %+v, want %+v", c.script, c.name, c.root, got, c.want)
		}
	}
}

func TestPathsOfASite(t *testing.T) {
	site := SiteOf("/srv/www/index.php", "", "")
	for path, want := range map[string]string{
		"/": "", "/index.php": "", "/index.php/": "/", "/index.php/a/b": "/a/b",
		"/a/b": "/a/b", "/a/": "/a/", "/index.php5": "/index.php5", "//a": "/a",
	} {
		g := &Gateway{Script: "/srv/www/index.php", ScriptName: site.Name, Root: site.Root, Fallback: site.Fallback}
		env := meta(t, g, httptest.NewRequest("GET", path+"?q", nil))
		translated, set := env["PATH_TRANSLATED"]
		if _, also := env["PATH_INFO"]; also != set {
			t.Errorf("%s: PATH_INFO is set: %v, PATH_TRANSLATED is set: %v", path, also, set)
		}
		if env["PATH_INFO"] != want || env["SCRIPT_NAME"] != "/index.php" || env["REQUEST_URI"] != path+"?q" || set != (want != "") {
			t.Errorf("%s: got PATH_INFO %q, SCRIPT_NAME %q, REQUEST_URI %q, PATH_TRANSLATED %q; want PATH_INFO %q",
				path, env["PATH_INFO"], env["SCRIPT_NAME"], env["REQUEST_URI"], translated, want)
		}
	}
}

func TestOtherScriptsOfASite(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"index.php", "sign.php"} {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	script := filepath.Join(dir, "index.php")
	site := SiteOf(script, "", "")
	for path, want := range map[string][3]string{
		"/sign.php": {"sign.php", "/sign.php", ""}, "/sign.php/a": {"sign.php", "/sign.php", "/a"},
		"/none.php": {"index.php", "/index.php", "/none.php"}, "/a/../sign.php": {"sign.php", "/sign.php", ""}, "/a//sign.php": {"index.php", "/index.php", "/a/sign.php"},
		"/sign.phpx": {"index.php", "/index.php", "/sign.phpx"}, "/index.php/sign.php": {"index.php", "/index.php", "/sign.php"},
	} {
		g := &Gateway{Script: script, ScriptName: site.Name, Root: site.Root, Fallback: site.Fallback}
		r := httptest.NewRequest("GET", "/", nil)
		r.URL.Path = path
		env := meta(t, g, r)
		if got := [3]string{filepath.Base(env["SCRIPT_FILENAME"]), env["SCRIPT_NAME"], env["PATH_INFO"]}; got != want {
			t.Errorf("%s: got %q, want %q", path, got, want)
		}
	}
}

func TestDocumentRootOfTheEnvironment(t *testing.T) {
	h := &Handler{Path: "/bin/sh", Script: "/srv/www/app/index.php", Env: []string{"DOCUMENT_ROOT=/srv/www"}}
	h.once.Do(h.init)
	if got := h.site(); got != (Site{"/srv/www", "/app/index.php", true}) {
		t.Errorf("got %+v", got)
	}
}
