// Package git reads git repositories: which commit a change is compared with, what
// a commit is and descends from, and what its files are.
//
// [Open] finds the repository around a directory; the methods of [Repository] ask
// it. Nothing in a repository changes but its object store, to which a partial
// clone adds what it fetches: the index is not refreshed, no hook runs, and a
// [Tree] is not registered as a worktree. Commands run in an environment without
// the variables that git sets for its hooks (see [Clean]).
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
	Top    string   // root of the working tree; empty where there is none
	Except string   // a path whose files are no change of the working tree; may be empty
	dir    string   // git directory; of a linked worktree .git/worktrees/NAME
	common string   // directory that all worktrees share
	env    []string // of commands, without the variables that follow from the above
}

// An Error is a state of the repository that stops what was tried, with what to do
// about it.
type Error struct {
	Err  error
	Hint string
}

func (e *Error) Error() string { return e.Err.Error() }

// Unwrap returns what is wrong, without the hint.
func (e *Error) Unwrap() error { return e.Err }

func wrong(err error, hint string, args ...any) error {
	return &Error{err, fmt.Sprintf(hint, args...)}
}

// A command is one call of git.
type command struct {
	dir string // to run in
	env []string
	in  io.Reader // may be nil
	out io.Writer // may be nil: run returns what git wrote
}

// quiet keeps git from what it does on the side: hooks (post-index-change runs for
// a mere status), monitors and maintenance that stay behind, index files in parts.
var quiet = []string{
	"--no-pager", "-c", "core.hooksPath=" + os.DevNull, "-c", "core.fsmonitor=false", "-c", "core.splitIndex=false",
	"-c", "gc.auto=0", "-c", "maintenance.auto=false", "-c", "submodule.recurse=false",
}

// A failure is how a git command failed.
type failure struct {
	verb string
	said string // on standard error
	err  error
}

func (f *failure) Error() string {
	lines := strings.Split(strings.TrimSpace(f.said), "\n")
	said := strings.Join(lines[max(0, len(lines)-3):], "\n")
	if said == "" {
		said = f.err.Error()
	}
	return fmt.Sprintf("git %s: %s", f.verb, said)
}

// run runs git and returns its output, without the last line end. Errors are of
// type *failure, unless ctx ended.
func (c command) run(ctx context.Context, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, "git", append(slices.Clone(quiet), args...)...)
	cmd.Dir, cmd.Env, cmd.Stdin = c.dir, c.env, c.in
	cmd.Cancel, cmd.WaitDelay = func() error { return cmd.Process.Signal(os.Interrupt) }, 5*time.Second // it removes its locks then
	var out, said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &said
	if c.out != nil {
		cmd.Stdout = c.out
	}
	err := cmd.Run()
	switch {
	case ctx.Err() != nil:
		return "", ctx.Err()
	case err != nil:
		return "", &failure{args[0], said.String(), err}
	}
	return strings.TrimSuffix(out.String(), "\n"), nil
}

// git runs git in the working tree.
func (r *Repository) git(ctx context.Context, args ...string) (string, error) {
	return r.command().run(ctx, args...)
}

// command is a call for this repository.
func (r *Repository) command() command {
	env := append(slices.Clone(r.env), "GIT_DIR="+r.dir)
	if r.Top == "" {
		return command{dir: r.dir, env: env}
	}
	return command{dir: r.Top, env: append(env, "GIT_WORK_TREE="+r.Top)}
}

// in is a call whose working tree is another directory, with an index of its own.
func (r *Repository) in(dir, index string) command {
	env := append(slices.Clone(r.env), "GIT_DIR="+r.dir, "GIT_WORK_TREE="+dir, "GIT_INDEX_FILE="+index)
	return command{dir: dir, env: env}
}
