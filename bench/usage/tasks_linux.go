package usage

import (
	"math/rand/v2"
	"os"
	"strconv"

	"golang.org/x/sys/unix"
)

// mostThreads bounds the threads, main threads not counted, whose state is
// looked at in one reading: each costs about 10 µs.
const mostThreads = 48

// countTasks counts processes, threads and those that want a core.
func (t *Tree) countTasks(u *Usage) {
	page := int64(os.Getpagesize())
	for _, p := range t.members {
		switch {
		case p.gone:
		case p.defunct():
			u.Defunct++
		default:
			u.Alive++
			u.Threads += p.stat.threads
			if p.stat.threads == 1 {
				u.Single++
			}
			u.Memory += p.resident * page
			u.task(p.state)
		}
	}
	t.countThreads(u)
}

func (u *Usage) task(state byte) {
	switch state {
	case 'R':
		u.Runnable++
	case 'D':
		u.Blocked++
	}
}

// countThreads looks at threads other than the main ones, at all of them or at
// those of processes picked at random.
func (t *Tree) countThreads(u *Usage) {
	many := t.withThreads()
	all := 0
	for _, p := range many {
		all += p.stat.threads - 1
	}
	if all > mostThreads {
		rand.Shuffle(len(many), func(i, j int) { many[i], many[j] = many[j], many[i] })
	}
	var found Usage
	seen := 0
	for _, p := range many {
		if seen >= mostThreads {
			u.Sampled = true
			break
		}
		seen += t.threadsOf(p, &found)
	}
	scale := 1.0
	if u.Sampled {
		scale = float64(all) / float64(seen)
	}
	u.Runnable += int(float64(found.Runnable)*scale + 0.5)
	u.Blocked += int(float64(found.Blocked)*scale + 0.5)
}

// threadsOf looks at the threads of one process but for the main one, and
// returns how many there were.
func (t *Tree) threadsOf(p *proc, u *Usage) (seen int) {
	dir, err := unix.Open(p.path("/task"), unix.O_RDONLY|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return 0
	}
	defer unix.Close(dir)
	p.tasks, err = readEntries(p.tasks[:0], dir, t.buf)
	if err != nil {
		return 0
	}
	for _, e := range p.tasks {
		if e.id == p.id {
			continue
		}
		seen++
		thread := proc{entry: e, fd: -1}
		fd, err := unix.Openat(dir, strconv.Itoa(e.id)+"/stat", unix.O_RDONLY|unix.O_CLOEXEC, 0)
		if err != nil {
			continue // it has ended
		}
		thread.fd = fd
		if thread.refresh(t.buf) == nil {
			u.task(thread.state)
		}
		thread.close()
	}
	return seen
}
