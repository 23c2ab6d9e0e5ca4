package candidate

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/classibench/classibench/bench/target"
	"github.com/classibench/classibench/internal/environ"
	"github.com/classibench/classibench/scenarios"
)

// Each target has a directory for temporary files that is removed with the setup, unless it
// names one itself.
func TestTemporaryFilesOfATarget(t *testing.T) {
	s := &Setup{self: "/bin/true", dir: t.TempDir()}
	seen := map[string]bool{}
	for _, c := range []struct {
		target scenarios.Target
		own    bool // it names one itself
	}{
		{scenarios.Target{Name: "server", Kind: target.Server, Command: []string{"/bin/sh"}}, false},
		{scenarios.Target{Name: "cgi", Kind: target.CGI, Command: []string{"/bin/sh"}, Env: map[string]string{"A": "b"}}, false},
		{scenarios.Target{Name: "fastcgi", Kind: target.FastCGI, Command: []string{"/bin/sh", "{addr}"}}, false},
		{scenarios.Target{Name: "other", Kind: target.Server, Command: []string{"/bin/sh"}, Env: map[string]string{"TMPDIR": "/elsewhere"}}, true},
		{scenarios.Target{Name: "none", Kind: target.CGI, Command: []string{"/bin/sh"}, Env: map[string]string{"TMPDIR": ""}}, true},
	} {
		t.Run(c.target.Name, func(t *testing.T) {
			var dirs []string
			for range 2 {
				got, err := s.target(c.target)
				if err != nil {
					t.Fatal(err)
				}
				dir := environ.Get(got.Env, "TMPDIR")
				dirs = append(dirs, dir)
				if got.Kind == target.CGI && !slices.Contains(got.Gateway, "TMPDIR="+dir) {
					t.Errorf("the gateway does not pass it on: %q", got.Gateway)
				}
				launch := s.Launch(got, scenarios.Data{}, "/srv")
				if text := strings.Join(slices.Concat(append(launch.Commands, launch.Env)...), " "); strings.Contains(text, s.dir) || strings.Contains(text, "TMPDIR") != c.own {
					t.Errorf("by hand it is started as %s", text)
				}
			}
			if c.own {
				if dirs[0] != c.target.Env["TMPDIR"] {
					t.Errorf("got %q", dirs[0])
				}
				return
			}
			if info, err := os.Stat(dirs[0]); err != nil || !info.IsDir() || filepath.Dir(dirs[0]) != s.dir || dirs[0] != dirs[1] || seen[dirs[0]] {
				t.Errorf("got %q (%v), want a directory of its own in %s, the same for each start", dirs, err, s.dir)
			}
			seen[dirs[0]] = true
		})
	}
	on, err := s.target(scenarios.Target{Name: "on", Kind: target.URL, URL: "http://127.0.0.1:80"})
	if err != nil || on.Env != nil {
		t.Errorf("a target that runs already: got %q (%v)", on.Env, err)
	}
}
