package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/classibench/classibench/bench"
	"github.com/classibench/classibench/bench/target"
	"github.com/classibench/classibench/scenarios"
)

// throughputPart compares the base with the working tree, or the first two
// targets of the scenario.
func (p *program) throughputPart(ctx context.Context, o gateOptions, plan bench.Plan, on stage) (*gatePart, error) {
	if !o.throughput {
		return nil, nil
	}
	part := &gatePart{clean: func() {}}
	var base, head string
	var notes []string
	if targets := plan.Scenario.Targets; o.against == nil {
		contenders, err := p.contenders(ctx, targets, on)
		if err != nil {
			return nil, err
		}
		base, head = targets[0].Name, targets[1].Name
		plan.Contenders = contenders
	} else {
		t, err := p.trees(ctx, o, on)
		if err != nil {
			return nil, err
		}
		part.clean, base, head, notes = t.remove, t.base, t.head, t.notes
		plan.Contenders = t.contenders
	}
	plan.Contenders[0].Name, plan.Contenders[1].Name = "base", "head"
	rules := bench.Rules{MaxLoss: o.maxLoss, Budget: o.budget}
	part.run = func(ctx context.Context) (*bench.Result, error) { return plan.Gate(ctx, rules) }
	part.ask = func(g *bench.Gate) { g.Base, g.Head, g.Notes = base, head, append(notes, g.Notes...) }
	return part, nil
}

// against is the commit that the working tree is compared with.
type against struct {
	repo repository
	base revision
}

// findAgainst finds the base, unless two targets of the scenario are compared.
func findAgainst(ctx context.Context, o gateOptions, s *scenarios.Scenario) (*against, error) {
	switch {
	case !o.throughput:
		return nil, nil
	case len(s.Targets) >= 2 && o.build == "" && o.base != "":
		return nil, usageError(fmt.Errorf("--base %s: the scenario names two targets to compare", o.base), "leave one of the two out, or say with --build and --run how a tree's program is made")
	case len(s.Targets) > 2 && o.build == "":
		return nil, usageError(fmt.Errorf("the scenario names %d targets", len(s.Targets)), "name two: the base first, and what is judged second")
	case len(s.Targets) == 2 && o.build == "":
		return nil, nil
	}
	repo, err := openRepository(ctx)
	if err != nil {
		return nil, err
	}
	v, err := repo.base(ctx, o.base)
	return &against{repo, v}, err
}

// twoTrees are the base and the working tree, built and ready to start.
type twoTrees struct {
	base, head string // in words
	notes      []string
	contenders []bench.Contender
	remove     func()
}

// trees builds the base, in a tree of its own, and the working tree.
func (p *program) trees(ctx context.Context, o gateOptions, on stage) (t twoTrees, err error) {
	repo, v := o.against.repo, o.against.base
	t.base = v.String()
	if t.head, err = repo.head(ctx); err != nil {
		return t, err
	}
	dir := filepath.Join(on.dir, "base")
	remove, err := repo.checkOut(ctx, v, dir)
	if err != nil {
		return t, err
	}
	t.remove = func() {
		if err := remove(); err != nil {
			p.say("the tree of the base stays at %s: %v", dir, err)
		}
	}
	t.notes = repo.notes(ctx, v, o.scenario)
	if t.contenders, err = p.buildTrees(ctx, o, repo.dir, dir, on); err != nil {
		t.remove()
		return t, err
	}
	return t, nil
}

// notes tells what is compared instead where the base lacks the scenario.
func (r repository) notes(ctx context.Context, v revision, scenario string) []string {
	if !strings.ContainsAny(scenario, "/.") {
		return nil
	}
	abs, err := filepath.Abs(scenario)
	if err != nil {
		return nil
	}
	path, err := r.git(ctx, "ls-files", "--full-name", "--", abs)
	if err != nil || path == "" {
		return nil // it is no part of the repository
	}
	if _, err := r.git(ctx, "cat-file", "-e", v.commit+":"+path); err == nil {
		return nil
	}
	return []string{fmt.Sprintf("the base has no %s: what the working tree has was offered to both", path)}
}

// buildTrees builds the program of both trees.
func (p *program) buildTrees(ctx context.Context, o gateOptions, head, base string, on stage) ([]bench.Contender, error) {
	var all []bench.Contender
	for _, side := range []struct{ name, dir string }{{"base", base}, {"head", head}} {
		out := filepath.Join(on.dir, "build-"+side.name)
		if err := os.Mkdir(out, 0o700); err != nil {
			return nil, fmt.Errorf("make a directory to build in: %w", err)
		}
		c, err := p.buildTree(ctx, o, side.name, side.dir, out, on)
		if err != nil {
			return nil, err
		}
		all = append(all, c)
	}
	return all, nil
}

// buildTree builds the program of one tree: with the user's command, or the
// classifieds as a server.
func (p *program) buildTree(ctx context.Context, o gateOptions, name, dir, out string, on stage) (bench.Contender, error) {
	p.say("building the %s …", name)
	if o.build != "" {
		return buildOwn(ctx, o, name, dir, out, on)
	}
	if !isOurs(ctx, dir) {
		return bench.Contender{}, usageError(fmt.Errorf("build the %s: %s is no tree of classibench, and how to build it is not said", name, dir),
			"--build 'go build -o {out} ./cmd/shop' --run '{out} -listen {addr}', and a scenario that says what to ask")
	}
	b, err := recipes["persistent"].makeFrom(ctx, dir, out)
	switch {
	case ctx.Err() != nil:
		return bench.Contender{}, ctx.Err()
	case err != nil:
		return bench.Contender{}, usageError(fmt.Errorf("build the %s: %w", name, err), "%s", buildHint(name))
	}
	return builtin(scenarios.Target{Name: name, Builtin: "persistent"}, b, "", on), nil
}

func buildHint(name string) string {
	if name == "base" {
		return "does the base build by itself? Name another commit with --base"
	}
	return "go build ./... shows the mistakes"
}

// ofTree reports whether a command runs something of the tree that it is run in.
func ofTree(run, tree string) bool {
	if strings.Contains(run, "{out}") || strings.Contains(run, "{tree}") {
		return true
	}
	return slices.ContainsFunc(strings.Fields(run), func(word string) bool {
		_, err := os.Stat(filepath.Join(tree, word))
		return err == nil && filepath.IsLocal(word)
	})
}

// buildOwn runs the user's command in a tree.
func buildOwn(ctx context.Context, o gateOptions, name, dir, out string, on stage) (bench.Contender, error) {
	fill := strings.NewReplacer("{out}", filepath.Join(out, "program"), "{tree}", dir)
	cmd := exec.CommandContext(ctx, "sh", "-c", fill.Replace(o.build))
	cmd.Dir = dir
	endGroup(cmd)
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	err := cmd.Run()
	switch {
	case ctx.Err() != nil:
		return bench.Contender{}, ctx.Err()
	case err != nil:
		return bench.Contender{}, usageError(fmt.Errorf("build the %s with %q: %w\n%s", name, o.build, err, lastLines(said.String(), 12)), "%s", buildHint(name))
	}
	if !ofTree(o.run, dir) {
		return bench.Contender{}, usageError(fmt.Errorf("--run %q starts the same program for both trees", o.run), "name what was built as {out}, its tree as {tree}, or a file of the tree by a relative path: --run '{out} -listen {addr}'")
	}
	t := scenarios.Target{Name: name, Kind: target.Server, Command: []string{"sh", "-c", fill.Replace(o.run)}, Dir: dir}
	c := own(t, "", on)
	c.Build = o.build
	return c, nil
}
