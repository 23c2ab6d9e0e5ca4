package history

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/classibench/classibench/internal/git"
)

// Ordered returns the runs in the order of their commits, from the history and a
// repository. It is no error if the repository is of another project, lacks the commits,
// or is nil: then dates decide. unordered lists neighbours of the same date whose order a
// full clone may know.
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

// parentsIn returns the ancestry of the commits in a repository, and whether the repository
// is complete. It completes the hashes of the runs.
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

// RelateIn stores which commits of the history descend from which, from a repository.
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

// commitsOf returns the hashes of the commits of runs.
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

// clockSkew is the largest difference between the clocks of committer and measuring machine.
const clockSkew = 5 * time.Minute

// Predates reports whether a run began before a commit was made, so that it must be of
// another commit.
func (r Run) Predates(c Commit) bool { return r.Began.Before(c.At.Add(-clockSkew)) }
