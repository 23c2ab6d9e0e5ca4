package peak

import "time"

// steps is how many steps a window moves by until it is past itself: the busiest is found to
// this part of its length.
const steps = 60

// A Finder finds the window of one length with most hits. Create it with NewFinder.
type Finder struct {
	length time.Duration
	step   time.Duration
	ring   [steps]int // hits of the last steps
	first  int64      // the first of these that has a hit
	end    int64      // the last of these
	sum    int        // of the ring
	most   int        // hits of the best window
	best   int64      // its first step
	hits   int
	last   time.Duration
}

// NewFinder returns a Finder for windows of a length above 0.
func NewFinder(length time.Duration) *Finder {
	return &Finder{length: length, step: max(length/steps, time.Microsecond)}
}

// Add counts a hit, which is not before the last one.
func (f *Finder) Add(at time.Duration) {
	now := int64(at / f.step)
	f.moveTo(now)
	f.ring[now%steps]++
	f.hits, f.last = f.hits+1, at
	if f.sum++; f.sum > f.most {
		f.most, f.best = f.sum, f.first
	}
}

// moveTo forgets the steps that are no longer among the last ones.
func (f *Finder) moveTo(now int64) {
	for ; f.end < now && f.sum > 0; f.end++ {
		f.sum -= f.ring[(f.end+1)%steps]
		f.ring[(f.end+1)%steps] = 0
	}
	f.end = now
	if f.sum == 0 {
		f.first = now
		return
	}
	for f.first = max(f.first, now-steps+1); f.ring[f.first%steps] == 0; f.first++ {
	}
}

// Window returns the first window with most hits. It begins with a step that has a hit, unless
// it would end after the traffic, and is all of the traffic if that is shorter.
func (f *Finder) Window() Window {
	if f.last < f.length {
		return f.whole()
	}
	from := time.Duration(max(0, min(f.best, f.end-steps+1))) * f.step
	return Window{From: from, To: from + f.length, Hits: f.most}
}

// whole ends behind the last hit, by as little as times can differ.
func (f *Finder) whole() Window { return Window{To: f.last + time.Microsecond, Hits: f.hits} }
