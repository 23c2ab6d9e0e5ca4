package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/classibench/classibench/bench/result"
)

// The gain that one question found is not lost to the next, which knows none.
func TestJoinedKeepsTheGain(t *testing.T) {
	gain := &result.Result{Targets: []result.Target{{Name: "cgi"}, {Name: "persistent"}}, Capacity: &result.Capacity{Gain: &result.Gain{Ratio: 20}}}
	objective := &result.Result{Targets: []result.Target{{Name: "persistent"}}, Capacity: &result.Capacity{}, Replay: &result.Replay{}, Seconds: 3}
	whole := joined(joined(nil, gain), objective)
	if whole.Capacity.Gain == nil || whole.Replay == nil || len(whole.Targets) != 2 || whole.Seconds != 3 || whole.Gate == nil {
		t.Errorf("got %+v", whole)
	}
}

func TestFreshCopyLeavesOneCopyAtATime(t *testing.T) {
	dir := t.TempDir()
	data := filepath.Join(dir, "data")
	if err := os.WriteFile(data, []byte("ads"), 0o600); err != nil {
		t.Fatal(err)
	}
	on := stage{data: data, dir: t.TempDir()}
	for range 2 { // two candidates of the same name, as two runs in a directory have them
		var last string
		for range 3 {
			db, err := freshCopy(context.Background(), on, "base", &last)
			if err != nil {
				t.Fatal(err)
			}
			if b, err := os.ReadFile(db); err != nil || string(b) != "ads" {
				t.Errorf("got %q, %v", b, err)
			}
		}
	}
	if left, _ := os.ReadDir(on.dir); len(left) != 2 {
		t.Errorf("%d copies are left, want the last of each candidate", len(left))
	}
}

// Others may look into a directory if nothing above it forbids that.
func TestReachable(t *testing.T) {
	if !reachable("/") {
		t.Error("/ is not reachable")
	}
	private := t.TempDir()
	if err := os.Chmod(private, 0o700); err != nil {
		t.Fatal(err)
	}
	if reachable(private) {
		t.Errorf("%s is reachable", private)
	}
}

// A command that would start the same program for both trees is told from one that
// runs something of the tree.
func TestOfTree(t *testing.T) {
	tree := t.TempDir()
	for _, name := range []string{"shop.py", "lib/shop.pl", "shop/server.py", "perl"} {
		path := filepath.Join(tree, name)
		if name == "perl" { // a directory that has the name of a command
			path = filepath.Join(path, "x")
		}
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, nil, 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	for run, want := range map[string]bool{
		"{out} -listen {addr}": true, "cd {tree} && npm start": true,
		"python3 shop.py {addr}": true, "perl -Ilib lib/shop.pl": true, "./shop.py {addr}": true, "php -S {addr} -t lib": true,
		"exec server $(cat shop.py)": true, "FLAG=1 shop.py;": true, "PERL5LIB=lib perl 'lib/shop.pl'": true,
		"python3 -m shop.server {addr}": true, "gunicorn shop:app -b {addr}": true,
		"server {addr}": false, "/usr/bin/server {addr}": false, "perl /srv/shop.pl": false, "../shop.py": false, "": false,
	} {
		if got := ofTree(run, tree); got != want {
			t.Errorf("ofTree(%q) = %v, want %v", run, got, want)
		}
	}
}
