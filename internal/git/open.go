package git

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// ErrNone means that a directory is in no repository, or that git is not installed.
// Callers that do not need a repository go on without one.
var ErrNone = errors.New("there is no git repository here")

// Open finds the repository of a directory; it may be a bare one. Errors are of
// type *Error, unless ctx ended, and wrap ErrNone if there is no repository.
//
// The directory decides. GIT_DIR and GIT_WORK_TREE count only if the directory is
// in no working tree, or if they name a working tree inside the directory's own: a
// hook that changes to another clone means that clone, although git has set GIT_DIR
// for it.
func Open(ctx context.Context, dir string) (*Repository, error) {
	if _, err := exec.LookPath("git"); err != nil {
		return nil, wrong(fmt.Errorf("%w: git is not in PATH", ErrNone), "install git")
	}
	env := environment(os.Environ())
	r, err := discover(ctx, dir, env)
	given := binding()
	if ctx.Err() != nil || len(given) == 0 {
		return r, err
	}
	named, failed := discover(ctx, dir, append(slices.Clone(env), given...))
	switch {
	case failed != nil:
		return r, err
	case err != nil, r.Top == "" && named.Top != "", inside(named, r):
		return named, nil
	}
	return r, nil
}

// inside reports whether r is another repository than around, with a working tree
// inside that of around. For some hooks git sets GIT_WORK_TREE to ".", which names
// no place.
func inside(r, around *Repository) bool {
	return filepath.IsAbs(os.Getenv("GIT_WORK_TREE")) && r.common != around.common && strings.HasPrefix(r.Top, around.Top+string(filepath.Separator))
}

// binding returns GIT_DIR and GIT_WORK_TREE of this process.
func binding() []string {
	if os.Getenv("GIT_DIR") == "" {
		return nil
	}
	var set []string
	for _, name := range []string{"GIT_DIR", "GIT_WORK_TREE"} {
		path := os.Getenv(name)
		if abs, err := filepath.Abs(path); path != "" && err == nil {
			set = append(set, name+"="+abs) // git runs in another directory than this process
		}
	}
	return set
}

// discover finds the repository around a directory with git.
func discover(ctx context.Context, dir string, env []string) (*Repository, error) {
	c := command{dir: dir, env: append(slices.Clone(env), "LC_ALL=C")}
	out, err := c.run(ctx, "rev-parse", "--absolute-git-dir", "--git-common-dir", "--show-toplevel")
	if failedWith(err, "must be run in a work tree") {
		out, err = c.run(ctx, "rev-parse", "--absolute-git-dir", "--git-common-dir")
		out += "\n"
	}
	if err != nil {
		return nil, explain(err, dir)
	}
	paths := strings.Split(out, "\n")
	if len(paths) != 3 {
		return nil, wrong(fmt.Errorf("the path of the repository around %s contains a line end", dir), "move it to a path without one")
	}
	common := filepath.FromSlash(paths[1])
	if !filepath.IsAbs(common) {
		if common, err = filepath.Abs(filepath.Join(dir, common)); err != nil {
			return nil, fmt.Errorf("find the working directory: %w", err)
		}
	}
	return &Repository{Top: filepath.FromSlash(paths[2]), dir: filepath.FromSlash(paths[0]), common: common, env: env}, nil
}

// failedWith reports whether git failed with one of these messages.
func failedWith(err error, messages ...string) bool {
	var f *failure
	return errors.As(err, &f) && slices.ContainsFunc(messages, func(m string) bool { return strings.Contains(f.stderr, m) })
}

// explain adds a hint to an error of discover.
func explain(err error, dir string) error {
	var f *failure
	switch {
	case !errors.As(err, &f):
		return err
	case failedWith(err, "dubious ownership", "unsafe repository"):
		return foreign(f, dir)
	}
	return wrong(fmt.Errorf("%w: %w", ErrNone, err), "run it inside a git checkout")
}

// foreign returns the error for a repository of another user. Git reads the
// configuration of such a repository, which may name programs to run, only with the
// user's consent. A GIT_DIR set by this package would avoid that check: it is set
// only after git has found the repository without it.
func foreign(f *failure, dir string) error {
	first, _, _ := strings.Cut(f.stderr, "\n")
	_, path, found := strings.Cut(strings.TrimSpace(f.stderr), "safe.directory ")
	if abs, err := filepath.Abs(dir); !found && err == nil {
		path = abs
	}
	return wrong(fmt.Errorf("git does not read a repository of another user without your consent: %s", first),
		"git config --global --add safe.directory %s (without a home directory: GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=safe.directory GIT_CONFIG_VALUE_0=%s)", path, path)
}

// errBare returns the error of operations that need a working tree.
func errBare() error {
	return wrong(errors.New("this is a bare repository, or a directory inside a git directory: there is no working tree to judge"),
		"change to a working tree; in a hook of a bare repository check the pushed commit out first (docs/ci.md shows how)")
}
