package replay

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/classibench/classibench/scenarios/traffic/trace"
)

// A Window is a part of a file, in times since its start. To is not part of it.
type Window struct {
	From, To time.Duration
	Hits     int
}

// steps is how many steps a window moves by until it is past itself: the busiest is found to
// this part of its length.
const steps = 60

// Busiest returns the window of this length with most hits. It is the whole file if that is
// shorter.
func Busiest(ctx context.Context, path string, length time.Duration) (Window, error) {
	r, err := trace.Open(path)
	if err != nil {
		return Window{}, err
	}
	defer r.Close()
	f := &finder{step: max(length/steps, time.Microsecond)}
	n, last := 0, time.Duration(0)
	for {
		at, err := r.NextTime()
		if errors.Is(err, io.EOF) {
			break
		}
		if err := errors.Join(err, ctx.Err()); err != nil {
			return Window{}, err
		}
		f.add(at)
		n, last = n+1, at
	}
	switch {
	case n == 0:
		return Window{}, fmt.Errorf("%s: the traffic has no request", path)
	case last < length:
		return Window{To: last + time.Microsecond, Hits: n}, nil
	}
	from := time.Duration(f.best) * f.step
	return Window{From: from, To: from + length, Hits: f.most}, nil
}

// A finder counts the hits of the last steps, and keeps the window with most.
type finder struct {
	step time.Duration
	ring [steps]int
	end  int64 // the current step
	sum  int   // of the ring
	most int
	best int64 // the first step of the window with most
}

func (f *finder) add(at time.Duration) {
	now := int64(at / f.step)
	for ; f.end < now; f.end++ {
		if f.sum == 0 {
			f.end = now // nothing to forget
			break
		}
		f.forget(f.end + 1)
	}
	f.ring[now%steps]++
	if f.sum++; f.sum > f.most {
		f.most, f.best = f.sum, max(0, now-steps+1)
	}
}

// forget empties the place of a step that is about to begin.
func (f *finder) forget(step int64) {
	f.sum -= f.ring[step%steps]
	f.ring[step%steps] = 0
}
