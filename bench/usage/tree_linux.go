package usage

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"golang.org/x/sys/unix"
)

// A Tree reads the same process tree many times. It keeps the stat files of its
// processes open, reads other processes of the machine only once, and its CPU time
// never falls from one reading to the next. Only one goroutine may use it at a
// time.
//
// It misses the time of a child between its last reading and its end if no process
// of the tree reaps it. It also misses all of the time of children that are too
// short to be seen, if their parent ignores SIGCHLD: the kernel then adds it to no
// account. [Usage.Unreaped] reports such a parent.
type Tree struct {
	roots     func() []int
	lastRoots []int  // last result of roots
	dir       int    // /proc
	counters  int    // /proc/stat
	forks     uint64 // at the time of the last listing
	procs     map[int]*proc
	founders  map[int]bool // ids of groups and sessions that members founded
	members   []*proc      // members in the last scan
	scan      uint64
	openFiles int           // number of open stat files
	exitedCPU time.Duration // CPU time of members that no process of the tree reaped
	unreaped  bool          // a member with children ignores SIGCHLD
	last      Usage
	entries   []entry
	buf       []byte
}

// mostKept limits the stat files that a Tree keeps open, so that the load generator
// in the same process has enough descriptors.
const mostKept = 512

// NewTree prepares to read the tree below the given roots. roots is called at each
// reading; see [Read] for possible roots. Close the Tree after use.
func NewTree(roots func() []int) (*Tree, error) {
	dir, err := unix.Open("/proc", unix.O_RDONLY|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, fmt.Errorf("open /proc, which lists the processes: %w", err)
	}
	counters, err := open("/proc/stat")
	if err != nil {
		unix.Close(dir)
		return nil, fmt.Errorf("open /proc/stat: %w", err)
	}
	return &Tree{
		roots: roots, dir: dir, counters: counters,
		procs: map[int]*proc{}, founders: map[int]bool{},
		buf: make([]byte, 16<<10),
	}, nil
}

// Close releases the descriptors.
func (t *Tree) Close() error {
	for _, p := range t.procs {
		p.close()
	}
	t.procs = nil
	return errors.Join(unix.Close(t.dir), unix.Close(t.counters))
}

// Read takes a reading.
func (t *Tree) Read() (Usage, error) {
	if err := t.find(); err != nil {
		return Usage{}, err
	}
	if len(t.members) == 0 && len(t.lastRoots) > 0 {
		return Usage{}, fmt.Errorf("%w (roots %v)", ErrGone, t.lastRoots)
	}
	t.link()
	u := t.sum()
	t.countTasks(&u)
	u.Unreaped = t.findUnreaped()
	u.At = time.Now()
	t.last = u
	return u, nil
}

// Members returns the ids of the processes of the tree, zombies included,
// children after their parents.
func (t *Tree) Members() ([]int, error) {
	if err := t.find(); err != nil {
		return nil, err
	}
	t.link()
	var ids []int
	for _, p := range slices.Backward(t.order()) {
		if p.member {
			ids = append(ids, p.id)
		}
	}
	return ids, nil
}

// find searches /proc for the members of the tree.
func (t *Tree) find() error {
	t.setRoots(t.roots())
	if err := t.enumerate(); err != nil {
		return fmt.Errorf("list the processes in /proc: %w", err)
	}
	t.scan++
	for _, e := range t.entries {
		t.update(e)
	}
	t.dropExited()
	t.findMembers()
	return nil
}

// enumerate lists the processes of the machine, unless none was started since the
// last list: a list takes a quarter of the time of a reading.
func (t *Tree) enumerate() (err error) {
	n, err := retry(func() (int, error) { return unix.Pread(t.counters, t.buf, 0) })
	if err != nil {
		return err
	}
	forks, ok := parseForks(t.buf[:n])
	if ok && forks == t.forks {
		return nil
	}
	t.forks = forks
	t.entries, err = readEntries(t.entries[:0], t.dir, t.buf)
	return err
}

