package candidate

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/classibench/classibench/bench/instance"
	"github.com/classibench/classibench/internal/git"
	"github.com/classibench/classibench/scenarios"
)

// A Change is the working tree around the working directory and the base to compare it
// with.
type Change struct {
	repo *git.Repository
	base git.Revision
}

// FindChange finds the base of a change: the commit of a name, or the one that
// [git.Repository.Base] finds. Files below except do not count as changes.
func FindChange(ctx context.Context, base, except string) (*Change, error) {
	repo, err := git.Open(ctx, ".")
	if errors.Is(err, git.ErrNone) {
		return nil, wrong(fmt.Errorf("find the change to judge: %w", err), "run it inside a git checkout, or compare two targets of a scenario: classibench gate mine.yaml")
	}
	if err != nil {
		return nil, err
	}
	if path, err := filepath.Abs(except); err == nil {
		repo.Except = path
	}
	v, err := repo.Base(ctx, base)
	return &Change{repo, v}, err
}

// BaseLacks reports whether a file of the working tree is not in the base.
func (c *Change) BaseLacks(ctx context.Context, file string) bool {
	path, err := filepath.Abs(file)
	return err == nil && c.repo.Lacks(ctx, c.base, path)
}

// Trees are the two sides of a change, ready to be started.
type Trees struct {
	Base, Head string   // in words
	Notes      []string // about missing parts of the base
	Candidates []instance.Candidate
}

// Trees builds the program of the base, in a tree of its own, and of the working tree.
func (s *Setup) Trees(ctx context.Context, c *Change, p Program) (t Trees, err error) {
	defer func() { err = s.roomy(err) }()
	t.Base = c.base.String()
	if t.Head, err = c.repo.Head(ctx); err != nil {
		return t, err
	}
	base, err := c.repo.CheckOut(ctx, c.base, filepath.Join(s.dir, "base"))
	if err != nil {
		return t, err
	}
	for _, part := range base.Absent { // an interpreted program misses it only when it runs
		t.Notes = append(t.Notes, "the base was measured without "+part)
		s.options.Logf("the base lacks %s", part)
	}
	if err := openTo(s.dir, c.repo.Top); err != nil {
		return t, err
	}
	for _, tree := range []tree{{"base", base.Dir, base.Absent}, {name: "head", dir: c.repo.Top}} {
		built, err := s.build(ctx, c, p, tree, "build-"+tree.name)
		if err != nil {
			return t, err
		}
		t.Candidates = append(t.Candidates, built)
	}
	return t, nil
}

// Head builds the program of the working tree alone.
func (s *Setup) Head(ctx context.Context, c *Change, p Program) (instance.Candidate, error) {
	built, err := s.build(ctx, c, p, tree{name: "head", dir: c.repo.Top}, "build-alone")
	return built, s.roomy(err)
}

// A tree is where the program of one side is built.
type tree struct {
	name   string
	dir    string
	absent []string // parts of the commit that could not be checked out
}

// build builds the program of one tree: with the user's command, or the classifieds as a
// server.
func (s *Setup) build(ctx context.Context, c *Change, p Program, t tree, name string) (instance.Candidate, error) {
	out := filepath.Join(s.dir, name)
	if err := os.Mkdir(out, 0o755); err != nil {
		return instance.Candidate{}, fmt.Errorf("make a directory to build in: %w", err)
	}
	if p.Run != "" {
		return s.buildOwn(ctx, c, p, t, out)
	}
	s.options.Logf("building the %s …", t.name)
	ours, err := isOurs(ctx, t.dir)
	if err != nil {
		return instance.Candidate{}, err
	}
	if !ours {
		return instance.Candidate{}, wrong(fmt.Errorf("build the %s: it is not a tree of classibench, and there is no command to build and run it", t.name),
			"--build 'go build -o {out} ./cmd/shop' --run '{out} -listen {addr}', or --run alone for a program that needs no build, and a scenario with the requests to make")
	}
	b, err := recipes["persistent"].makeFrom(ctx, t.dir, out)
	switch {
	case ctx.Err() != nil:
		return instance.Candidate{}, ctx.Err()
	case err != nil:
		return instance.Candidate{}, wrong(fmt.Errorf("build the %s: %w", t.name, err), "%s", t.buildHint(err.Error()))
	}
	return s.builtin(scenarios.Target{Name: t.name, Builtin: "persistent"}, b), nil
}

// buildHint names the likely cause of a build that failed.
func (t tree) buildHint(output string) string {
	switch {
	case strings.Contains(output, "error obtaining VCS status"):
		return "add -buildvcs=false to the go command, or let git read the repository: git config --global --add safe.directory " + t.dir
	case len(t.absent) > 0:
		return "this clone lacks parts of the commit, which the build may need: " + strings.Join(t.absent, "; ")
	case t.name == "base":
		return "check that the base builds by itself, or name another commit with --base"
	}
	return "run the command in the working tree by hand"
}

// openTo lets the workers of a server that drops root's privileges read files below a
// directory, if they can read the working tree.
func openTo(dir, workingTree string) error {
	if os.Geteuid() != 0 || !reachable(workingTree) {
		return nil
	}
	if err := os.Chmod(dir, 0o711); err != nil {
		return fmt.Errorf("let the users of servers into the directory of the base: %w", err)
	}
	return nil
}

// reachable reports whether other users may list a directory and enter all above it.
func reachable(dir string) bool {
	for need := os.FileMode(0o005); ; need = 0o001 {
		info, err := os.Stat(dir)
		if err != nil || info.Mode().Perm()&need != need {
			return false
		}
		up := filepath.Dir(dir)
		if up == dir {
			return true
		}
		dir = up
	}
}
