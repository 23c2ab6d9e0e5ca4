package git

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
)

// A Revision is a commit and the name it goes by: "origin/main", "the merge base
// with origin/main".
type Revision struct {
	Commit string // full hash
	Name   string
}

func (v Revision) String() string { return fmt.Sprintf("%s (%.10s)", v.Name, v.Commit) }

// Base returns the commit to compare the working tree with: the named one, or the
// merge base with the default branch; on that branch itself the commit before
// HEAD, or HEAD where tracked files have changes. Errors are of type *Error,
// unless ctx ended.
func (r *Repository) Base(ctx context.Context, ref string) (Revision, error) {
	head, err := r.headCommit(ctx)
	switch {
	case err != nil:
		return Revision{}, err
	case ref != "":
		return r.named(ctx, ref, head)
	}
	branch, err := r.defaultBranch(ctx)
	if err != nil {
		return Revision{}, err
	}
	merge, err := r.git(ctx, "merge-base", head, branch)
	switch {
	case err != nil:
		return Revision{}, r.missing(ctx, fmt.Errorf("find the merge base of HEAD and %s: there is none in this clone", branch), branch)
	case head != merge:
		return Revision{merge, "the merge base with " + branch}, nil
	case r.changed(ctx):
		return Revision{head, "HEAD without the changes in the working tree"}, nil
	}
	before, err := r.git(ctx, "rev-parse", "--verify", "--quiet", "HEAD^")
	if err != nil {
		return Revision{}, r.missing(ctx, errors.New("find the commit before HEAD: this clone has none"), "HEAD^")
	}
	return Revision{before, "the commit before HEAD"}, nil
}

// headCommit is the commit that is checked out.
func (r *Repository) headCommit(ctx context.Context) (string, error) {
	if r.Top == "" {
		return "", errBare()
	}
	head, err := r.git(ctx, "rev-parse", "--verify", "--quiet", "HEAD^{commit}")
	if err != nil && ctx.Err() == nil {
		return "", wrong(errors.New("this repository has no commit yet: there is nothing to compare with"), "commit first; in a pre-commit hook, skip the first commit with \"git rev-parse --verify HEAD\"")
	}
	return head, err
}

// named is the commit that a name stands for, if it differs from the working tree.
func (r *Repository) named(ctx context.Context, ref, head string) (Revision, error) {
	commit, err := r.Resolve(ctx, ref)
	if err != nil {
		return Revision{}, err
	}
	v := Revision{commit, ref}
	if head == commit && !r.changed(ctx) {
		return v, wrong(fmt.Errorf("compare with %s: that is HEAD, and no tracked file has changes: there is nothing to judge", v), "--base HEAD^ judges the last commit; without --base it is found by itself")
	}
	return v, nil
}

// Resolve returns the full hash of the commit that a name stands for. Errors are
// of type *Error, unless ctx ended.
func (r *Repository) Resolve(ctx context.Context, name string) (string, error) {
	commit, err := r.git(ctx, "rev-parse", "--verify", "--quiet", "--end-of-options", name+"^{commit}")
	if err != nil {
		return "", r.missing(ctx, fmt.Errorf("there is no commit %q in this clone", name), name)
	}
	return commit, nil
}

// missing is the error of a commit that is not there, with the command that
// fetches it.
func (r *Repository) missing(ctx context.Context, err error, ref string) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if r.Shallow(ctx) {
		return wrong(fmt.Errorf("%w, and it is a shallow one", err), "git fetch --unshallow (with actions/checkout: fetch-depth: 0; with GitLab: GIT_DEPTH: 0)")
	}
	if name, remote := strings.CutPrefix(ref, "origin/"); remote {
		return wrong(err, "git fetch origin %s", name)
	}
	return wrong(err, "git fetch --all may bring it; \"git log --oneline\" lists the commits that are here")
}

// Shallow reports whether the clone lacks commits that its own descend from.
func (r *Repository) Shallow(ctx context.Context) bool {
	out, _ := r.git(ctx, "rev-parse", "--is-shallow-repository")
	return out == "true"
}

// defaultBranch is the one that the remote calls its default, or main, or master.
func (r *Repository) defaultBranch(ctx context.Context) (string, error) {
	names := []string{"origin/main", "origin/master", "main", "master"}
	if name, err := r.git(ctx, "symbolic-ref", "--quiet", "--short", "refs/remotes/origin/HEAD"); err == nil {
		names = slices.Insert(names, 0, name) // it dangles where the remote renamed the branch
	}
	for _, name := range names {
		if _, err := r.git(ctx, "rev-parse", "--verify", "--quiet", name+"^{commit}"); err == nil {
			return name, nil
		}
	}
	return "", r.missing(ctx, errors.New("find the default branch: there is no main and no master"), "origin/main")
}

// changed reports whether tracked files have changes that are not committed, but for
// those below Except. Untracked ones may be the results of the last run.
func (r *Repository) changed(ctx context.Context) bool {
	args := []string{"status", "--porcelain", "--untracked-files=no"}
	if name, err := filepath.Rel(r.Top, r.Except); r.Except != "" && err == nil && filepath.IsLocal(name) && name != "." {
		args = append(args, "--", ":(top)", ":(top,exclude,literal)"+filepath.ToSlash(name))
	}
	out, err := r.git(ctx, args...)
	return err == nil && out != ""
}

// Head describes the working tree in words. Errors are of type *Error, unless ctx
// ended.
func (r *Repository) Head(ctx context.Context) (string, error) {
	commit, err := r.headCommit(ctx)
	switch {
	case err != nil:
		return "", err
	case r.changed(ctx):
		return fmt.Sprintf("the working tree (%.10s with changes that are not committed)", commit), nil
	}
	return fmt.Sprintf("HEAD (%.10s)", commit), nil
}

// Lacks reports whether a file that git knows in the working tree is not in a
// commit. path is absolute.
func (r *Repository) Lacks(ctx context.Context, v Revision, path string) bool {
	name, err := r.git(ctx, "--literal-pathspecs", "ls-files", "-z", "--full-name", "--", path) // without -z, ö is quoted
	if name, _, _ = strings.Cut(name, "\x00"); err != nil || name == "" {
		return false // it is no part of the repository
	}
	_, err = r.git(ctx, "cat-file", "-e", v.Commit+":"+name)
	return err != nil && ctx.Err() == nil
}
