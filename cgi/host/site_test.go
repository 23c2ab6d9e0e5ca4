package host

import (
	"net/http/httptest"
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
		"/a/b": "/a/b", "/a/": "/a/", "/index.php5": "/index.php5", "//a": "//a",
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
