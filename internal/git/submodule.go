package git

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"

	"github.com/classibench/classibench/internal/shell"
)

// A gitlink is the place of a submodule in a commit.
type gitlink struct {
	path   string // in its repository, with slashes
	commit string
}

// submodules checks out the submodules of a tree.
func (c *checkout) submodules(ctx context.Context, r *Repository, at command, within string) error {
	out, err := at.run(ctx, "ls-files", "--stage", "-z")
	if err != nil {
		return err
	}
	for entry := range strings.SplitSeq(out, "\x00") {
		meta, name, _ := strings.Cut(entry, "\t")
		mode, commit, _ := strings.Cut(meta, " ")
		if mode != "160000" {
			continue
		}
		commit, _, _ = strings.Cut(commit, " ")
		if err := c.submodule(ctx, r, at, gitlink{name, commit}, within); err != nil {
			return err
		}
	}
	return nil
}

// submodule checks out one submodule from its clone in the working tree. If the
// working tree does not have it, the tree has no files of it either.
func (c *checkout) submodule(ctx context.Context, r *Repository, at command, link gitlink, within string) error {
	name := path.Join(within, link.path)
	sub, used, err := r.submodule(ctx, at, link.path)
	if err != nil {
		return err
	}
	if sub == nil {
		c.absent = append(c.absent, "the submodule "+name+r.bring(ctx, link.path))
		return ctx.Err()
	}
	if _, err := sub.git(ctx, "cat-file", "-e", link.commit+"^{commit}"); err != nil {
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case used:
			return wrong(fmt.Errorf("check out %s: its submodule %s needs commit %.10s, which the submodule's clone does not have", c.about, name, link.commit),
				"git -C %s fetch origin %s", shell.Quote([]string{sub.Top}), link.commit)
		}
		c.absent = append(c.absent, fmt.Sprintf("commit %.10s of the submodule %s", link.commit, name))
		return nil
	}
	return c.tree(ctx, sub, link.commit, filepath.Join(at.dir, filepath.FromSlash(link.path)), name)
}

// submodule finds the clone of a submodule: the one in the working tree (used), or
// one in the git directory if the working tree no longer has the submodule. It
// returns nil if there is none.
func (r *Repository) submodule(ctx context.Context, at command, name string) (sub *Repository, used bool, err error) {
	top := filepath.Join(r.Top, filepath.FromSlash(name))
	if r.Top != "" {
		switch _, err := os.Lstat(filepath.Join(top, ".git")); {
		case err == nil:
			sub, err := discover(ctx, top, r.env)
			return sub, true, err
		case !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, syscall.ENOTDIR): // ENOTDIR: a file may have replaced it
			return nil, false, fmt.Errorf("open the submodule %s: %w", name, err)
		}
	}
	label, err := at.run(ctx, "config", "--file", filepath.Join(at.dir, ".gitmodules"), "--name-only", "--get-regexp", `^submodule\..*\.path$`, "^"+regexp.QuoteMeta(name)+"$")
	if err != nil {
		return nil, false, ctx.Err() // .gitmodules does not name it
	}
	label, _, _ = strings.Cut(label, "\n")
	label = strings.TrimSuffix(strings.TrimPrefix(label, "submodule."), ".path")
	for _, dir := range []string{r.dir, r.common} {
		dir = filepath.Join(dir, "modules", filepath.FromSlash(label))
		if info, err := os.Stat(filepath.Join(dir, "objects")); err == nil && info.IsDir() && filepath.IsLocal(filepath.FromSlash(label)) {
			// The clone's configuration names a working tree that no longer exists.
			return &Repository{dir: dir, common: dir, env: append(slices.Clone(r.env), "GIT_WORK_TREE="+dir)}, false, nil
		}
	}
	return nil, false, nil
}

// bring returns a text with the command that fetches a submodule. There is none if
// the index no longer has it, because git submodule ignores it then.
func (r *Repository) bring(ctx context.Context, path string) string {
	if r.Top == "" {
		return ""
	}
	if known, err := r.git(ctx, "--literal-pathspecs", "ls-files", "--", path); err != nil || known == "" {
		return ", which the working tree no longer has (check that commit out once with its submodules)"
	}
	return fmt.Sprintf(" (git -C %s submodule update --init --recursive %s)", shell.Quote([]string{r.Top}), shell.Quote([]string{path}))
}
