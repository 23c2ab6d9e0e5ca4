package usage

import "slices"

// The time of a child moves into its parent's cutime and cstime when the parent
// reaps it. A reading takes a while, and children are reaped during it: a child
// that is read before its parent may count twice, and a child that is read after it
// may not count at all. So each parent and its children are read as one family, and
// a family counts only if its parent reaped no child during the reading:
//
//	read the parent; read the clocks of its children, which shows at the same
//	time which of them still exist; read the parent again: has it reaped a child?
//
// The sign is cminflt: no child lives without a page fault, and the kernel adds the
// faults of each reaped child. Ticks are too coarse. The kernel adds the faults a
// moment before the child disappears: if the parent has reaped since the last
// reading, its children are checked for being reaped.
//
// Families are read from the bottom up, so that a process that turns out to be
// reaped has its whole account with it: that is in its parent's account by then.
// Its own children have moved to a host above, and are read there.

// settleTries limits how often a family is read again. A child's clock takes a
// third of a microsecond. So even a parent of 300 that reaps a thousand a second is
// quiet for long enough in nine of ten attempts.
const settleTries = 10

// link fills in the children of each process.
func (t *Tree) link() {
	for _, p := range t.procs {
		p.children, p.parent, p.gone = p.children[:0], nil, p.state == 'X'
	}
	for _, p := range t.members {
		if parent := t.procs[p.ppid]; parent != nil && parent.counts() && parent != p {
			p.parent = parent
			parent.children = append(parent.children, p)
		}
	}
}

// order returns members and hosts, children before their parents.
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

// sum reads all families and adds up the usage of the tree.
func (t *Tree) sum() Usage {
	order := t.order()
	for _, p := range order {
		before := p.settled
		p.settled = p.reapedFaults
		if len(p.children) > 0 || p.host {
			t.settle(p, before)
		}
		if p.parent == nil && p.member {
			p.clock() // the next scan notices a process that has ended by now
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

// settle reads a family until its parent reaped no child during the reading. faults
// is the parent's reapedFaults at the last reading.
func (t *Tree) settle(p *proc, faults uint64) {
	if p.refresh(t.buf) != nil {
		return // the parent itself was reaped: its own parent's family will notice
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

// readChildren reads the clocks of the children. The children of a reaped process,
// or of one that is being reaped, have moved to the host, if the tree has one, and
// join its family.
func (t *Tree) readChildren(p *proc, reaps bool) {
	for i := 0; i < len(p.children); i++ { // the list may grow meanwhile
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

// withThreads returns the living members that have more than one thread.
func (t *Tree) withThreads() []*proc {
	return slices.DeleteFunc(slices.Clone(t.members), func(p *proc) bool { return p.gone || p.defunct() || p.threads < 2 })
}
