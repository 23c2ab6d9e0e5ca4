package main

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/classibench/classibench/internal/git"
	"github.com/classibench/classibench/internal/history"
)

// historyAddOptions are the flags of history add.
type historyAddOptions struct {
	db, commit, label string
	force             bool
}

func (p *program) historyAddCommand() *cobra.Command {
	var o historyAddOptions
	c := &cobra.Command{
		Use:   "add RESULT...",
		Short: "Add results to a history",
		Long: `Add results of compare or gate to a history, which is created if it does not exist.
RESULT is a result.json or the directory of a report. All of it is kept, compressed
("classibench history show --result" prints it).

The commit that was measured is HEAD of the git repository around the working
directory, unless --commit names another. The history also keeps how its commits
descend from each other, and shows them in that order. A result that is already in
the history is not added again. Either all are added or none.`,
		Example: `  classibench history add classibench-report
  classibench history add --db /var/lib/bench/history.db --commit v1.4.0 result.json
  classibench history add --label "new machine" monday/result.json`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error { return p.historyAdd(c.Context(), o, args) },
	}
	f := c.Flags()
	dbFlag(c, &o.db)
	f.StringVar(&o.commit, "commit", "", "the `revision` that was measured (default: HEAD)")
	f.StringVar(&o.label, "label", "", "a `text` that identifies the runs")
	f.BoolVar(&o.force, "force", false, "add partial and invalid results too; they are shown but excluded from the statistics")
	return c
}

func (p *program) historyAdd(ctx context.Context, o historyAddOptions, paths []string) (err error) {
	runs, err := readRuns(paths, o.force)
	if err != nil {
		return err
	}
	repo, err := p.historyRepository(ctx, o.commit)
	if err != nil {
		return err
	}
	commit, err := p.commitOf(ctx, repo, o.commit, runs, paths)
	if err != nil {
		return err
	}
	for i := range runs {
		runs[i].Commit, runs[i].Label = commit, o.label
	}
	h, err := history.OpenOrMake(ctx, o.db)
	if err != nil {
		return historyError(err)
	}
	defer func() { err = errors.Join(err, h.Close()) }()
	added, err := h.Add(ctx, runs...)
	if err != nil {
		return err
	}
	for i, a := range added {
		p.logf("%s", addedText(a, paths[i]))
	}
	if repo == nil {
		return nil
	}
	return h.RelateIn(ctx, repo)
}

// historyRepository opens the repository around the working directory; it returns nil if
// there is none. If a hash names the commit, a repository that cannot be read is not an
// error.
func (p *program) historyRepository(ctx context.Context, name string) (*git.Repository, error) {
	repo, err := git.Open(ctx, ".")
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case err == nil, errors.Is(err, git.ErrNone):
		return repo, nil
	case hashLike.MatchString(name):
		p.logf("%v: the date and subject of commit %s are not known", err, name)
		return nil, nil
	}
	return nil, err
}

// readRuns reads all results before any is added.
func readRuns(paths []string, force bool) ([]history.Run, error) {
	var runs []history.Run
	for _, path := range paths {
		run, err := readRun(path)
		if err != nil {
			return nil, err
		}
		if run.Excluded != "" && !force {
			return nil, fail(exitInvalid, fmt.Errorf("add %s: its figures cannot be trusted: %s", path, run.Excluded), "measure again, or keep it with --force: it is then shown but excluded from the statistics")
		}
		runs = append(runs, run)
	}
	return runs, nil
}

func addedText(a history.Added, path string) string {
	of := "without a commit"
	if a.As.Hash != "" {
		of = strings.TrimSpace(fmt.Sprintf("of commit %.10s %s", a.As.Hash, a.As.Subject))
	}
	if a.Known {
		return fmt.Sprintf("%s is already in the history: run %d %s", path, a.ID, of)
	}
	return fmt.Sprintf("added %s: run %d %s", path, a.ID, of)
}

// hashLike matches names that can be kept as a commit without a repository.
var hashLike = regexp.MustCompile(`^[0-9a-f]{7,64}$`)

// commitOf finds the measured commit: the one with this name, or HEAD. Without a repository
// it accepts only a hash, unchecked.
func (p *program) commitOf(ctx context.Context, repo *git.Repository, name string, runs []history.Run, paths []string) (history.Commit, error) {
	switch {
	case repo == nil && name == "":
		p.logf("there is no git repository here: the commit is not known (set its hash with --commit, or another name with --label)")
		return history.Commit{}, nil
	case repo == nil && hashLike.MatchString(name):
		return history.Commit{Hash: name}, nil
	case repo == nil:
		return history.Commit{}, usageError(fmt.Errorf("find the commit %q: there is no git repository here", name), "give its hash, or another name with --label")
	case name == "":
		return headCommit(ctx, repo, runs, paths)
	}
	c, err := repo.Commit(ctx, name)
	if err != nil && ctx.Err() == nil && hashLike.MatchString(name) {
		p.logf("there is no commit %s in this clone: its date and subject are not known", name)
		return history.Commit{Hash: name}, nil
	}
	return c, err
}

// headCommit returns the commit that is checked out. It reports a result that was measured
// before this commit was made, and so belongs to another.
func headCommit(ctx context.Context, repo *git.Repository, runs []history.Run, paths []string) (history.Commit, error) {
	c, err := repo.Commit(ctx, "HEAD")
	if err != nil {
		return history.Commit{}, err
	}
	for i, run := range runs {
		if run.Predates(c) {
			return history.Commit{}, usageError(fmt.Errorf("%s was measured at %s, before HEAD (%.10s) was committed at %s: it belongs to another commit",
				paths[i], run.Began.UTC().Format(time.RFC3339), c.Hash, c.At.Format(time.RFC3339)), "name that commit with --commit; or write --commit HEAD if it is this one after all")
		}
	}
	return c, nil
}
