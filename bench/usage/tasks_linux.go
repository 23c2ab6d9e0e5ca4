package usage

import (
	"math/rand/v2"
	"os"
	"strconv"

	"golang.org/x/sys/unix"
)

// mostThreads is how many threads, without main threads, are read in one reading:
// each takes about 10 µs.
const mostThreads = 48

// countTasks counts processes, threads and runnable tasks.
func (t *Tree) countTasks(u *Usage) {
	page := int64(os.Getpagesize())
	parents := map[int]bool{}
	for _, p := range t.members {
		if !p.gone && !p.defunct() {
			parents[p.ppid] = true
		}
	}
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
				if !parents[p.id] {
					u.Workers++
				}
			}
			u.Memory += p.resident * page
			u.Runnable += p.runnable()
		}
	}
	t.countThreads(u)
}

// countThreads reads threads other than main threads: all of them, or those of
// randomly picked processes.
func (t *Tree) countThreads(u *Usage) {
	many := t.withThreads()
	all := 0
	for _, p := range many {
		all += p.stat.threads - 1
	}
	if all > mostThreads {
		rand.Shuffle(len(many), func(i, j int) { many[i], many[j] = many[j], many[i] })
	}
	runnable, seen := 0, 0
	for _, p := range many {
		if seen >= mostThreads {
			u.Sampled = true
			break
		}
		wanting, more := t.threadsOf(p)
		runnable, seen = runnable+wanting, seen+more
	}
	scale := 1.0
	if u.Sampled {
		scale = float64(all) / float64(seen)
	}
	u.Runnable += int(float64(runnable)*scale + 0.5)
}

// threadsOf counts the threads of one process without the main thread: the runnable
// ones, and all.
func (t *Tree) threadsOf(p *proc) (runnable, seen int) {
	dir, err := unix.Open(p.path("/task"), unix.O_RDONLY|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return 0, 0
	}
	defer unix.Close(dir)
	p.tasks, err = readEntries(p.tasks[:0], dir, t.buf)
	if err != nil {
		return 0, 0
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
			runnable += thread.runnable()
		}
		thread.close()
	}
	return runnable, seen
}
