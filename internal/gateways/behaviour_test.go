//go:build linux

package gateways_test

import (
	"maps"
	"slices"
	"strings"
	"testing"
)

// TestOneBehaviour sends the table to all ways. An answer that differs from the
// reference must be listed in docs/gateways.md, with the reason; nothing else may be.
func TestOneBehaviour(t *testing.T) {
	dir := sharedDir(t)
	ways := serveWays(t, dir)
	found := differences{}
	rows := table()
	for _, subject := range slices.Sorted(maps.Keys(rows)) {
		for _, r := range rows[subject] {
			want := expected(t, dir, ways[0], r)
			for _, w := range ways[1:] {
				if slices.Contains(r.not, w.name) {
					continue
				}
				got := conversation{r, w.addr, dir}.exchange(t)
				found.add(subject+": "+r.name, w.name, strings.Join(got.unlike(want), "; "))
			}
		}
	}
	checkListed(t, found)
}

// expected returns the answer of the reference, which must be as the row states.
func expected(t *testing.T, dir string, w way, r row) answer {
	t.Helper()
	a := conversation{r, w.addr, dir}.exchange(t)
	if a.status != r.status || !strings.Contains(a.body, r.want) {
		t.Errorf("%s: %s answers %d with the body %.200q, want %d with %.200q", r.name, w.name, a.status, a.body, r.status, r.want)
	}
	return a
}
