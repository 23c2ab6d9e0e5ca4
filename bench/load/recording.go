package load

import (
	"math"
	"sync"
	"time"

	"github.com/classibench/classibench/bench/histogram"
)

// A Recording is what came back from a target. Its size depends on how long the
// traffic lasted, not on how many hits it had.
type Recording struct {
	Hits, Errors uint64               // right answers; all others
	Latency      *histogram.Histogram // of right answers, from the moment a hit was due
	Service      *histogram.Histogram // of right answers, from the moment it was sent
	Lag          *histogram.Histogram // of all hits: from due to sent
	Routes       []Group              // by number of the route
	Stages       []Group              // by number of the stage in which a hit was due
	Answered     []uint64             // right answers given while a stage lasted
	Seconds      []Second             // by second in which a hit was due
	Faults       map[Fault]ErrorCount
	Last         time.Duration // when the last answer came, since the traffic began
	Connections  Connections   // that it took
}

// A Group is a part of the hits.
type Group struct {
	Hits, Errors uint64
	Latency      *histogram.Histogram // of right answers, from due
}

// A Second is one second of the traffic.
type Second struct {
	Due    uint64               // hits that fell due in it
	Done   uint64               // right answers that arrived in it
	Errors uint64               // hits due in it that went wrong
	Answer *histogram.Histogram // latency of the right answers to the hits due in it, 2 significant digits
}

// ErrorCount counts a kind of fault and keeps one example.
type ErrorCount struct {
	Count   uint64
	Example string
}

// maxFaults bounds the kinds of fault that are told apart.
const maxFaults = 32

// An outcome is what became of one hit. Times count from the begin of the
// traffic.
type outcome struct {
	reply
	due, sent, end time.Duration
}

// A recorder collects outcomes from many goroutines.
type recorder struct {
	mu   sync.Mutex
	ends []time.Duration // of the stages
	rec  Recording

	recent   *histogram.Histogram // latency since live was last asked for a percentile
	previous []uint64             // right answers at the last few calls of live
}

func newRecorder(routes int, ends []time.Duration) *recorder {
	r := &recorder{ends: ends, recent: histogram.NewDigits(2)}
	r.rec = Recording{Latency: histogram.New(), Service: histogram.New(), Lag: histogram.New(),
		Routes: newGroups(routes), Stages: newGroups(len(ends)), Answered: make([]uint64, len(ends)), Faults: map[Fault]ErrorCount{}}
	return r
}

func newGroups(n int) []Group {
	groups := make([]Group, n)
	for i := range groups {
		groups[i].Latency = histogram.New()
	}
	return groups
}

// add records an outcome.
func (r *recorder) add(o outcome) {
	r.mu.Lock()
	defer r.mu.Unlock()
	rec := &r.rec
	rec.Lag.Record(o.sent - o.due)
	rec.Last = max(rec.Last, o.end)
	rec.Connections.Add(o.trip)
	second := r.second(o.due)
	second.Due++
	groups := []*Group{&rec.Routes[o.route], nil}
	if stage := r.stage(o.due); stage >= 0 {
		groups[1] = &rec.Stages[stage]
	}
	if o.fault != noFault {
		rec.Errors++
		second.Errors++
		countError(rec.Faults, o.fault, o.example)
	} else {
		rec.Hits++
		latency := o.end - o.due
		rec.Latency.Record(latency)
		rec.Service.Record(o.end - o.sent)
		second.Answer.Record(latency)
		r.recent.Record(latency)
		r.second(o.end).Done++
		if stage := r.stage(o.end); stage >= 0 {
			rec.Answered[stage]++
		}
	}
	for _, g := range groups {
		g.add(o)
	}
}

func (g *Group) add(o outcome) {
	switch {
	case g == nil:
	case o.fault != noFault:
		g.Errors++
	default:
		g.Hits++
		g.Latency.Record(o.end - o.due)
	}
}

// second returns the second that a moment lies in.
func (r *recorder) second(at time.Duration) *Second {
	i := int(max(at, 0) / time.Second)
	for len(r.rec.Seconds) <= i {
		r.rec.Seconds = append(r.rec.Seconds, Second{Answer: histogram.NewDigits(2)})
	}
	return &r.rec.Seconds[i]
}

// stage returns the number of the stage that a moment lies in, −1 after the
// last.
func (r *recorder) stage(at time.Duration) int {
	for i, end := range r.ends {
		if at < end {
			return i
		}
	}
	return -1
}

// countError counts a fault among the others.
func countError(faults map[Fault]ErrorCount, fault Fault, example string) {
	if _, known := faults[fault]; !known && len(faults) >= maxFaults {
		fault = FaultOther
	}
	b := faults[fault]
	if b.Count++; b.Example == "" {
		b.Example = example
	}
	faults[fault] = b
}

// Live is the traffic at this moment.
type Live struct {
	Elapsed time.Duration
	Rate    float64       // right answers a second, over the last second
	P95     time.Duration // latency of the answers since the last report
	Errors  uint64        // so far
}

// livePause is the time between two reports; liveWindow of them make the rate.
const (
	livePause  = 250 * time.Millisecond
	liveWindow = 4
)

// live reports, and begins a new stretch for the percentile.
func (r *recorder) live(elapsed time.Duration) Live {
	r.mu.Lock()
	defer r.mu.Unlock()
	l := Live{Elapsed: elapsed, Errors: r.rec.Errors}
	if r.recent.Supports(0.95) || r.recent.Count() > 0 {
		l.P95 = r.recent.Quantile(0.95)
	}
	r.recent.Reset()
	r.previous = append(r.previous, r.rec.Hits)
	if n := len(r.previous) - 1; n > 0 {
		from := max(0, n-liveWindow)
		span := time.Duration(n-from) * livePause
		l.Rate = math.Round(float64(r.previous[n]-r.previous[from]) / span.Seconds())
		r.previous = r.previous[from:]
	}
	return l
}

// done returns the recording. No outcome may be added after it.
func (r *recorder) done() *Recording {
	r.mu.Lock()
	defer r.mu.Unlock()
	return &r.rec
}
