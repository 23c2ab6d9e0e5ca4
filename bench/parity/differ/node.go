package differ

import (
	"hash/maphash"
	"slices"
	"strconv"
	"strings"
)

// A node is a part of an answer: a value, or a list of other parts.
type node struct {
	kind kind
	sep  string // stands before the name in a place, such as " > " or "@"
	name string // of a tag, key, field or attribute; empty for items of a list
	text string // of a value
	kids []*node

	moment moment // of a node of kind moment

	index, of int    // place among the siblings of the same name, from 1, and their number
	hash      uint64 // of the kind, the names and the values below
	bones     uint64 // of the names below
	size      int    // number of nodes
}

type kind uint8

const (
	list    kind = iota // of nodes in an order that counts
	record              // nodes by name; their order does not count
	text                // with words that are compared one by one
	number              // of JSON
	literal             // true, false or null of JSON
	when                // a date that counts from the answer
	blob                // bytes
)

func (k kind) value() bool { return k > record }

// item marks nodes that have an index instead of a name.
const item = "#"

var seed = maphash.MakeSeed()

func leaf(k kind, sep, name, value string) *node {
	return &node{kind: k, sep: sep, name: name, text: value}
}

// seal numbers and hashes a node whose kids are sealed already. It must be called once
// when the kids are complete.
func (n *node) seal() *node {
	if n.kind == record {
		slices.SortStableFunc(n.kids, func(a, b *node) int { return strings.Compare(a.name, b.name) })
	}
	counts := make(map[string]int, len(n.kids))
	for _, k := range n.kids {
		key := k.sep + k.name
		counts[key]++
		k.index = counts[key]
	}
	for _, k := range n.kids {
		k.of = counts[k.sep+k.name]
	}
	n.sum()
	return n
}

func (n *node) sum() {
	var all, bones maphash.Hash
	all.SetSeed(seed)
	bones.SetSeed(seed)
	head := string(rune('a'+n.kind)) + n.sep + n.name + "\x00"
	all.WriteString(head)
	all.WriteString(n.text)
	bones.WriteString(head)
	n.size = 1
	for _, k := range n.kids {
		maphash.WriteComparable(&all, k.hash)
		maphash.WriteComparable(&bones, k.bones)
		n.size += k.size
	}
	n.hash, n.bones = all.Sum64(), bones.Sum64()
}

// label returns the node's step of a place. An index is given if the name alone is
// ambiguous, or always if full.
func (n *node) label(index string, full bool) string {
	switch {
	case n.name == item:
		return n.sep + index
	case n.of > 1 || full && n.sep == " > ":
		return n.sep + n.name + "[" + index + "]"
	}
	return n.sep + n.name
}

// number returns the node's index as it is shown: from 0 in JSON.
func (n *node) number() string {
	if n.sep == "/" {
		return strconv.Itoa(n.index - 1)
	}
	return strconv.Itoa(n.index)
}

// words appends the words of all values and names below a node, for a comparison of
// nodes that differ.
func (n *node) words(all []string) []string {
	all = append(all, n.name)
	if n.kind.value() && n.kind != blob {
		all = append(all, tokens(n.text)...)
	}
	for _, k := range n.kids {
		all = k.words(all)
	}
	return all
}

// excerpt returns the text of a node for a message.
func (n *node) excerpt() string {
	if n == nil {
		return nothing
	}
	var b strings.Builder
	n.write(&b)
	return shorten(b.String())
}

func (n *node) write(b *strings.Builder) {
	if n.kind.value() {
		b.WriteString(n.text)
		return
	}
	b.WriteString(strings.TrimSpace(strings.Trim(n.name, item)))
	for _, k := range n.kids {
		if b.Len() > 2*longestExcerpt {
			return
		}
		b.WriteString(" ")
		k.write(b)
	}
}
