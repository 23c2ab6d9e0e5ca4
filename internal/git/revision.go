package git

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
)

// A Revision is a commit and its name, such as "origin/main" or "the merge base
// with origin/main".
type Revision struct {
	Commit string // full hash
	Name   string
}

func (v Revision) String() string { return fmt.Sprintf("%s (%.10s)", v.Name, v.Commit) }

// Base returns the commit to compare the working tree with: the named one, or else
// the merge base with the default branch. On that branch itself, it is HEAD if
// tracked files have changes, otherwise the commit before HEAD. Errors are of type
// *Error, unless ctx ended.
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
		return Revision{}, r.missing(ctx, fmt.Errorf("find the merge base of HEAD and %s: this clone has none", branch), branch)
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

// headCommit returns the hash of HEAD.
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

// named returns the commit with a name, if it differs from the working tree.
func (r *Repository) named(ctx context.Context, ref, head string) (Revision, error) {
	commit, err := r.Resolve(ctx, ref)
	if err != nil {
		return Revision{}, err
	}
	v := Revision{commit, ref}
	if head == commit && !r.changed(ctx) {
		return v, wrong(fmt.Errorf("compare with %s: that is HEAD, and no tracked file has changes: there is nothing to judge", v), "use --base HEAD^ to judge the last commit, or leave out --base to let classibench choose")
	}
	return v, nil
}

// Resolve returns the full hash of the commit with a name. Errors are of type
// *Error, unless ctx ended.
func (r *Repository) Resolve(ctx context.Context, name string) (string, error) {
	commit, err := r.git(ctx, "rev-parse", "--verify", "--quiet", "--end-of-options", name+"^{commit}")
	if err != nil {
		return "", r.missing(ctx, fmt.Errorf("there is no commit %q in this clone", name), name)
	}
	return commit, nil
}

// missing returns the error for a commit that is not in the clone. Its hint is the
// command to fetch it.
func (r *Repository) missing(ctx context.Context, err error, ref string) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if r.Shallow(ctx) {
		return wrong(fmt.Errorf("%w, which is shallow", err), "git fetch --unshallow (with actions/checkout: fetch-depth: 0; with GitLab: GIT_DEPTH: 0)")
	}
	if name, remote := strings.CutPrefix(ref, "origin/"); remote {
		return wrong(err, "git fetch origin %s", name)
	}
	return wrong(err, "git fetch --all may fetch it; \"git log --oneline\" lists the commits of this clone")
}

// Shallow reports whether the clone lacks ancestors of its commits.
func (r *Repository) Shallow(ctx context.Context) bool {
	out, _ := r.git(ctx, "rev-parse", "--is-shallow-repository")
	return out == "true"
}

// defaultBranch returns the remote's default branch, or else main or master.
func (r *Repository) defaultBranch(ctx context.Context) (string, error) {
	names := []string{"origin/main", "origin/master", "main", "master"}
	if name, err := r.git(ctx, "symbolic-ref", "--quiet", "--short", "refs/remotes/origin/HEAD"); err == nil {
		names = slices.Insert(names, 0, name) // not found if the remote has renamed the branch
	}
	for _, name := range names {
		if _, err := r.git(ctx, "rev-parse", "--verify", "--quiet", name+"^{commit}"); err == nil {
			return name, nil
		}
	}
	return "", r.missing(ctx, errors.New("find the default branch: there is no main and no master"), "origin/main")
}

// changed reports whether tracked files have uncommitted changes, except below
// Except. Untracked files may be the results of the last run.
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
		return fmt.Sprintf("the working tree (%.10s with uncommitted changes)", commit), nil
	}
	return fmt.Sprintf("HEAD (%.10s)", commit), nil
}

// Lacks reports whether a commit lacks a file that git tracks in the working tree.
// path is absolute.
func (r *Repository) Lacks(ctx context.Context, v Revision, path string) bool {
	name, err := r.git(ctx, "--literal-pathspecs", "ls-files", "-z", "--full-name", "--", path) // without -z, git quotes ö
	if name, _, _ = strings.Cut(name, "\x00"); err != nil || name == "" {
		return false // not tracked
	}
	_, err = r.git(ctx, "cat-file", "-e", v.Commit+":"+name)
	return err != nil && ctx.Err() == nil
}
