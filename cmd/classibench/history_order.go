package main

import (
	"context"

	"github.com/classibench/classibench/internal/git"
	"github.com/classibench/classibench/internal/history"
)

// orderedRuns are the runs of a history in the order of their commits, as the
// history and the repository around know it. A file of another project, a clone
// that lacks the commits and no repository at all are no errors: dates are left.
func (p *program) orderedRuns(ctx context.Context, h *history.History) ([]history.Run, error) {
	runs, err := h.Runs(ctx)
	if err != nil {
		return nil, err
	}
	repo, err := git.Open(ctx, ".")
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	var parents map[string][]string
	whole := false // the repository has all commits that it could have
	if err == nil {
		var full map[string]string
		parents, full, err = repo.Parents(ctx, commitsOf(runs))
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		for i, r := range runs {
			if hash, ok := full[r.Commit.Hash]; ok {
				runs[i].Commit.Hash = hash
			}
		}
		whole = err == nil && !repo.Shallow(ctx)
	}
	kept, err := h.Ancestry(ctx)
	if err != nil {
		return nil, err
	}
	all := kept.Join(parents)
	runs = all.Order(runs)
	for _, tie := range all.Tied(runs) {
		_, a := parents[tie[0].Hash]
		_, b := parents[tie[1].Hash]
		if !whole || !a || !b {
			p.say("%.7s and %.7s were committed in the same second, and which of them came first is not known here: show the history in a full clone", tie[0].Hash, tie[1].Hash)
		}
	}
	return runs, nil
}
