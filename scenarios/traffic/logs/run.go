package logs

import (
	"time"

	"github.com/classibench/classibench/scenarios/traffic/trace"
)

// A run is a traffic file that is being written, bucket by bucket.
type run struct {
	w      *trace.Writer
	seed   uint64
	spread bool
	start  int64 // the first second
	second int64 // of the last bucket
	nanos  int   // of its last hit
	from   time.Duration
	times  []time.Duration
}

func newRun(out string, seed uint64, spread bool, first time.Time) (*run, error) {
	w, err := trace.Create(out)
	if err != nil {
		return nil, err
	}
	w.About.Start, w.About.Spread = first, spread
	if spread {
		w.About.Seed = seed
	}
	return &run{w: w, seed: seed, spread: spread, start: first.Unix(), second: first.Unix() - 1}, nil
}

// late reports whether a hit is too late for the run: later ones are written.
func (r *run) late(second int64, nanos int) bool {
	return second < r.second || second == r.second && !r.spread && nanos < r.nanos
}

// write adds a bucket. A second of which some hits were written already, since it has more
// than fit into memory, is filled up: its next hits go into the latter half of what is left.
func (r *run) write(b *bucket) error {
	r.from = r.begin(b)
	if r.spread {
		r.times = spread(r.seed, b.second, len(b.hits), r.from, r.times)
	} else {
		b.sort()
	}
	since := time.Duration(b.second-r.start) * time.Second
	for i, p := range b.hits {
		at := time.Duration(p.nanos).Truncate(resolution)
		if r.spread {
			at = r.times[i]
		}
		if err := r.w.WriteRest(since+at, b.data[p.begin:p.end]); err != nil {
			return err
		}
		r.nanos = int(p.nanos)
	}
	r.second = b.second
	return nil
}

// begin returns where in its second the hits of a bucket begin.
func (r *run) begin(b *bucket) time.Duration {
	if b.second != r.second || !r.spread || len(r.times) == 0 {
		return 0
	}
	last := r.times[len(r.times)-1]
	return max(last, (r.from+time.Second)/2)
}
