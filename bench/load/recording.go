package load

import (
	"sync"
	"time"

	"github.com/classibench/classibench/bench/histogram"
)

// A Recording is the result of a traffic. Its size depends on the duration of the
// traffic, not on the number of hits.
type Recording struct {
	Hits, Errors uint64               // right answers; all other outcomes
	Latency      *histogram.Histogram // of right answers, from the due time
	Service      *histogram.Histogram // of right answers, from sending
	Lag          *histogram.Histogram // of all hits, from the due time until the generator was ready to send
	Routes       []Group              // by route
	Stages       []Group              // by the stage in which a hit was due
	Answered     []uint64             // right answers that arrived within each stage
	Seconds      []Second             // by the second in which a hit was due
	Faults       map[Fault]ErrorCount
	Last         time.Duration // time of the last answer, since the start
	Connections  Connections   // of the whole traffic
}

// A Group is the hits of one route or stage.
type Group struct {
	Hits, Errors uint64
	Latency      *histogram.Histogram // of right answers, from the due time
}

// A Second is one second of the traffic.
type Second struct {
	Due    uint64               // hits due in it
	Done   uint64               // right answers that arrived in it
	Errors uint64               // errors of the hits due in it
	Answer *histogram.Histogram // latency of the right answers to those hits, 2 significant digits
}

// ErrorCount counts a kind of fault and keeps one example.
type ErrorCount struct {
	Count   uint64
	Example string
}

// maxFaults limits the number of fault kinds that are counted separately.
const maxFaults = 32

// An outcome is the result of one hit. Times count from the start of the traffic.
type outcome struct {
	reply
	due, sent, end time.Duration
	lag            time.Duration // of the generator
}

// A recorder collects outcomes from many goroutines.
type recorder struct {
	mu   sync.Mutex
	ends []time.Duration // of the stages
	rec  Recording

	recent   *histogram.Histogram // latency since the last call of live
	previous []progress           // at the last few calls of live, and at the beginning
}

func newRecorder(routes int, ends []time.Duration) *recorder {
	r := &recorder{ends: ends, recent: histogram.NewDigits(2), previous: make([]progress, 1)}
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
	rec.Lag.Record(o.lag)
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

// second returns the second that contains a time.
func (r *recorder) second(at time.Duration) *Second {
	i := int(max(at, 0) / time.Second)
	for len(r.rec.Seconds) <= i {
		r.rec.Seconds = append(r.rec.Seconds, Second{Answer: histogram.NewDigits(2)})
	}
	return &r.rec.Seconds[i]
}

// stage returns the number of the stage that contains a time, or −1 after the last.
func (r *recorder) stage(at time.Duration) int {
	for i, end := range r.ends {
		if at < end {
			return i
		}
	}
	return -1
}

// countError counts a fault. Beyond maxFaults kinds, it counts FaultOther.
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

// Live is the state of a running traffic.
type Live struct {
	Elapsed time.Duration
	Rate    float64       // right answers a second, over the last second
	P95     time.Duration // latency of the answers since the last report
	Errors  uint64        // so far
}

// A progress is how many right answers there were at a moment.
type progress struct {
	at   time.Duration
	hits uint64
}

// livePause is the time between two reports; the rate covers liveWindow reports.
const (
	livePause  = 250 * time.Millisecond
	liveWindow = 4
)

// live returns a report, and starts a new interval for the percentile.
func (r *recorder) live(elapsed time.Duration) Live {
	r.mu.Lock()
	defer r.mu.Unlock()
	l := Live{Elapsed: elapsed, Errors: r.rec.Errors}
	if r.recent.Supports(0.95) || r.recent.Count() > 0 {
		l.P95 = r.recent.Quantile(0.95)
	}
	r.recent.Reset()
	if r.previous = append(r.previous, progress{elapsed, r.rec.Hits}); len(r.previous) > liveWindow+1 {
		r.previous = r.previous[1:]
	}
	// The rate covers all of the time of the percentile, so it is not 0 beside one.
	if from := r.previous[0]; elapsed > from.at {
		l.Rate = float64(r.rec.Hits-from.hits) / (elapsed - from.at).Seconds()
	}
	return l
}

// done returns the recording. No outcome may be added after that.
func (r *recorder) done() *Recording {
	r.mu.Lock()
	defer r.mu.Unlock()
	return &r.rec
}
