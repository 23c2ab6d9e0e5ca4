package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"
)

// A repository is the git repository around the working directory.
type repository struct{ dir string }

// openRepository finds the repository that the working directory is in.
func openRepository(ctx context.Context) (repository, error) {
	if _, err := exec.LookPath("git"); err != nil {
		return repository{}, usageError(errors.New("find the change to judge: there is no git in PATH"), "install git, or compare two targets of a scenario: classibench gate mine.yaml")
	}
	top, err := repository{"."}.git(ctx, "rev-parse", "--show-toplevel")
	if err != nil {
		return repository{}, usageError(fmt.Errorf("find the change to judge: %w", err), "run it inside a git checkout, or compare two targets of a scenario: classibench gate mine.yaml")
	}
	return repository{top}, nil
}

// git runs git in the repository and returns what it printed, without the last
// line end.
func (r repository) git(ctx context.Context, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, "git", append([]string{"-C", r.dir}, args...)...)
	cmd.Cancel, cmd.WaitDelay = func() error { return cmd.Process.Signal(os.Interrupt) }, 5*time.Second // it tidies up then
	var out, problem bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &problem
	if err := cmd.Run(); err != nil {
		if ctx.Err() != nil {
			return "", ctx.Err()
		}
		return "", fmt.Errorf("git %s: %s", args[0], orElse(lastLines(problem.String(), 3), err.Error()))
	}
	return strings.TrimRight(out.String(), "\n"), nil
}

func orElse(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

// A revision is a commit to build and measure.
type revision struct {
	commit string // full hash
	said   string // how it is called: "origin/main", "the merge base with origin/main"
}

func (v revision) String() string { return fmt.Sprintf("%s (%.10s)", v.said, v.commit) }

// base finds the commit to compare with: the one that is named, or the merge
// base with the default branch; on that branch itself, the commit before, or
// the last one where there are changes that are not committed.
func (r repository) base(ctx context.Context, ref string) (revision, error) {
	if ref != "" {
		return r.named(ctx, ref)
	}
	branch, err := r.defaultBranch(ctx)
	if err != nil {
		return revision{}, err
	}
	merge, err := r.git(ctx, "merge-base", "HEAD", branch)
	if err != nil {
		return revision{}, r.missing(ctx, fmt.Errorf("find the merge base of HEAD and %s: there is none in this clone", branch), branch)
	}
	head, err := r.git(ctx, "rev-parse", "HEAD")
	switch {
	case err != nil:
		return revision{}, err
	case head != merge:
		return revision{merge, "the merge base with " + branch}, nil
	case r.dirty(ctx):
		return revision{head, "HEAD without the changes in the working tree"}, nil
	}
	before, err := r.git(ctx, "rev-parse", "--verify", "--quiet", "HEAD^")
	if err != nil {
		return revision{}, r.missing(ctx, errors.New("find the commit before HEAD: this clone has none"), "HEAD^")
	}
	return revision{before, "the commit before HEAD"}, nil
}

// named is the commit that a name stands for, if there is something to compare with
// it.
func (r repository) named(ctx context.Context, ref string) (revision, error) {
	v, err := r.resolve(ctx, ref)
	if err != nil {
		return v, err
	}
	if head, err := r.git(ctx, "rev-parse", "HEAD"); err == nil && head == v.commit && !r.dirty(ctx) {
		return v, usageError(fmt.Errorf("compare with %s: that is HEAD, and no tracked file has changes: there is nothing to judge", v), "--base HEAD^ judges the last commit; without --base it is found by itself")
	}
	return v, nil
}

// resolve finds the commit that a name stands for.
func (r repository) resolve(ctx context.Context, ref string) (revision, error) {
	commit, err := r.git(ctx, "rev-parse", "--verify", "--quiet", "--end-of-options", ref+"^{commit}")
	if err != nil {
		return revision{}, r.missing(ctx, fmt.Errorf("there is no commit %q in this clone", ref), ref)
	}
	return revision{commit, ref}, nil
}

// missing is the error of a commit that is not there, with the command that
// fetches it.
func (r repository) missing(ctx context.Context, err error, ref string) error {
	shallow, _ := r.git(ctx, "rev-parse", "--is-shallow-repository")
	if shallow == "true" {
		return usageError(fmt.Errorf("%w, and it is a shallow one", err), "git fetch --unshallow (with actions/checkout: fetch-depth: 0; with GitLab: GIT_DEPTH: 0)")
	}
	if name, remote := strings.CutPrefix(ref, "origin/"); remote {
		return usageError(err, "git fetch origin %s", name)
	}
	return usageError(err, "git fetch --all, or name another with --base; \"git log --oneline\" lists what there is")
}

// defaultBranch is what the remote calls its default, or main, or master.
func (r repository) defaultBranch(ctx context.Context) (string, error) {
	if name, err := r.git(ctx, "symbolic-ref", "--quiet", "--short", "refs/remotes/origin/HEAD"); err == nil {
		return name, nil
	}
	for _, name := range []string{"origin/main", "origin/master", "main", "master"} {
		if _, err := r.git(ctx, "rev-parse", "--verify", "--quiet", name); err == nil {
			return name, nil
		}
	}
	return "", r.missing(ctx, errors.New("find the default branch: there is no main and no master"), "origin/main")
}

// dirty reports whether files that git knows have changes that are not
// committed. What it does not know may be the results of the last run.
func (r repository) dirty(ctx context.Context) bool {
	out, err := r.git(ctx, "status", "--porcelain", "--untracked-files=no")
	return err == nil && out != ""
}

// head says what the working tree is.
func (r repository) head(ctx context.Context) (string, error) {
	commit, err := r.git(ctx, "rev-parse", "HEAD")
	if err != nil {
		return "", usageError(err, "the repository needs a commit first")
	}
	if r.dirty(ctx) {
		return fmt.Sprintf("the working tree (%.10s with changes that are not committed)", commit), nil
	}
	return fmt.Sprintf("HEAD (%.10s)", commit), nil
}

// checkOut makes a tree of a revision in dir. remove takes it away again; the
// repository is then as before.
func (r repository) checkOut(ctx context.Context, v revision, dir string) (remove func() error, err error) {
	remove = func() error {
		// Twice forced: one that was interrupted while it was made is locked.
		_, err := r.git(context.WithoutCancel(ctx), "worktree", "remove", "--force", "--force", dir)
		return err
	}
	_, err = r.git(ctx, "worktree", "add", "--detach", "--force", dir, v.commit)
	switch {
	case err == nil:
		return remove, nil
	case ctx.Err() != nil:
		_ = remove() // if it was made at all
		return nil, ctx.Err()
	}
	return nil, usageError(fmt.Errorf("check out %s: %w", v, err), "\"git worktree prune\" forgets trees that are gone")
}
