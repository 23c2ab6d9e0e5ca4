package candidate

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/classibench/classibench/bench/instance"
	"github.com/classibench/classibench/bench/target"
	"github.com/classibench/classibench/internal/shell"
	"github.com/classibench/classibench/scenarios"
)

// A Program describes how to build and run the program of a tree. The zero value is the
// classifieds as a server.
type Program struct {
	Build string // a shell command that builds {out}; may be empty
	Run   string // a shell command that listens at {addr}
}

// buildOwn runs the user's command in a tree, if there is one.
func (s *Setup) buildOwn(ctx context.Context, c *Change, p Program, t tree, out string) (instance.Candidate, error) {
	dir, err := oneWord(t.dir, out)
	if err != nil {
		return instance.Candidate{}, fmt.Errorf("link to the tree of the %s: %w", t.name, err)
	}
	places := map[string]string{"{out}": filepath.Join(out, "program"), "{tree}": dir}
	if p.Build != "" {
		s.options.Logf("building the %s …", t.name)
		if err := p.build(ctx, shell.Fill(p.Build, places), t, out); err != nil {
			return instance.Candidate{}, err
		}
	}
	if err := p.check(c, t); err != nil {
		return instance.Candidate{}, err
	}
	to := scenarios.Target{Name: t.name, Kind: target.Server, Command: []string{"sh", "-c", shell.Fill(p.Run, places)}, Dir: t.dir}
	built, err := s.own(to)
	built.Build = p.Build
	return built, err
}

// build runs the build command in a tree.
func (p Program) build(ctx context.Context, line string, t tree, out string) error {
	tmp, err := temporaryFor(out)
	if err != nil {
		return err
	}
	defer tmp.Remove()
	sh, err := exec.LookPath("sh")
	if err != nil {
		return wrong(fmt.Errorf("build the %s with %q: %w", t.name, p.Build, err), "a shell runs the command: install one")
	}
	output, err := run(ctx, target.Job{Path: sh, Args: []string{"-c", line}, Dir: t.dir}, tmp.Path, fmt.Sprintf("build the %s with %q", t.name, p.Build))
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil:
		return wrong(err, "%s", t.buildHint(output))
	}
	return nil
}

// check refuses a command that does not run the program of the tree.
func (p Program) check(c *Change, t tree) error {
	switch {
	case ofTree(p.Run, t.dir):
		return nil
	case t.name == "base" && ofTree(p.Run, c.repo.Top):
		return wrong(fmt.Errorf("--run %q names a file of the working tree that the base, %s, does not have", p.Run, c.base),
			"if it is built or installed there, give the command with --build, such as --build 'npm ci'; else name a commit that has it with --base, or a command that runs either: --run 'test -e new.py && exec python3 new.py {addr}; exec python3 old.py {addr}'")
	case len(t.absent) > 0:
		return wrong(fmt.Errorf("--run %q names no file of the trees", p.Run), "%s", t.buildHint(""))
	}
	return wrong(fmt.Errorf("--run %q starts the same program for both trees", p.Run), "name the built program as {out}, its tree as {tree}, or a file of the tree by a relative path: --run '{out} -listen {addr}', --run 'cd {tree} && npm start'")
}

// ofTree reports whether a command runs something of the tree that it is run in: it
// names the tree, a file of it, or a module, as in "python3 -m shop.server" and
// "gunicorn shop:app".
func ofTree(run, tree string) bool {
	if strings.Contains(run, "{out}") || strings.Contains(run, "{tree}") {
		return true
	}
	words := strings.FieldsFunc(run, func(r rune) bool { return strings.ContainsRune(" \t\n;&|<>()'\"`$=:", r) })
	for i, word := range words {
		if i == 0 && !strings.Contains(word, "/") || !filepath.IsLocal(word) {
			continue // found in PATH, or elsewhere
		}
		module := strings.ReplaceAll(word, ".", "/")
		for _, path := range []string{word, module, module + ".py"} {
			if _, err := os.Stat(filepath.Join(tree, path)); err == nil {
				return true
			}
		}
	}
	return false
}

// oneWord returns a path of a tree that is one word to a shell without quotes: a link to
// the tree if its path is not.
func oneWord(tree, out string) (string, error) {
	if shell.Quote([]string{tree}) == tree {
		return tree, nil
	}
	link := filepath.Join(out, "tree")
	return link, os.Symlink(tree, link)
}
