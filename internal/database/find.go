package database

import (
	"cmp"
	"errors"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
)

// Package is the Debian package with the server.
const Package = "postgresql"

// ErrNotInstalled means that PostgreSQL's server was not found.
var ErrNotInstalled = errors.New("PostgreSQL is not installed: there is no initdb and postgres in /usr/lib/postgresql/*/bin nor in PATH (Debian: apt-get install " + Package + ")")

// Find returns the directory of the programs of the newest PostgreSQL. Debian keeps them
// out of PATH, in a directory for each version.
func Find() (dir string, err error) {
	installed, _ := filepath.Glob("/usr/lib/postgresql/*/bin/postgres")
	slices.SortFunc(installed, func(a, b string) int { return cmp.Compare(versionOf(b), versionOf(a)) })
	if len(installed) > 0 {
		return filepath.Dir(installed[0]), nil
	}
	path, err := exec.LookPath("postgres")
	if err != nil {
		return "", ErrNotInstalled
	}
	if path, err = filepath.EvalSymlinks(path); err != nil {
		return "", ErrNotInstalled
	}
	if _, err := exec.LookPath(filepath.Join(filepath.Dir(path), "initdb")); err != nil {
		return "", ErrNotInstalled
	}
	return filepath.Dir(path), nil
}

// versionOf returns the version in /usr/lib/postgresql/VERSION/bin/postgres.
func versionOf(path string) float64 {
	n, _ := strconv.ParseFloat(filepath.Base(filepath.Dir(filepath.Dir(path))), 64)
	return n
}
