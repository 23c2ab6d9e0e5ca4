// Package git reads git repositories: the commit to compare a change with, the
// parents of a commit, and its files.
//
// [Open] finds the repository around a directory; the methods of [Repository] read
// it. Nothing in a repository changes except its object store, to which a partial
// clone adds the objects that it fetches: the index is not refreshed, no hook runs,
// and a [Tree] is not registered as a worktree. Commands run in an environment
// without the variables that git sets for its hooks (see [Clean]).
//
// The package judges nothing and builds nothing. It needs git 2.25 or later.
package git

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"
)

// A Repository is a git repository.
type Repository struct {
	Top    string   // root of the working tree; empty without one
	Except string   // a path whose files do not count as changes; may be empty
	dir    string   // git directory; for a linked worktree .git/worktrees/NAME
	common string   // directory that all worktrees share
	env    []string // of commands, without the variables for the fields above
}

// An Error is a state of the repository that prevents an operation, with a hint how
// to correct it.
type Error struct {
	Err  error
	Hint string
}

func (e *Error) Error() string { return e.Err.Error() }

// Unwrap returns the error without the hint.
func (e *Error) Unwrap() error { return e.Err }

func wrong(err error, hint string, args ...any) error {
	return &Error{err, fmt.Sprintf(hint, args...)}
}

// A command is one call of git.
type command struct {
	dir string // working directory
	env []string
	in  io.Reader // may be nil
	out io.Writer // may be nil: then run returns the output
}

// quiet turns off side effects of git: hooks (post-index-change runs even for a
// status), monitors and maintenance that go on in the background, and split index
// files.
var quiet = []string{
	"--no-pager", "-c", "core.hooksPath=" + os.DevNull, "-c", "core.fsmonitor=false", "-c", "core.splitIndex=false",
	"-c", "gc.auto=0", "-c", "maintenance.auto=false", "-c", "submodule.recurse=false",
}

// A failure is the error of a failed git command.
type failure struct {
	verb   string
	stderr string // standard error
	err    error
}

func (f *failure) Error() string {
	lines := strings.Split(strings.TrimSpace(f.stderr), "\n")
	text := strings.Join(lines[max(0, len(lines)-3):], "\n")
	if text == "" {
		text = f.err.Error()
	}
	return fmt.Sprintf("git %s: %s", f.verb, text)
}

// run runs git and returns its output, without the last line end. Errors are of
// type *failure, unless ctx ended.
func (c command) run(ctx context.Context, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, "git", append(slices.Clone(quiet), args...)...)
	cmd.Dir, cmd.Env, cmd.Stdin = c.dir, c.env, c.in
	cmd.Cancel, cmd.WaitDelay = func() error { return cmd.Process.Signal(os.Interrupt) }, 5*time.Second // after the signal, git removes its locks
	var out, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &stderr
	if c.out != nil {
		cmd.Stdout = c.out
	}
	err := cmd.Run()
	switch {
	case ctx.Err() != nil:
		return "", ctx.Err()
	case err != nil:
		return "", &failure{args[0], stderr.String(), err}
	}
	return strings.TrimSuffix(out.String(), "\n"), nil
}

// git runs git in the working tree.
func (r *Repository) git(ctx context.Context, args ...string) (string, error) {
	return r.command().run(ctx, args...)
}

// command returns a call for this repository.
func (r *Repository) command() command {
	env := append(slices.Clone(r.env), "GIT_DIR="+r.dir)
	if r.Top == "" {
		return command{dir: r.dir, env: env}
	}
	return command{dir: r.Top, env: append(env, "GIT_WORK_TREE="+r.Top)}
}

// in returns a call with another directory as the working tree, and its own index.
func (r *Repository) in(dir, index string) command {
	env := append(slices.Clone(r.env), "GIT_DIR="+r.dir, "GIT_WORK_TREE="+dir, "GIT_INDEX_FILE="+index)
	return command{dir: dir, env: env}
}
