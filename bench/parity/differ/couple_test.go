package differ

import (
	"fmt"
	"testing"
)

// items returns nodes of a name each, with a text of its own.
func items(names ...string) (all []*node) {
	for i, name := range names {
		all = append(all, leaf(text, " > ", name, fmt.Sprint(name, i, len(names))).seal())
	}
	return all
}

// Long lists are coupled in one pass: no table of all pairs is made.
func TestLongListsAreCoupledInTurn(t *testing.T) {
	const n = 20_000 // a table would have 400 million cells
	var names []string
	for i := range n {
		names = append(names, []string{"li", "p", "h2"}[i%3])
	}
	a, b := &node{kind: list, kids: items(names...)}, &node{kind: list, kids: items(names[1:]...)}
	a.seal()
	b.seal()
	for name, all := range map[string][]couple{"in order": couples(a, b, exact), "in any order": inAnyOrder(a, b, exact)} {
		seen := map[*node]bool{}
		both := 0
		for _, c := range all {
			if c.a != nil && c.b != nil {
				if both++; c.a.name != c.b.name {
					t.Fatalf("%s: %s is coupled with %s", name, c.a.name, c.b.name)
				}
			}
			for _, x := range []*node{c.a, c.b} {
				if x != nil && seen[x] {
					t.Fatalf("%s: a node is in two couples", name)
				}
				seen[x] = x != nil
			}
		}
		if both != n-1 || len(all) != n {
			t.Errorf("%s: got %d couples, %d of two nodes, want %d and %d", name, len(all), both, n, n-1)
		}
	}
}

// Fields of a record that only one side has, and those of the same name.
func TestByName(t *testing.T) {
	a, b := (&node{kind: record, kids: items("x", "y", "y", "only a")}).seal(), (&node{kind: record, kids: items("y", "only b", "x", "y", "y")}).seal()
	text := ""
	for _, c := range byName(a.kids, b.kids) {
		for _, n := range []*node{c.a, c.b} {
			if n == nil {
				text += "- "
			} else {
				text += fmt.Sprint(n.name, n.index, " ")
			}
		}
	}
	if want := "only a1 - x1 x1 y1 y1 y2 y2 - only b1 - y3 "; text != want {
		t.Errorf("got %q, want %q", text, want)
	}
}
