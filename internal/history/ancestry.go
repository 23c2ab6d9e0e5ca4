package history

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"
)

// ancestryVersion is the version of the schema that added the table.
const ancestryVersion = 2

// Join returns the union of two ancestries.
func (a Ancestry) Join(b Ancestry) Ancestry {
	all := maps.Clone(a)
	if all == nil {
		all = Ancestry{}
	}
	for commit, parents := range b {
		all[commit] = slices.Concat(all[commit], parents)
	}
	return all
}

// Among returns, for each of the commits, its nearest ancestors among the commits.
func (a Ancestry) Among(commits []string) Ancestry {
	wanted := map[string]bool{}
	for _, c := range commits {
		wanted[c] = true
	}
	near := map[string][]string{} // shared if a commit has a single parent
	out := Ancestry{}
	a.parentsFirst(func(commit string) {
		var all []string
		for _, parent := range a[commit] {
			if wanted[parent] {
				all = union(all, []string{parent})
			} else {
				all = union(all, near[parent])
			}
		}
		if near[commit] = all; len(all) > 0 && wanted[commit] {
			out[commit] = all
		}
	})
	return out
}

func union(a, b []string) []string {
	if len(a) == 0 {
		return b
	}
	out := slices.Concat(a, b)
	slices.Sort(out)
	return slices.Compact(out)
}

// parentsFirst visits all commits, each after its parents.
func (a Ancestry) parentsFirst(visit func(string)) {
	w := a.walk(nil)
	for len(w.passing) > 0 {
		commit := w.passing[0]
		w.passing = w.passing[1:]
		visit(commit)
		w.leave(commit)
	}
}

// Tied returns the neighbours among ordered runs whose commits have the same date and an
// unknown order.
func (a Ancestry) Tied(runs []Run) [][2]Commit {
	var all [][2]Commit
	for i := 1; i < len(runs); i++ {
		x, y := runs[i-1].Commit, runs[i].Commit
		if x.Hash != "" && y.Hash != "" && x.Hash != y.Hash && !x.At.IsZero() && x.At.Equal(y.At) && !a.descends(y.Hash, x.Hash) {
			all = append(all, [2]Commit{x, y})
		}
	}
	return all
}

// descends reports whether a commit has another among its ancestors.
func (a Ancestry) descends(commit, from string) bool {
	seen := map[string]bool{}
	for todo := []string{commit}; len(todo) > 0; {
		at := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		for _, parent := range a[at] {
			if parent == from {
				return true
			}
			if !seen[parent] {
				seen[parent] = true
				todo = append(todo, parent)
			}
		}
	}
	return false
}

// Relate stores which commits of the history descend from which. Another clone, or the
// same one after a rebase, may not have these commits any more.
func (h *History) Relate(ctx context.Context, a Ancestry) error {
	err := h.write(ctx, func(tx *sql.Tx) error {
		for commit, ancestors := range a {
			for _, ancestor := range ancestors {
				if _, err := tx.ExecContext(ctx, "INSERT OR IGNORE INTO ancestry (commit_hash, ancestor) VALUES (?, ?)", commit, ancestor); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("add to the history %s: %w", h.path, err)
	}
	return nil
}

// Ancestry returns the ancestry that Relate stored.
func (h *History) Ancestry(ctx context.Context) (Ancestry, error) {
	a, err := h.ancestry(ctx, h.db)
	if err != nil {
		return nil, fmt.Errorf("read the history %s: %w", h.path, err)
	}
	return a, nil
}

func (h *History) ancestry(ctx context.Context, from querier) (Ancestry, error) {
	if v, err := h.version(ctx, from); err != nil || v < ancestryVersion {
		return nil, err
	}
	rows, err := from.QueryContext(ctx, "SELECT commit_hash, ancestor FROM ancestry")
	if err != nil {
		return nil, err
	}
	a := Ancestry{}
	for rows.Next() {
		var commit, ancestor string
		if err := rows.Scan(&commit, &ancestor); err != nil {
			return nil, errors.Join(err, rows.Close())
		}
		a[commit] = append(a[commit], ancestor)
	}
	return a, errors.Join(rows.Err(), rows.Close())
}
