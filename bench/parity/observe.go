package parity

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/classibench/classibench/bench/parity/order"
	"github.com/classibench/classibench/bench/parity/trial"
	"github.com/classibench/classibench/bench/parity/visitor"
	"github.com/classibench/classibench/bench/result"
)

// Limits of the search for the cause of a finding.
const (
	firstShare    = 0.9 // of the time that is left, for the first finding
	observeShare  = 0.5 // for the others
	cleanerShare  = 10
	cleanerProbes = 30
)

// observations are what further sequences told about a finding.
type observations struct {
	change    change // by the requests before the victim
	workers   int
	usual     time.Duration // time of the victim without the requests before it
	steady    bool          // the victim alone is always answered right
	firstWins bool          // sent first, the victim stays right
	lastWins  bool          // sent first, it becomes wrong
	forgets   bool
	adds      bool
	alternate bool
	rotates   bool

	tried    bool                 // other values were sent
	carried  []visitor.Substitute // places that held the one in the answer, of the last request that sent it
	by       int                  // that request
	repeated bool                 // the sequence was repeated
	log      string               // last output of the candidate
}

// follow finds out more about a finding: what tells its cause, and which requests hide the
// difference.
func (h *hunt) follow(ctx context.Context, f *found) (err error) {
	if f.last.main().Stuck {
		return nil
	}
	if err := h.observe(ctx, f); err != nil && (!spent(err) || ctx.Err() != nil) || f.kind != result.KindLifetime {
		return err
	}
	within, cancel := context.WithTimeoutCause(ctx, h.left(ctx)/cleanerShare, errSpent)
	defer cancel()
	f.cleaners, err = order.Cleaners(within, f.shrunk, h.plan.Requests, f.probe, order.Options{Probes: cleanerProbes})
	return err
}

// observe sends the requests of a finding in other orders, with other values and again.
func (h *hunt) observe(ctx context.Context, f *found) error {
	share := observeShare
	if len(h.findings) < 2 {
		share = firstShare
	}
	within, cancel := context.WithTimeoutCause(ctx, time.Duration(share*float64(h.left(ctx))), errSpent)
	defer cancel()
	looks := []func(context.Context, *found) error{h.once}
	if f.kind == result.KindLifetime {
		looks = []func(context.Context, *found) error{h.reordered, h.substituted, h.repeats}
	}
	for _, look := range looks {
		if err := look(within, f); err != nil {
			return err
		}
	}
	return nil
}

// sent plays a sequence of a few requests, and returns what the candidate holds after each
// number of them.
func (h *hunt) sent(ctx context.Context, q trial.Sequence) (trial.Trial, map[int]snapshot, error) {
	c, after := h.pair.candidate, map[int]snapshot{}
	c.watch = func(sent int) { after[sent] = c.snapshot() }
	defer func() { c.watch = nil }()
	h.probes.Add(1)
	h.progress()
	t, err := h.pair.play(ctx, q, trial.How{})
	return t, after, err
}

// once sends the sequence again, for what the candidate writes and starts meanwhile.
func (h *hunt) once(ctx context.Context, f *found) error {
	_, after, err := h.sent(ctx, serial(f.best))
	if err != nil {
		return err
	}
	f.seen.log = h.pair.candidate.output()
	f.seen.change.child = after[len(f.best)].since(after[0]).child
	return nil
}

// reordered sends the victim twice, then the requests before it, then the victim: that
// tells whether the first request decides, or the last one. What the processes hold is
// compared around the requests before the victim.
func (h *hunt) reordered(ctx context.Context, f *found) error {
	n := len(f.best) - 1
	victims := 2
	if f.hangs() {
		victims = 0 // it would use up the time
	}
	q := slices.Concat(slices.Repeat(trial.Sequence{f.victim()}, victims), f.best[:n])
	if victims > 0 {
		q = append(q, f.victim())
	}
	t, after, err := h.sent(ctx, unhurried(q))
	if err != nil {
		return err
	}
	s := &f.seen
	s.log = h.pair.candidate.output()
	s.change, s.workers = after[victims+n].since(after[victims]), after[victims].workers()
	if victims > 0 {
		h.readReordered(f, t)
		s.change.child = after[2].since(after[1]).child
	}
	return nil
}

