package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/classibench/classibench/bench"
	"github.com/classibench/classibench/bench/instance"
	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/bench/target"
	"github.com/classibench/classibench/internal/git"
	"github.com/classibench/classibench/internal/shell"
	"github.com/classibench/classibench/scenarios"
)

// throughputPart compares the base with the working tree, or the first two
// targets of the scenario.
func (p *program) throughputPart(ctx context.Context, o gateOptions, plan bench.Plan, on stage) (*gatePart, error) {
	if !o.throughput {
		return nil, nil
	}
	part := &gatePart{}
	var base, head string
	var notes []string
	if targets := plan.Scenario.Targets; o.against == nil {
		candidates, err := p.candidates(ctx, targets, on)
		if err != nil {
			return nil, err
		}
		base, head = targets[0].Name, targets[1].Name
		plan.Candidates = candidates
	} else {
		t, err := p.trees(ctx, o, on)
		if err != nil {
			return nil, err
		}
		base, head, notes = t.base, t.head, t.notes
		plan.Candidates = t.candidates
	}
	plan.Candidates[0].Name, plan.Candidates[1].Name = "base", "head"
	rules := bench.Rules{MaxLoss: o.maxLoss, Budget: o.budget}
	part.run = func(ctx context.Context) (*result.Result, error) { return plan.Gate(ctx, rules) }
	part.ask = func(g *result.Gate) { g.Base, g.Head, g.Notes = base, head, append(notes, g.Notes...) }
	return part, nil
}

// against is the commit that the working tree is compared with.
type against struct {
	repo *git.Repository
	base git.Revision
}

// findAgainst finds the base, unless two targets of the scenario are compared.
func findAgainst(ctx context.Context, o gateOptions, s *scenarios.Scenario) (*against, error) {
	switch {
	case !o.throughput:
		return nil, nil
	case len(s.Targets) >= 2 && o.run == "" && o.base != "":
		return nil, usageError(fmt.Errorf("--base %s: the scenario names two targets to compare", o.base), "leave one of the two out, or write with --build and --run how a tree's program is made")
	case len(s.Targets) > 2 && o.run == "":
		return nil, usageError(fmt.Errorf("the scenario names %d targets", len(s.Targets)), "name two: the base first, and the one to judge second")
	case len(s.Targets) == 2 && o.run == "":
		return nil, nil
	}
	repo, err := git.Open(ctx, ".")
	if errors.Is(err, git.ErrNone) {
		return nil, usageError(fmt.Errorf("find the change to judge: %w", err), "run it inside a git checkout, or compare two targets of a scenario: classibench gate mine.yaml")
	}
	if err != nil {
		return nil, gitError(err)
	}
	if out, err := filepath.Abs(o.out); err == nil {
		repo.Except = out // results of the last run may be tracked: they are no change
	}
	v, err := repo.Base(ctx, o.base)
	return &against{repo, v}, gitError(err)
}

// twoTrees are the base and the working tree, built and ready to start.
type twoTrees struct {
	base, head string // in words
	notes      []string
	candidates []instance.Candidate
}

// trees builds the base, in a tree of its own below the stage's directory, and the
// working tree.
func (p *program) trees(ctx context.Context, o gateOptions, on stage) (t twoTrees, err error) {
	repo, v := o.against.repo, o.against.base
	t.base = v.String()
	if t.head, err = repo.Head(ctx); err != nil {
		return t, gitError(err)
	}
	base, err := repo.CheckOut(ctx, v, filepath.Join(on.dir, "base"))
	if err != nil {
		return t, gitError(err)
	}
	if path, err := filepath.Abs(o.scenario); err == nil && strings.ContainsAny(o.scenario, "/.") && repo.Lacks(ctx, v, path) {
		t.notes = append(t.notes, fmt.Sprintf("the base has no %s: the one of the working tree was offered to both", o.scenario))
	}
	for _, part := range base.Absent { // a program that is not built misses it only when it runs
		t.notes = append(t.notes, "the base was measured without "+part)
		p.say("the base lacks %s", part)
	}
	if err := letIn(on.dir, repo.Top); err != nil {
		return t, err
	}
	t.candidates, err = p.buildTrees(ctx, o, tree{name: "head", dir: repo.Top}, tree{name: "base", dir: base.Dir, absent: base.Absent}, on)
	return t, err
}

// letIn lets the workers of a server that gives up root's rights look for their files in
// the base, where they can in the working tree.
func letIn(dir, workingTree string) error {
	if os.Geteuid() != 0 || !reachable(workingTree) {
		return nil
	}
	if err := os.Chmod(dir, 0o711); err != nil {
		return fmt.Errorf("let the users of servers into the directory of the base: %w", err)
	}
	return nil
}

// reachable reports whether other users may list a directory, and pass all above it.
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

// A tree is where the program of one side is built.
type tree struct {
	name   string
	dir    string
	absent []string // parts of the commit that could not be checked out
}

