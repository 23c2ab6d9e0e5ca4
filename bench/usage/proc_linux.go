package usage

import (
	"strconv"
	"time"

	"golang.org/x/sys/unix"
)

// proc is a process that a Tree has seen.
type proc struct {
	entry
	stat
	fd       int // descriptor of its stat file, or -1
	own      time.Duration
	seen     uint64 // number of the last scan that found it
	member   bool   // belongs to the tree, and stays a member whoever reaps it
	foreign  bool   // does not belong to the tree
	host     bool   // its children and reaped processes count, it does not
	settled  uint64 // reapedFaults at the last reading
	gone     bool   // reaped during this reading
	asked    uint64 // number of the next scan in which its signals are looked at
	parent   *proc
	children []*proc
	tasks    []entry // buffer for its threads
}

// refresh reads the stat file again. It fails with ESRCH or ENOENT when the process
// was reaped, even if its number is in use again: the descriptor belongs to the
// process, not to the number.
func (p *proc) refresh(buf []byte) error {
	s, err := p.read(buf)
	if err == nil {
		p.stat = s
	}
	return err
}

// read reads the stat file, without a change to p.
func (p *proc) read(buf []byte) (stat, error) {
	if p.fd >= 0 {
		return readStat(p.fd, buf)
	}
	fd, err := open(p.path("/stat"))
	if err != nil {
		return stat{}, err
	}
	defer unix.Close(fd)
	return readStat(fd, buf)
}

func readStat(fd int, buf []byte) (stat, error) {
	n, err := retry(func() (int, error) { return unix.Pread(fd, buf, 0) })
	if err != nil {
		return stat{}, err
	}
	if n == 0 {
		return stat{}, unix.ESRCH
	}
	return parseStat(buf[:n])
}

// same reports whether the number still belongs to the same process.
func (p *proc) same(buf []byte) bool {
	began := p.started
	return p.refresh(buf) == nil && p.started == began
}

// openStat opens the stat file and keeps it open: to read it again takes a third of
// the time of opening it again.
func (p *proc) openStat() (err error) {
	p.fd, err = open(p.path("/stat"))
	return err
}

func (p *proc) close() {
	if p.fd >= 0 {
		unix.Close(p.fd)
	}
	p.fd = -1
}

func (p *proc) path(tail string) string { return "/proc/" + strconv.Itoa(p.id) + tail }

// clock reads the CPU clock of the process: the nanoseconds of all its threads,
// ended ones included. It fails once the process is reaped.
func (p *proc) clock() bool {
	// clock_getcpuclockid(3): the complement of the process id, and clock 2,
	// the scheduler's.
	id := int32(^p.id)<<3 | 2
	var ts unix.Timespec
	if unix.ClockGettime(id, &ts) != nil {
		return false
	}
	p.own = max(p.own, time.Duration(ts.Nano()))
	return true
}

// beingReaped reports whether the process is being reaped: its time is in its
// parent's account, or is being added to it. The kernel adds the time first and
// removes the process after that, and the parent may lose the CPU in between.
func (p *proc) beingReaped(buf []byte) bool {
	s, err := p.read(buf)
	return err != nil || s.state == 'X'
}

// total returns the CPU time of the process and of the children that it reaped.
func (p *proc) total() time.Duration { return p.own + p.reaped() }

func open(path string) (int, error) {
	return retry(func() (int, error) { return unix.Open(path, unix.O_RDONLY|unix.O_CLOEXEC, 0) })
}
