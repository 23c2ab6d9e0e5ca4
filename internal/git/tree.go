package git

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
)

// A Tree holds the files of a commit in a separate directory.
//
// It is a linked worktree that the repository does not know: its git directory is
// beside it instead of in .git/worktrees, with its own index. So nothing of it
// stays in the repository, however this process ends, but a build that runs "git
// describe" still finds the commit.
type Tree struct {
	Dir string
	// Absent describes parts of the commit that could not be checked out because
	// the clone does not have them: submodules, Git LFS files. A build that fails
	// may need them.
	Absent []string
}

// CheckOut writes the tree of a commit to dir, with git directories in dir.git; the
// caller removes both. Submodules that are checked out in the working tree are
// checked out here too, at the commit's versions. Files are the same as after a git
// checkout: filters, line ends and sparse patterns of the repository apply. Errors
// are of type *Error, unless ctx ended or dir cannot be written.
func (r *Repository) CheckOut(ctx context.Context, v Revision, dir string) (Tree, error) {
	c := &checkout{about: v.String(), git: dir + ".git"}
	err := c.tree(ctx, r, v.Commit, dir, "")
	return Tree{Dir: dir, Absent: c.absent}, err
}

// A checkout is the state of CheckOut.
type checkout struct {
	about  string // the revision, in words
	git    string // directory for git directories
	made   int    // number of git directories so far
	absent []string
}

// tree checks out one repository. path is the place of a submodule in the tree.
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

// link makes git commands in the tree find its git directory. It does not work if
// the repository keeps references in another format (reftable): then the tree has
// files but no repository.
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

// failed returns the error of a failed checkout, with a hint for the likely cause.
func (c *checkout) failed(ctx context.Context, err error, commit string) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	what := fmt.Errorf("check out %s: %w", c.about, err)
	switch {
	case failedWith(err, "lfs"):
		return wrong(what, "fetch the files of Git LFS: git lfs fetch origin %.10s", commit)
	case failedWith(err, "filter"):
		return wrong(what, "the program of this filter, which the repository's attributes name, failed: run it by hand")
	case failedWith(err, "promisor", "unable to read", "not our ref", "bad object"):
		return wrong(what, "this clone does not have all objects of that commit: git fetch --refetch origin, or clone without --filter")
	}
	return wrong(what, "check the free space in TMPDIR, and the repository with \"git fsck\"")
}
