package candidate

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

// Other users may list a directory if no directory above it forbids that.
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

// ofTree distinguishes a command that starts the same program for both trees from one that
// runs a program of the tree.
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
