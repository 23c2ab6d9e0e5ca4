package history

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/classibench/classibench/internal/git"
)

// Ordered returns the runs in the order of their commits, as the history and a repository
// know it. A repository of another project, a clone that lacks the commits and none at all
// (nil) are no errors: then dates decide. Neighbours of the same date are returned too,
// where a full clone may know which of them came first.
func (h *History) Ordered(ctx context.Context, repo *git.Repository) (runs []Run, unordered [][2]Commit, err error) {
	if runs, err = h.Runs(ctx); err != nil {
		return nil, nil, err
	}
	parents, full := parentsIn(ctx, repo, runs)
	kept, err := h.Ancestry(ctx)
	if err != nil || ctx.Err() != nil {
		return nil, nil, cmp.Or(err, ctx.Err())
	}
	all := kept.Join(parents)
	runs = all.Order(runs)
	unordered = slices.DeleteFunc(all.Tied(runs), func(tie [2]Commit) bool {
		_, a := parents[tie[0].Hash]
		_, b := parents[tie[1].Hash]
		return full && a && b
	})
	return runs, unordered, nil
}

// parentsIn returns the ancestry that a repository knows, and whether it has all commits
// that it could have. It completes the hashes of the runs.
func parentsIn(ctx context.Context, repo *git.Repository, runs []Run) (_ Ancestry, full bool) {
	if repo == nil {
		return nil, false
	}
	parents, hashes, err := repo.Parents(ctx, commitsOf(runs))
	for i, r := range runs {
		if hash, ok := hashes[r.Commit.Hash]; ok {
			runs[i].Commit.Hash = hash
		}
	}
	return parents, err == nil && !repo.Shallow(ctx)
}

// RelateIn keeps which commits of the history descend from which, as far as a repository
// knows it.
func (h *History) RelateIn(ctx context.Context, repo *git.Repository) error {
	runs, err := h.Runs(ctx)
	if err != nil {
		return err
	}
	commits := commitsOf(runs)
	parents, _, err := repo.Parents(ctx, commits)
	if err != nil {
		return err
	}
	return h.Relate(ctx, Ancestry(parents).Among(commits))
}

// commitsOf are the hashes of the commits that runs are of.
func commitsOf(runs []Run) []string {
	var all []string
	for _, r := range runs {
		if r.Commit.Hash != "" {
			all = append(all, r.Commit.Hash)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// clockSkew is by how much the clocks of a committer and of a measuring machine may differ.
const clockSkew = 5 * time.Minute

// Predates reports whether a run began before a commit was made: then it is of another
// commit.
func (r Run) Predates(c Commit) bool { return r.Began.Before(c.At.Add(-clockSkew)) }
