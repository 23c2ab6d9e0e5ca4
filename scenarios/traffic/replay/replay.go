// Package replay takes the part of a traffic file that a run replays: a window of it, its
// requests by route, and its times at a speed.
//
// Start with [Read]. The file is read twice, as a stream: memory depends on the hits within
// the window, which are bounded, and not on the length of the file.
package replay

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/classibench/classibench/bench/load"
	"github.com/classibench/classibench/scenarios"
	"github.com/classibench/classibench/scenarios/traffic/trace"
)

// Options say what part of a file is replayed, and how fast.
type Options struct {
	From, To string            // begin and end of the window, see Moment; empty is that of the file
	Busiest  time.Duration     // instead: the busiest time of this length; 0 takes From and To
	Speed    float64           // how many times faster than recorded; 0 is 1
	Fit      time.Duration     // if not 0, Speed is what makes the replay so long, but at least 1
	Times    int               // the visitors, so many times; 0 is 1
	Seed     int64             // of the times of the visitors who are added
	Header   []scenarios.Field // is sent with each request
}

// A Replay is the part of a file that is replayed.
type Replay struct {
	load.Record
	About  trace.About
	Mix    []scenarios.Route // of its requests, with weights; their expectations are to be set
	From   time.Duration     // since the start of the file
	Length time.Duration     // of the window, as recorded
	Speed  float64
	Times  int
	Notes  []string // what is left out, and why

	Clients int // different ones

	Whole      time.Duration // of the file
	PeakToMean float64       // of the file, see peak.Meter
}

// Duration is the length of the replay.
func (r *Replay) Duration() time.Duration { return scaled(r.Length, r.Speed) }

func scaled(d time.Duration, speed float64) time.Duration {
	return time.Duration(float64(d) / speed)
}

// ErrEmpty says that no request is due in the window.
var ErrEmpty = errors.New("no request is due in the window")

// Read reads the part of a file that the options name.
func Read(ctx context.Context, path string, o Options) (*Replay, error) {
	if o.Speed == 0 {
		o.Speed = 1
	}
	o.Times = max(o.Times, 1)
	seen, err := look(ctx, path, o.Busiest)
	if err != nil {
		return nil, err
	}
	w, err := seen.window(path, o)
	if err != nil {
		return nil, err
	}
	file, err := trace.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	if o.Fit > 0 {
		o.Speed = max(1, float64(w.To-w.From)/float64(o.Fit))
	}
	r := &Replay{About: file.About, From: w.From, Length: w.To - w.From, Speed: o.Speed, Times: o.Times, Whole: seen.times.Whole().To, PeakToMean: seen.times.ToMean()}
	if err := r.read(ctx, file, o); err != nil {
		return nil, err
	}
	if len(r.Hits) == 0 {
		return nil, fmt.Errorf("%s: %w: from %v to %v since the start of the traffic", path, ErrEmpty, w.From, w.To)
	}
	return r, nil
}

// read takes the hits of the window.
func (r *Replay) read(ctx context.Context, file *trace.Reader, o Options) error {
	if err := file.Skip(r.From); err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	c := newCollector(o)
	for h, err := range file.Hits() {
		if err := errors.Join(err, ctx.Err()); err != nil {
			return err
		}
		if h.At >= r.From+r.Length {
			break
		}
		if err := c.take(h, h.At-r.From); err != nil {
			return fmt.Errorf("the request at %v: %w", h.At, err)
		}
	}
	r.Hits, r.Clients, r.Notes = c.hits, len(c.clients), c.notes()
	r.Mix, r.Requests = c.routes()
	r.multiply(o)
	for i := range r.Hits {
		r.Hits[i].Due = scaled(r.Hits[i].Due, r.Speed)
	}
	return nil
}
