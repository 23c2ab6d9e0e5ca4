package git

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// pointers lists the files of a tree that are still pointers of Git LFS: git-lfs is
// not installed, or skips them. If the working tree has the file itself, the tree
// must have it too, so git-lfs is run for it.
func (c *checkout) pointers(ctx context.Context, r *Repository, at command, commit, within string) error {
	out, err := at.run(ctx, "ls-files", "-z", "--", ":(attr:filter=lfs)")
	if err != nil {
		return err
	}
	var left []string
	for name := range strings.SplitSeq(out, "\x00") {
		if name == "" || !isPointer(filepath.Join(at.dir, filepath.FromSlash(name))) {
			continue
		}
		head := filepath.Join(r.Top, filepath.FromSlash(name))
		if _, err := os.Lstat(head); r.Top == "" || err != nil || isPointer(head) {
			left = append(left, path.Join(within, name))
			continue
		}
		if err := c.smudge(ctx, at, name, commit); err != nil {
			return err
		}
	}
	if len(left) > 0 {
		what := "the Git LFS file " + left[0]
		if len(left) > 1 {
			what = fmt.Sprintf("%d files of Git LFS, such as %s", len(left), left[0])
		}
		c.absent = append(c.absent, fmt.Sprintf("%s (git lfs fetch origin %s)", what, commit))
	}
	return nil
}

// isPointer reports whether a file is a pointer of Git LFS, which replaces the real
// file (https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md).
func isPointer(path string) bool {
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	head, err := io.ReadAll(io.LimitReader(f, 64))
	return err == nil && bytes.HasPrefix(head, []byte("version https://git-lfs.github.com/spec/"))
}

// smudge replaces a pointer with its file.
func (c *checkout) smudge(ctx context.Context, at command, name, commit string) error {
	path := filepath.Join(at.dir, filepath.FromSlash(name))
	pointer, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("check out %s: %w", c.about, err)
	}
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_TRUNC, 0)
	if err != nil {
		return fmt.Errorf("check out %s: %w", c.about, err)
	}
	at.in, at.out = bytes.NewReader(pointer), file
	at.env = slices.DeleteFunc(slices.Clone(at.env), func(v string) bool { return strings.HasPrefix(v, "GIT_LFS_SKIP_SMUDGE=") })
	_, err = at.run(ctx, "lfs", "smudge", "--", name)
	err = errors.Join(err, file.Close())
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil || isPointer(path):
		err = errors.Join(fmt.Errorf("check out %s: %s is only a pointer of Git LFS there, but the working tree has the file itself", c.about, name), err)
		return wrong(err, "install git-lfs, then: git lfs install; git lfs fetch origin %s", commit)
	}
	return nil
}
