package usage

import "slices"

// The time of a child moves into its parent's cutime and cstime at the moment
// when the parent reaps it. A reading takes a while, and children are reaped
// meanwhile: one that was read first and its parent later counts twice, one
// whose parent was read first counts not at all. So each parent and its
// children are read as one family, and a family counts only when its parent
// reaped nobody while it was read:
//
//	read the parent; read the clocks of its children, which says at the same
//	time who is still there; read the parent again: did it reap anybody?
//
// What tells is cminflt: no child lives without a page fault, and the kernel
// adds the faults of each that is reaped. Ticks are too coarse to tell. The kernel
// adds them a moment before the child is gone: where the parent has reaped since the
// last reading, its children are asked whether they are being reaped.
//
// Families are settled from the bottom up, so that whoever turns out to be
// reaped takes all of its account along: it is in its parent's by then. Its own
// children were given to a host above, and are looked at there.

// settleTries bounds how often a family is read anew. A child's clock takes a
// third of a microsecond, so even a parent of 300 that reaps a thousand a
// second is quiet for long enough nine times in ten.
const settleTries = 10

// link says who is whose child.
func (t *Tree) link() {
	for _, p := range t.procs {
		p.children, p.parent, p.gone = p.children[:0], nil, false
	}
	for _, p := range t.members {
		if parent := t.procs[p.ppid]; parent != nil && parent.counts() && parent != p {
			p.parent = parent
			parent.children = append(parent.children, p)
		}
	}
}

// order lists members and hosts, children before their parents.
func (t *Tree) order() []*proc {
	var list []*proc
	var visit func(p *proc)
	visit = func(p *proc) {
		for _, kid := range p.children {
			visit(kid)
		}
		list = append(list, p)
	}
	for _, p := range t.procs {
		if p.counts() && p.parent == nil {
			visit(p)
		}
	}
	return list
}

// sum settles all families and adds up what the tree used.
func (t *Tree) sum() Usage {
	order := t.order()
	for _, p := range order {
		before := p.settled
		p.settled = p.reapedFaults
		if len(p.children) > 0 || p.host {
			t.settle(p, before)
		}
		if p.parent == nil && p.member {
			p.clock() // one that is gone by now is noticed by the next scan
		}
	}
	used := t.exitedCPU
	for _, p := range order {
		if p.member && !p.gone {
			used += p.own
		}
		if !p.gone {
			used += p.reaped()
		}
	}
	return Usage{CPU: max(used, t.last.CPU)}
}

// settle reads a family until its parent reaped nobody meanwhile. The parent had so
// many faults of reaped children at the last reading.
func (t *Tree) settle(p *proc, faults uint64) {
	if p.refresh(t.buf) != nil {
		return // the parent itself is gone: its own parent's family will notice
	}
	for range settleTries {
		before := p.stat
		p.settled = before.reapedFaults
		t.readChildren(p, p.reapedFaults != faults)
		if p.refresh(t.buf) != nil || (p.reapedFaults == before.reapedFaults && p.reaped() == before.reaped()) {
			return
		}
	}
}

// readChildren reads the clocks of the children. The children of one that is gone, or
// where the parent reaps is about to go, were given to the host, if the tree has one,
// and join its family.
func (t *Tree) readChildren(p *proc, reaps bool) {
	for i := 0; i < len(p.children); i++ { // the list may grow while it is read
		kid := p.children[i]
		if kid.gone || kid.clock() && !(reaps && kid.beingReaped(t.buf)) {
			continue
		}
		kid.gone = true
		heir := p
		for !heir.host && heir.parent != nil {
			heir = heir.parent
		}
		if heir.host {
			heir.children = append(heir.children, kid.children...)
			kid.children = nil
			continue
		}
		for _, orphan := range kid.children {
			orphan.gone = !orphan.clock()
		}
	}
}

// withThreads lists the living members that have more than one thread.
func (t *Tree) withThreads() []*proc {
	return slices.DeleteFunc(slices.Clone(t.members), func(p *proc) bool { return p.gone || p.defunct() || p.threads < 2 })
}