// buildTrees builds the program of both trees.
func (p *program) buildTrees(ctx context.Context, o gateOptions, head, base tree, on stage) ([]instance.Candidate, error) {
	var all []instance.Candidate
	for _, t := range []tree{base, head} {
		out := filepath.Join(on.dir, "build-"+t.name)
		if err := os.Mkdir(out, 0o755); err != nil {
			return nil, fmt.Errorf("make a directory to build in: %w", err)
		}
		c, err := p.buildTree(ctx, o, t, out, on)
		if err != nil {
			return nil, err
		}
		all = append(all, c)
	}
	return all, nil
}

// buildTree builds the program of one tree: with the user's command, or the
// classifieds as a server.
func (p *program) buildTree(ctx context.Context, o gateOptions, t tree, out string, on stage) (instance.Candidate, error) {
	if o.run != "" {
		return p.buildOwn(ctx, o, t, out, on)
	}
	p.say("building the %s …", t.name)
	ours, err := isOurs(ctx, t.dir)
	if err != nil {
		return instance.Candidate{}, err
	}
	if !ours {
		return instance.Candidate{}, usageError(fmt.Errorf("build the %s: it is no tree of classibench, and nothing says how to build and run it", t.name),
			"--build 'go build -o {out} ./cmd/shop' --run '{out} -listen {addr}', or --run alone for a program that needs no build, and a scenario with the requests to make")
	}
	b, err := recipes["persistent"].makeFrom(ctx, t.dir, out)
	switch {
	case ctx.Err() != nil:
		return instance.Candidate{}, ctx.Err()
	case err != nil:
		return instance.Candidate{}, usageError(fmt.Errorf("build the %s: %w", t.name, err), "%s", t.buildHint(err.Error()))
	}
	return builtin(scenarios.Target{Name: t.name, Builtin: "persistent"}, b, "", on), nil
}

// buildHint names the likely cause of a build that failed.
func (t tree) buildHint(said string) string {
	switch {
	case strings.Contains(said, "error obtaining VCS status"):
		return "add -buildvcs=false to the go command, or let git read the repository: git config --global --add safe.directory " + t.dir
	case len(t.absent) > 0:
		return "this clone lacks parts of the commit, which the build may need: " + strings.Join(t.absent, "; ")
	case t.name == "base":
		return "does the base build by itself? Name another commit with --base"
	}
	return "run the command in the working tree by hand"
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

// buildOwn runs the user's command in a tree, if there is one.
func (p *program) buildOwn(ctx context.Context, o gateOptions, t tree, out string, on stage) (instance.Candidate, error) {
	dir, err := oneWord(t.dir, out)
	if err != nil {
		return instance.Candidate{}, fmt.Errorf("link to the tree of the %s: %w", t.name, err)
	}
	fill := strings.NewReplacer("{out}", filepath.Join(out, "program"), "{tree}", dir)
	if o.build != "" {
		p.say("building the %s …", t.name)
		if err := runBuild(ctx, fill.Replace(o.build), t, o.build); err != nil {
			return instance.Candidate{}, err
		}
	}
	if t.name == "base" && !ofTree(o.run, t.dir) && ofTree(o.run, o.against.repo.Top) {
		return instance.Candidate{}, usageError(fmt.Errorf("--run %q names a file of the working tree that the base, %s, does not have", o.run, o.against.base),
			"if it is built or installed there, say how with --build, such as --build 'npm ci'; else name a commit that has it with --base, or a command that runs either: --run 'test -e new.py && exec python3 new.py {addr}; exec python3 old.py {addr}'")
	}
	if !ofTree(o.run, t.dir) && len(t.absent) > 0 {
		return instance.Candidate{}, usageError(fmt.Errorf("--run %q names nothing that is in the trees", o.run), "%s", t.buildHint(""))
	}
	if !ofTree(o.run, t.dir) {
		return instance.Candidate{}, usageError(fmt.Errorf("--run %q starts the same program for both trees", o.run), "name what was built as {out}, its tree as {tree}, or a file of the tree by a relative path: --run '{out} -listen {addr}', --run 'cd {tree} && npm start'")
	}
	to := scenarios.Target{Name: t.name, Kind: target.Server, Command: []string{"sh", "-c", fill.Replace(o.run)}, Dir: t.dir}
	c, err := own(to, "", on)
	c.Build = o.build
	return c, describe(err)
}

// oneWord is a path of a tree that a shell takes for one word, whether it is quoted or
// not: a link to it where its own path is none.
func oneWord(tree, out string) (string, error) {
	if shell.Quote([]string{tree}) == tree {
		return tree, nil
	}
	link := filepath.Join(out, "tree")
	return link, os.Symlink(tree, link)
}

// runBuild runs a build command in a tree.
func runBuild(ctx context.Context, line string, t tree, asked string) error {
	cmd := command(ctx, t.dir, "sh", "-c", line)
	endGroup(cmd)
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	err := cmd.Run()
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil:
		return usageError(fmt.Errorf("build the %s with %q: %w\n%s", t.name, asked, err, lastLines(said.String(), 12)), "%s", t.buildHint(said.String()))
	}
	return nil
}
