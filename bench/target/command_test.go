package target

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// A target that runs git does not write to the repository whose hook this process
// runs in, but where its own settings say.
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
		t.Errorf("what only our PATH has: %v", err)
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
