package git

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
)

// A Tree is the files of a commit in a directory of their own.
//
// It is a linked worktree that the repository does not know of: its git directory
// lies beside it instead of in .git/worktrees, with an index of its own. So nothing
// of it stays in the repository, however this process ends, and yet a build that
// runs "git describe" finds the commit.
type Tree struct {
	Dir string
	// Absent are parts of the commit that could not be checked out because the
	// clone does not have them either, in words: submodules, Git LFS files. A
	// build that fails may need them.
	Absent []string
}

// CheckOut makes the tree of a commit in dir, with git directories in dir.git; the
// caller removes both. Submodules that are checked out in the working tree are
// checked out here too, at the commit's versions. Files are what a git checkout
// makes of them: filters, line ends and sparse patterns of the repository apply.
// Errors are of type *Error, unless ctx ended or dir cannot be written.
func (r *Repository) CheckOut(ctx context.Context, v Revision, dir string) (Tree, error) {
	c := &checkout{about: v.String(), git: dir + ".git"}
	err := c.tree(ctx, r, v.Commit, dir, "")
	return Tree{Dir: dir, Absent: c.absent}, err
}

// A checkout is a tree in the making.
type checkout struct {
	about  string // the revision, in words
	git    string // directory for git directories
	made   int    // how many of them there are
	absent []string
}

// tree checks out one repository; of a submodule, path is where it belongs.
func (c *checkout) tree(ctx context.Context, r *Repository, commit, dir, path string) error {
	private, err := c.gitDirectory(r, commit, dir)
	if err != nil {
		return fmt.Errorf("make a tree of %s: %w", c.about, err)
	}
	at := r.in(dir, filepath.Join(private, "index"))
	if _, err := at.run(ctx, "read-tree", "-m", "-u", commit); err != nil {
		return c.failed(ctx, err, commit)
	}
	if err := c.submodules(ctx, r, at, path); err != nil {
		return err
	}
	if err := c.pointers(ctx, r, at, commit, path); err != nil {
		return err
	}
	return c.link(ctx, r, at, private, commit)
}

// gitDirectory makes the git directory of a tree, and the tree's directory.
func (c *checkout) gitDirectory(r *Repository, commit, dir string) (string, error) {
	private := filepath.Join(c.git, strconv.Itoa(c.made))
	c.made++
	for _, d := range []string{private, dir} {
		if err := os.MkdirAll(d, 0o755); err != nil {
			return "", err
		}
	}
	return private, errors.Join(
		os.WriteFile(filepath.Join(private, "HEAD"), []byte(commit+"\n"), 0o600),
		os.WriteFile(filepath.Join(private, "commondir"), []byte(filepath.ToSlash(r.common)+"\n"), 0o600),
		os.WriteFile(filepath.Join(private, "gitdir"), []byte(filepath.ToSlash(filepath.Join(dir, ".git"))+"\n"), 0o600),
	)
}

// link lets git commands in the tree find its git directory. A repository that
// keeps references in another format (reftable) does not take it: the tree is then
// files without a repository.
func (c *checkout) link(ctx context.Context, r *Repository, at command, private, commit string) error {
	file := filepath.Join(at.dir, ".git")
	if err := os.WriteFile(file, []byte("gitdir: "+filepath.ToSlash(private)+"\n"), 0o600); err != nil {
		return fmt.Errorf("make a tree of %s: %w", c.about, err)
	}
	head, err := command{dir: at.dir, env: r.env}.run(ctx, "rev-parse", "--verify", "HEAD")
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err == nil && head == commit:
		return nil
	}
	c.absent = append(c.absent, "its git repository (git commands do not work in the tree of "+c.about+")")
	return os.Remove(file)
}

// failed is the error of a checkout that did not succeed, with the cause that is
// likely.
func (c *checkout) failed(ctx context.Context, err error, commit string) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	what := fmt.Errorf("check out %s: %w", c.about, err)
	switch {
	case says(err, "lfs"):
		return wrong(what, "git lfs fetch origin %.10s brings the files that Git LFS keeps apart", commit)
	case says(err, "filter"):
		return wrong(what, "the repository's attributes name this filter, and its program failed: run it by hand")
	case says(err, "promisor", "unable to read", "not our ref", "bad object"):
		return wrong(what, "this clone does not have all objects of that commit: git fetch --refetch origin, or clone without --filter")
	}
	return wrong(what, "see whether TMPDIR has room; \"git fsck\" looks for damage in the repository")
}
