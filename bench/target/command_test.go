package target

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/classibench/classibench/scenarios"
)

// In a git hook, a target that runs git must not write to the hook's repository,
// unless its own settings name it.
func TestEnvironmentInAGitHook(t *testing.T) {
	t.Setenv("GIT_DIR", "/repo/.git")
	t.Setenv("GIT_INDEX_FILE", "/repo/.git/index.lock")
	t.Setenv("GIT_AUTHOR_NAME", "Ann")
	env := environment([]string{"GIT_DIR=/srv/wiki.git"})
	var got []string
	for _, v := range env {
		if strings.HasPrefix(v, "GIT_DIR=") || strings.HasPrefix(v, "GIT_INDEX_FILE=") || strings.HasPrefix(v, "GIT_AUTHOR_NAME=") {
			got = append(got, v)
		}
	}
	slices.Sort(got)
	if want := []string{"GIT_AUTHOR_NAME=Ann", "GIT_DIR=/srv/wiki.git"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// The sockets and the messages of a service manager are not for a target, unless its own
// settings name them.
func TestEnvironmentOfAService(t *testing.T) {
	for _, name := range []string{"LISTEN_FDS", "LISTEN_PID", "LISTEN_FDNAMES", "NOTIFY_SOCKET"} {
		t.Setenv(name, "of the service")
	}
	env := environment([]string{"LISTEN_FDS=1"})
	env = slices.DeleteFunc(env, func(v string) bool {
		return !strings.HasPrefix(v, "LISTEN_") && !strings.HasPrefix(v, "NOTIFY_SOCKET=")
	})
	if want := []string{"LISTEN_FDS=1"}; !slices.Equal(env, want) {
		t.Errorf("got %q, want %q", env, want)
	}
}

func TestAProcessOfAnyBytes(t *testing.T) {
	want := order{Processes: []process{{Path: "/srv/m\xfcller/ads", Args: []string{"ads", "", "\xe9"}, Env: []string{"GREETING=caf\xe9"}, Dir: "/srv/m\xfcller", Socket: true}}}
	b, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	var got order
	if err := json.Unmarshal(b, &got); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, %v; want %+v", got, err, want)
	}
}

func TestAProgramIsFoundInItsOwnPATH(t *testing.T) {
	dir := t.TempDir()
	mine := filepath.Join(dir, "true")
	if err := os.WriteFile(mine, []byte("#!/bin/sh\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	target := Target{Name: "x", Env: []string{"PATH=" + dir}}
	if got, err := target.find("true"); err != nil || got != mine {
		t.Errorf("got %s, %v; want %s", got, err, mine)
	}
	if _, err := target.find("sh"); err != nil {
		t.Errorf("a program in this process's PATH only: got %v, want an error", err)
	}
}

// The command of a CGI target may be a directory that holds a program.
func TestADirectoryOfPrograms(t *testing.T) {
	site := t.TempDir()
	for _, dir := range []string{"cgi-bin", "empty"} {
		if err := os.Mkdir(filepath.Join(site, dir), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(site, "ads.cgi"), []byte("#!/bin/sh\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("../ads.cgi", filepath.Join(site, "cgi-bin/ads.cgi")); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		command, gateway, wrong string
	}{
		{"cgi-bin/", "x " + linksFlag, ""},
		{site + "/cgi-bin", "x " + linksFlag, ""},
		{"./cgi-bin", "x", "it holds no executable file"},
		{"./empty", "x " + linksFlag, "it holds no executable file"},
		{"./none", "x", "no such file"},
		{"./ads.cgi", "x", ""},
	} {
		target := Target{Name: "x", Kind: CGI, Dir: site, Command: []string{c.command}, Gateway: strings.Fields(c.gateway)}
		if err := target.Check(); (err == nil) != (c.wrong == "") || err != nil && !strings.Contains(err.Error(), c.wrong) {
			t.Errorf("%s: got %v, want %q", c.command, err, c.wrong)
		}
	}
	server := Target{Name: "x", Kind: Server, Dir: site, Command: []string{"./cgi-bin", "{addr}"}}
	if err := server.Check(); err == nil || !strings.Contains(err.Error(), "is a directory") {
		t.Errorf("a server: got %v", err)
	}
}

// The line for a shell has the PATH_INFO that the gateway sets.
func TestPathInfoBelowAPrefix(t *testing.T) {
	for prefix, want := range map[string]string{"": "/ads/3", "/ads/": "/3", "/ads": "/3", "/": "/ads/3"} {
		x := scenarios.Target{Kind: CGI, Ready: "/ads/3", Settings: &scenarios.CGI{Prefix: prefix}}
		target, err := Of(x, "self")
		if got := target.pathInfo(); err != nil || got != want {
			t.Errorf("%q: got %q, %v; want %q", prefix, got, err, want)
		}
	}
}

// A program that is started in a directory finds its name in PWD, as a shell's does.
func TestWorkingDirectoryOfAProcess(t *testing.T) {
	t.Setenv("PWD", "/elsewhere")
	for _, c := range []struct{ env, want string }{{"A=1", "PWD=/srv"}, {"PWD=/x", "PWD=/x"}} {
		p := Target{Dir: "/srv", Env: []string{c.env}}.process("/bin/true", nil, "", "", false)
		var got []string
		for _, v := range p.Env {
			if strings.HasPrefix(v, "PWD=") {
				got = append(got, v)
			}
		}
		if !slices.Equal(got, []string{c.want}) {
			t.Errorf("with %s: got %q, want %s", c.env, got, c.want)
		}
	}
}