// unhurried returns the sequence without pauses and with nothing sent at the same time.
func unhurried(q trial.Sequence) trial.Sequence {
	q = serial(q)
	for i := range q {
		q[i].Pause = 0
	}
	return q
}

// readReordered reads a reordered sequence: the victim twice, other requests, the victim.
func (h *hunt) readReordered(f *found, t trial.Trial) {
	s, last := &f.seen, len(t.Candidate)-1
	wrong := func(i int) bool { c := h.judge.clue(i, t); return c.found() && c.same(f.last) }
	s.usual = t.Candidate[1].Answer.Took
	s.steady = !wrong(0) && !wrong(1)
	s.firstWins = s.steady && !wrong(last) && f.shrunk.Shown == f.shrunk.Repeated
	s.lastWins = s.steady && wrong(last)
	r := f.victim().Request
	s.forgets = wrong(last) && !h.judge.same(r, t.Baseline[1].Answer, t.Baseline[last].Answer) && h.judge.same(r, t.Candidate[1].Answer, t.Candidate[last].Answer)
}

// substituted sends other values before the victim: one that its answer shows is carried
// from request to request, and not one that the page has by chance. If the first request
// decides and has no values, the victim's are sent first.
func (h *hunt) substituted(ctx context.Context, f *found) error {
	if f.hangs() {
		return nil
	}
	q, sent := substituted(f.best)
	if len(sent) == 0 && f.seen.firstWins && len(f.best) == 2 {
		q, sent = substituted(trial.Sequence{f.best[1], f.best[0]})
	}
	if len(sent) == 0 {
		return nil
	}
	t, _, err := h.sent(ctx, unhurried(q))
	if err != nil {
		return err
	}
	last := len(q) - 1
	f.seen.tried = !refused(t.Baseline[:last], f.trial.Baseline[:last])
	for _, s := range sent {
		if shows(t.Candidate[last].Answer, s.Value) && !shows(t.Baseline[last].Answer, s.Value) {
			f.seen.tried = true
			f.seen.carry(t.Candidate[:last], s.Value)
		}
	}
	return nil
}

// carry notes the last request that sent a value, in a cookie for example.
func (s *observations) carry(sent []trial.Exchange, value string) {
	for i, e := range sent {
		if places := visitor.Holders(e.Sent, value); len(places) > 0 && i >= s.by {
			s.carried, s.by = places, i
		}
	}
}

// substituted replaces the values of all steps but the last one. If they have none, the end
// of their paths is replaced.
func substituted(q trial.Sequence) (trial.Sequence, []visitor.Substitute) {
	changed, sent := replaced(q, visitor.Substituted)
	if len(sent) == 0 {
		return replaced(q, visitor.SubstitutedPath)
	}
	return changed, sent
}

func replaced(q trial.Sequence, replace func(trial.Request, int) (trial.Request, []visitor.Substitute)) (trial.Sequence, []visitor.Substitute) {
	q = slices.Clone(q)
	var sent []visitor.Substitute
	for i := range q[:len(q)-1] {
		request, all := replace(q[i].Request, len(sent))
		if len(all) > 0 {
			q[i].Request = request
		}
		sent = append(sent, all...)
	}
	return q, sent
}

// refused reports whether the baseline refuses a request that it accepted with other values.
func refused(now, before []trial.Exchange) bool {
	for i := range now {
		if now[i].Answer.Status >= 400 && before[i].Answer.Status < 400 {
			return true
		}
	}
	return false
}

func shows(a trial.Answer, value string) bool {
	if strings.Contains(strings.ToLower(string(a.Body)), value) {
		return true
	}
	for _, values := range a.Header {
		if slices.ContainsFunc(values, func(v string) bool { return strings.Contains(strings.ToLower(v), value) }) {
			return true
		}
	}
	return false
}

// hangs reports whether the victim gets no answer in time.
func (f *found) hangs() bool { return hangs(f.trial.Candidate[len(f.best)-1].Answer) }
