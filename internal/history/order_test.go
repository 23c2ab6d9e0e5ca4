package history_test

import (
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/classibench/classibench/internal/history"
)

// ran returns a run of a commit with a name and a date, in days.
func ran(id int64, name string, at int) history.Run {
	r := history.Run{ID: id, Began: day.AddDate(1, 0, int(id)), Commit: history.Commit{Hash: name}}
	if at >= 0 {
		r.Commit.At = day.AddDate(0, 0, at)
	}
	return r
}

func names(runs []history.Run) string {
	var all []string
	for _, r := range runs {
		all = append(all, r.Commit.Hash)
	}
	return strings.Join(all, " ")
}

func TestAncestryOrder(t *testing.T) {
	line := history.Ancestry{"d": {"c"}, "c": {"b"}, "b": {"a"}, "a": nil}
	for _, tc := range []struct {
		name     string
		ancestry history.Ancestry
		runs     []history.Run
		want     string
	}{
		{"no ancestry: by date", nil, []history.Run{ran(1, "c", 3), ran(2, "a", 1), ran(3, "b", 2)}, "a b c"},
		{"a rebase: all dates are equal", line, []history.Run{ran(1, "d", 1), ran(2, "b", 1), ran(3, "a", 1), ran(4, "c", 1)}, "a b c d"},
		{"dates that go backwards", line, []history.Run{ran(1, "a", 9), ran(2, "b", 3), ran(3, "d", 1)}, "a b d"},
		{"commits between without a run", line, []history.Run{ran(1, "d", 1), ran(2, "a", 1)}, "a d"},
		{"several runs of a commit stay together", line, []history.Run{ran(1, "b", 1), ran(2, "a", 1), ran(3, "b", 1), ran(4, "a", 1)}, "a a b b"},
		{"a merge: the sides by date", history.Ancestry{"m": {"x2", "y2"}, "x2": {"x1"}, "y2": {"y1"}, "x1": {"a"}, "y1": {"a"}},
			[]history.Run{ran(1, "m", 1), ran(2, "y1", 2), ran(3, "y2", 5), ran(4, "x2", 4), ran(5, "x1", 3), ran(6, "a", 9)}, "a y1 x1 x2 y2 m"},
		{"commits that the repository does not know: by date", line, []history.Run{ran(1, "b", 5), ran(2, "old", 4), ran(3, "a", 3), ran(4, "new", 6)}, "a old b new"},
		{"no date: by the moment of the first run", nil, []history.Run{ran(2, "x", -1), ran(1, "y", -1), ran(3, "y", -1), ran(4, "a", 1)}, "a y y x"},
		{"runs of no commit", line, []history.Run{ran(1, "", -1), ran(2, "a", 1), ran(3, "", -1)}, "a  "},
		{"a cycle, in a damaged file", history.Ancestry{"a": {"b"}, "b": {"a"}}, []history.Run{ran(1, "b", 2), ran(2, "a", 1), ran(3, "c", 3)}, "c a b"},
		{"each entry twice", line.Join(line), []history.Run{ran(1, "d", 1), ran(2, "a", 1)}, "a d"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := names(tc.ancestry.Order(tc.runs)); got != tc.want {
				t.Errorf("order %q, want %q", got, tc.want)
			}
		})
	}
}

// Whatever the dates and the order of adding, no commit comes before its ancestor, and the
// ancestry that Among returns gives the same order.
func TestOrderKeepsAncestors(t *testing.T) {
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 0))
		a := history.Ancestry{"0": nil}
		for i := 1; i < 40; i++ {
			a[fmt.Sprint(i)] = []string{fmt.Sprint(r.IntN(i)), fmt.Sprint(r.IntN(i))}
		}
		var runs []history.Run
		var commits []string
		ids := r.Perm(40)
		for i := range 40 {
			if r.IntN(3) == 0 {
				runs, commits = append(runs, ran(int64(ids[i]), fmt.Sprint(i), r.IntN(3))), append(commits, fmt.Sprint(i))
			}
		}
		got := strings.Fields(names(a.Order(runs)))
		if len(got) != len(runs) {
			t.Fatalf("seed %d: %d runs became %d", seed, len(runs), len(got))
		}
		for i, x := range got {
			for _, y := range got[i+1:] {
				if descends(a, x, y) {
					t.Errorf("seed %d: %s is before %s, from which it descends", seed, x, y)
				}
			}
		}
		if among := names(a.Among(commits).Order(runs)); among != strings.Join(got, " ") {
			t.Errorf("seed %d: order by the nearest ancestors\n got %s\nwant %s", seed, among, got)
		}
	}
}

func descends(a history.Ancestry, x, from string) bool {
	return slices.ContainsFunc(a[x], func(p string) bool { return p == from || descends(a, p, from) })
}

func TestTied(t *testing.T) {
	a := history.Ancestry{"b": {"a"}, "c": {"x"}, "x": {"b"}}
	runs := []history.Run{ran(1, "a", 1), ran(2, "b", 1), ran(3, "c", 1), ran(4, "d", 1), ran(5, "d", 1), ran(6, "e", -1), ran(7, "f", -1)}
	got := a.Tied(runs)
	if len(got) != 1 || got[0][0].Hash != "c" || got[0][1].Hash != "d" {
		t.Errorf("Tied = %+v, want c and d", got)
	}
}

// The file stores the order for use without a repository. A file of an older version,
// without it, can be read.
func TestRelate(t *testing.T) {
	path := filepath.Join(t.TempDir(), "history.db")
	h := mustOpen(t, path)
	for i, name := range []string{"c", "a", "b"} {
		run := mustRun(t, resultOf(7, day.Add(time.Duration(i))), history.Commit{Hash: name, At: day})
		if _, err := h.Add(t.Context(), run); err != nil {
			t.Fatal(err)
		}
	}
	want := history.Ancestry{"c": {"b"}, "b": {"a"}}
	for range 2 { // as each addition does
		if err := h.Relate(t.Context(), want); err != nil {
			t.Fatal(err)
		}
	}
	got, err := h.Ancestry(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Ancestry (-want +got):\n%s", diff)
	}
	if got := names(mustRuns(t, h)); got != "a b c" {
		t.Errorf("order %q, want a b c", got)
	}
	toVersion1(t, path)
	old, err := history.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer old.Close()
	if got := names(mustRuns(t, old)); got != "c a b" {
		t.Errorf("order in a file of version 1: %q, want the order of the runs", got)
	}
	if err := mustOpen(t, path).Relate(t.Context(), want); err != nil {
		t.Errorf("a file of version 1 was not brought up to date: %v", err)
	}
}

// toVersion1 converts a file to the schema of the first version.
func toVersion1(t *testing.T, path string) {
	t.Helper()
	db, err := sql.Open("sqlite3", path)
	if err != nil {
		t.Fatal(err)
	}
	_, err = db.Exec("DROP TABLE ancestry; PRAGMA user_version = 1")
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
}