// setRoots sets the roots of this reading. New roots may be processes that were
// foreign so far.
func (t *Tree) setRoots(roots []int) {
	if slices.Equal(roots, t.lastRoots) {
		return
	}
	t.lastRoots = slices.Clone(roots)
	for _, p := range t.procs {
		p.foreign = false
	}
	for _, root := range roots {
		if root > 0 {
			t.founders[root] = true
		}
	}
}

// update records a process.
func (t *Tree) update(e entry) {
	p := t.procs[e.id]
	if p != nil && p.inode != e.inode && !p.same(t.buf) {
		t.addExited(p)
		t.drop(p)
		p = nil
	}
	if p == nil {
		p = &proc{entry: e, fd: -1}
	}
	p.inode = e.inode
	if !p.foreign && p.refresh(t.buf) != nil {
		return // reaped since the directory was read
	}
	p.seen = t.scan
	t.procs[e.id] = p
}

// dropExited forgets processes that have ended.
func (t *Tree) dropExited() {
	var gone []*proc
	for _, p := range t.procs {
		if p.seen != t.scan {
			gone = append(gone, p)
			t.addExited(p)
		}
	}
	for _, p := range gone {
		t.drop(p)
	}
}

// addExited adds the time of an ended member, unless a member reaped it: then it is
// in that member's account. A parent that has ended too is assumed to have reaped
// it. A member that was found reaped while its family was read was reaped by its
// parent.
func (t *Tree) addExited(p *proc) {
	if p.gone {
		return
	}
	parent := t.procs[p.ppid]
	if p.member && (parent == nil || !parent.counts() || parent.ignoresChildren(t.buf)) {
		t.exitedCPU += p.total()
	}
}

// ignoresChildren reports whether a living parent has reaped no child since the
// last reading: then its children ended without being reaped, because it ignores
// SIGCHLD.
func (p *proc) ignoresChildren(buf []byte) bool {
	return p.refresh(buf) == nil && p.reapedFaults == p.settled
}

func (t *Tree) drop(p *proc) {
	if p.fd >= 0 {
		t.openFiles--
	}
	p.close()
	delete(t.procs, p.id)
}

// counts reports whether the processes that p reaps count for the tree.
func (p *proc) counts() bool { return p.member || p.host }

// findMembers determines which processes belong to the tree.
func (t *Tree) findMembers() {
	for _, root := range t.lastRoots {
		if p := t.procs[max(root, -root)]; p != nil {
			p.member, p.host = p.member || root > 0, root < 0
		}
	}
	for t.addMembers() {
	}
	for _, p := range t.procs {
		t.markForeign(p, 0)
	}
	t.listMembers()
}

// addMembers adds the children of members, and the processes in groups or sessions
// that a member founded. It reports whether it found any: those may lead to others.
func (t *Tree) addMembers() (found bool) {
	for _, p := range t.procs {
		if p.counts() || p.foreign {
			continue
		}
		parent := t.procs[p.ppid]
		p.member = parent != nil && parent.counts() || t.founders[p.group] || t.founders[p.session]
		if p.member {
			found, t.founders[p.id] = true, true
		}
	}
	return found
}

// markForeign marks processes that are foreign forever: those with a foreign
// parent, or none. If the parent has not been seen yet, the next scan decides.
func (t *Tree) markForeign(p *proc, depth int) {
	if p.counts() || p.foreign || depth > 1000 {
		return
	}
	parent := t.procs[p.ppid]
	if parent == nil {
		p.foreign = p.ppid == 0
		return
	}
	t.markForeign(parent, depth+1)
	p.foreign = parent.foreign
}

// listMembers lists the members. It remembers the groups and sessions that they
// founded as long as those have processes.
func (t *Tree) listMembers() {
	t.members = t.members[:0]
	founded := map[int]bool{}
	for _, p := range t.procs {
		if !p.member {
			continue
		}
		t.members = append(t.members, p)
		t.keepOpen(p)
		founded[p.id] = true
		for _, id := range []int{p.group, p.session} {
			if t.founders[id] {
				founded[id] = true
			}
		}
	}
	t.founders = founded
}

// keepOpen keeps the stat file of a member open, up to the limit.
func (t *Tree) keepOpen(p *proc) {
	if p.fd < 0 && t.openFiles < mostKept && p.openStat() == nil {
		t.openFiles++
	}
}
