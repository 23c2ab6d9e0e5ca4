package align_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/classibench/classibench/internal/align"
)

// longest returns the length of a longest common subsequence, by the usual table.
func longest(a, b []byte) int {
	above := make([]int, len(b)+1)
	for i := range a {
		row := make([]int, len(b)+1)
		for j := range b {
			if row[j+1] = max(above[j+1], row[j]); a[i] == b[j] {
				row[j+1] = above[j] + 1
			}
		}
		above = row
	}
	return above[len(b)]
}

func TestRunsAreALongestCommonSubsequence(t *testing.T) {
	item := rapid.SliceOfN(rapid.ByteRange('a', 'd'), 0, 40)
	rapid.Check(t, func(t *rapid.T) {
		a, b := item.Draw(t, "a"), item.Draw(t, "b")
		x, y, n := 0, 0, 0
		for _, r := range align.Runs(a, b) {
			if r.A < x || r.B < y || r.N < 1 || !slices.Equal(a[r.A:r.A+r.N], b[r.B:r.B+r.N]) {
				t.Fatalf("%q, %q: run %+v is not common, or not in order", a, b, r)
			}
			x, y, n = r.A+r.N, r.B+r.N, n+r.N
		}
		if want := longest(a, b); n != want {
			t.Fatalf("%q, %q: got %d common items, want %d", a, b, n, want)
		}
	})
}

// Lists with thousands of differences have their ends in common.
func TestManyDifferences(t *testing.T) {
	a, b := []int{-1}, []int{-1}
	for i := range 5000 {
		a, b = append(a, 2*i), append(b, 2*i+1)
	}
	want := []align.Run{{A: 0, B: 0, N: 1}, {A: 5001, B: 5001, N: 1}}
	if got := align.Runs(append(a, -2), append(b, -2)); !slices.Equal(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}
