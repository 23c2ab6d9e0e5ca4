package order

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"net/http"
	"slices"
	"strconv"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/classibench/classibench/bench/parity/trial"
)

// errSpent ends a search that has sent Options.Probes sequences.
var errSpent = errors.New("all probes are spent")

func (o Options) withDefaults() Options {
	o.Parallel = max(1, o.Parallel)
	o.Rate, o.Confidence = cmp.Or(o.Rate, 0.3), cmp.Or(o.Confidence, 0.95)
	o.Repeats = cmp.Or(o.Repeats, 10)
	return o
}

// Repeats returns how often a sequence has to be sent so that a difference that shows
// in a share of the cases is seen at least once with a probability of confidence: 9
// times for a rate of 0.3 at 95%.
func Repeats(rate, confidence float64) int {
	if rate >= 1 {
		return 1
	}
	return max(1, int(math.Ceil(math.Log(1-confidence)/math.Log(1-rate))))
}

// A prober sends sequences and remembers the outcomes by content.
type prober struct {
	probe    Probe
	o        Options
	flickers bool // an outcome has changed: sequences are repeated

	mu       sync.Mutex // guards the rest
	tallies  map[string]tally
	best     trial.Sequence // the shortest one that showed the difference
	probes   int
	requests int
}

// A tally counts the outcomes of a sequence.
type tally struct {
	s           trial.Sequence
	sent, shown int
}

func newProber(probe Probe, o Options) *prober {
	return &prober{probe: probe, o: o, tallies: map[string]tally{}}
}

// shows reports for each sequence whether it shows the difference. It sends those that
// are not decided yet, Options.Parallel at a time.
func (p *prober) shows(ctx context.Context, sequences ...trial.Sequence) ([]bool, error) {
	keys, group := make([]string, len(sequences)), errgroup.Group{}
	group.SetLimit(p.o.Parallel)
	for i, s := range sequences {
		keys[i] = key(s)
		if !slices.Contains(keys[:i], keys[i]) {
			group.Go(func() error { return p.decide(ctx, keys[i], s) })
		}
	}
	err := group.Wait()
	shown := make([]bool, len(sequences))
	for i, k := range keys {
		shown[i] = p.tally(k).shown > 0
	}
	return shown, err
}

// decide sends a sequence until it shows the difference, or was sent often enough.
func (p *prober) decide(ctx context.Context, key string, s trial.Sequence) error {
	enough := 1
	if p.flickers {
		enough = Repeats(p.o.Rate, p.o.Confidence)
	}
	for t := p.tally(key); t.shown == 0 && t.sent < enough; t = p.tally(key) {
		if err := p.send(ctx, key, s); err != nil {
			return err
		}
	}
	return nil
}

// send sends a sequence once.
func (p *prober) send(ctx context.Context, key string, s trial.Sequence) error {
	if err := p.spend(len(s)); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("shrink a sequence: %w", context.Cause(ctx))
	}
	shown, err := p.probe(ctx, slices.Clone(s))
	if err != nil {
		return fmt.Errorf("probe a sequence of %d requests: %w", len(s), err)
	}
	p.record(key, s, shown)
	return nil
}

func (p *prober) spend(requests int) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.o.Probes > 0 && p.probes >= p.o.Probes {
		return errSpent
	}
	p.probes++
	p.requests += requests
	return nil
}

func (p *prober) record(key string, s trial.Sequence, shown bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	t := p.tallies[key]
	t.s = s
	t.sent++
	if shown {
		t.shown++
		if len(s) < len(p.best) {
			p.best = s
		}
	}
	p.tallies[key] = t
}

func (p *prober) tally(key string) tally {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.tallies[key]
}

func (p *prober) result(minimal bool) Shrunk {
	t := p.tally(key(p.best))
	return Shrunk{Sequence: p.best, Minimal: minimal, Shown: t.shown, Repeated: t.sent, Gone: p.gone(), Probes: p.probes, Requests: p.requests}
}

// gone counts the times that the best sequence was sent without one of its steps; 0 if one of
// them showed the difference.
func (p *prober) gone() (n int) {
	for i := range (steps{}).forms(p.best) {
		t := p.tally(key(tidy(steps{}.form(p.best, i))))
		if t.shown > 0 {
			return 0
		}
		n += t.sent
	}
	return n
}

// key returns the content of a sequence: each string with its length in front, so that
// different sequences have different keys.
func key(s trial.Sequence) string {
	b := make([]byte, 0, 64*len(s))
	for _, step := range s {
		b = strconv.AppendInt(b, int64(step.Visitor), 10)
		b = strconv.AppendInt(append(b, ' '), int64(step.Batch), 10)
		b = strconv.AppendBool(append(b, ' '), step.Connect)
		r := step.Request
		b = appendTexts(b, r.Route, r.Method, r.URL, r.Body)
		if len(r.Header) > 0 {
			b = appendHeader(b, r.Header)
		}
		b = append(b, '\n')
	}
	return string(b)
}

func appendHeader(b []byte, h http.Header) []byte {
	for _, name := range slices.Sorted(maps.Keys(h)) {
		b = appendTexts(appendTexts(b, name), h[name]...)
	}
	return b
}

func appendTexts(b []byte, texts ...string) []byte {
	for _, text := range texts {
		b = strconv.AppendInt(append(b, ' '), int64(len(text)), 10)
		b = append(append(b, ':'), text...)
	}
	return b
}
