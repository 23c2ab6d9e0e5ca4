package parity

import (
	"context"
	"net/http"
	"slices"

	"github.com/classibench/classibench/bench/parity/hazard"
	"github.com/classibench/classibench/bench/parity/order"
	"github.com/classibench/classibench/bench/parity/trial"
	"github.com/classibench/classibench/bench/result"
)

// A found is a difference with what is known about it.
type found struct {
	candidate string
	kind      string
	clue      clue   // as it was when it was found
	chosen    bool   // its first sight is no evidence: see clue
	finished  bool   // the search went on at the end
	concluded bool   // its cause was looked for
	explained bool   // by an order of requests that were sent at the same time, by time or by chance
	open      string // what was not tried yet of that; "" if nothing
	varied    int    // how often the baseline had differed from itself at the place before the search
	clashes   bool   // the baseline failed as well, in a trial with requests at the same time
	probe     order.Probe

	form                  // the shortest that showed it
	graver   *form        // with two visitors; nil if it did not show it
	also     []trial.Step // other victims with the same cause
	alsoAt   []clue
	cleaners []trial.Request
	seen     observations
}

// A form is a sequence that showed a difference, with what was seen.
type form struct {
	shrunk order.Shrunk
	best   trial.Sequence // the last step is the victim
	trial  trial.Trial    // of best
	last   clue           // of best
}

// see keeps a trial that showed the difference, if its sequence is the shortest one.
func (f *form) see(q trial.Sequence, t trial.Trial, c clue) {
	if f.best == nil || len(q) <= len(f.best) {
		f.best, f.trial, f.last = q, t, c
	}
}

// how is the way in which the candidate is sent the sequence.
func (f *found) how() trial.How { return trial.How{Fresh: f.kind == result.KindPort} }

// victim returns the step that is answered differently.
func (f *found) victim() trial.Step { return f.best[len(f.best)-1] }

// explains reports whether a clue in a sequence is this finding again: its victim is of
// the same route, differs at the same place, and the other requests were sent before.
func (f *found) explains(q trial.Sequence, c clue) bool {
	route := q[c.step].Request.Route
	mine, joined := f.victim().Request.Route == route && f.last.same(c), false
	for i, s := range f.also {
		joined = joined || s.Request.Route == route && f.alsoAt[i].same(c)
	}
	if joined && c.main().Stuck {
		return true // any request of the route may have fixed its value
	}
	if mine = mine || joined; !mine || f.kind == result.KindPort && len(f.best) == 1 {
		return mine
	}
	before := sentBefore(q, c.step)
	for _, s := range f.best[:len(f.best)-1] {
		for len(before) > 0 && identity(before[0].Request) != identity(s.Request) {
			before = before[1:]
		}
		if len(before) == 0 {
			return f.kind == result.KindConcurrency && concurrent(q)
		}
		before = before[1:]
	}
	return true
}

// sentBefore returns the steps before a step, and those sent at the same time.
func sentBefore(q trial.Sequence, step int) trial.Sequence {
	before := slices.Clone(q[:step])
	for i := step + 1; i < len(q) && q[step].Batch != 0 && q[i].Batch == q[step].Batch; i++ {
		before = append(before, q[i])
	}
	return before
}

// identity tells requests apart.
func identity(r trial.Request) string { return r.Method + " " + r.URL + "\n" + r.Body }

// join adds another victim.
func (f *found) join(s trial.Step, c clue) {
	for i, other := range f.also {
		if other.Request.Route == s.Request.Route && f.alsoAt[i].same(c) {
			return
		}
	}
	if f.victim().Request.Route != s.Request.Route || !f.last.same(c) {
		f.also, f.alsoAt = append(f.also, s), append(f.alsoAt, c)
	}
}

// joins reports whether the requests of an earlier finding cause a clue, too. Then its step
// is another victim of that finding.
func (h *hunt) joins(ctx context.Context, q trial.Sequence, c clue) (bool, error) {
	for _, f := range h.findings {
		if f.candidate != h.name || !f.mayCause(q) {
			continue
		}
		step := q[c.step]
		step.Batch, step.Visitor = f.victim().Batch, f.victim().Visitor
		shows, err := h.causes(ctx, f, step, c)
		if err != nil {
			return false, err
		}
		if shows {
			f.join(step, c)
			return true, nil
		}
	}
	return false, nil
}

// mayCause reports whether the requests of a finding may cause a difference that a sequence showed.
func (f *found) mayCause(q trial.Sequence) bool {
	switch f.kind {
	case result.KindLifetime:
		return true
	case result.KindConcurrency:
		return concurrent(q)
	}
	return false
}

// mostCauses is how often the requests of a finding are sent beside another victim.
const mostCauses = 10

// causes reports whether a clue shows in a step in place of the victim of a finding. With requests at
// the same time it may not show each time.
func (h *hunt) causes(ctx context.Context, f *found, step trial.Step, c clue) (shows bool, err error) {
	q, tries := append(slices.Clone(f.best[:len(f.best)-1]), step), 1
	if concurrent(q) {
		tries = mostCauses
	}
	for range tries {
		if shows, err = h.shows(ctx, q, c, trial.How{}); err != nil || shows {
			break
		}
	}
	return shows, err
}

// record keeps a finding. A difference that never showed again is a warning.
func (h *hunt) record(ctx context.Context, f *found) error {
	if f.best == nil {
		h.warn("findings", "%s answered %s differently once and not again: at %s, “%s” instead of “%s”",
			h.name, named(f.shrunk.Sequence[len(f.shrunk.Sequence)-1].Request), f.clue.main().Place, f.clue.main().Got, f.clue.main().Want)
		return nil
	}
	h.findings = append(h.findings, f) // it stays if what follows is interrupted
	if !f.shrunk.Minimal || !h.marked {
		return nil // see finish and revisit: the shortest sequence comes first, and tokens tell more
	}
	return h.conclude(ctx, f)
}

// conclude finds out more about a finding whose search has ended.
func (h *hunt) conclude(ctx context.Context, f *found) error {
	f.concluded = true
	if err := h.handOver(ctx, f); err != nil && !spent(err) {
		return err
	}
	if err := h.follow(ctx, f); err != nil && !spent(err) {
		return err
	}
	h.logf("%s: %s differs at %s after %s", h.name, named(f.victim().Request), f.last.main().Place, requests(len(f.best)-1))
	return nil
}

// finding returns the difference for a result: in its graver form, if there is one. The cause is
// told from the other one, since it shows with one visitor, too.
func (f *found) finding() result.Finding {
	evidence := f.evidence()
	if f.graver != nil {
		evidence.Since, evidence.Whose = f.graver.place(f.best, evidence)
		graver := *f
		graver.form, f = *f.graver, &graver
	}
	n := len(f.best) - 1
	d := f.last.main()
	out := result.Finding{
		Candidate: f.candidate, Kind: f.kind, Canary: len(f.last.leaks) > 0,
		Length: len(f.best), Sequence: sentSteps(f.best, f.trial.Candidate), Victim: stepOf(f.victim()),
		Minimal: f.shrunk.Minimal, Rate: f.shrunk.Rate(), Shown: f.shrunk.Shown, Repeated: f.shrunk.Repeated,
		Place: string(d.Place), Want: d.Want, Got: d.Got,
		Baseline: answerOf(f.trial.Baseline[n].Answer), Answer: answerOf(f.trial.Candidate[n].Answer),
		Also: stepsOf(f.others()),
	}
	for _, r := range f.cleaners {
		out.Cleaners = append(out.Cleaners, stepOf(trial.Step{Request: r}))
	}
	explain(&out, evidence)
	if f.clashes {
		out.Evidence = append(out.Evidence, clashing)
	}
	if !out.Minimal {
		out.Evidence = append(out.Evidence, unchecked)
	}
	return out
}

// shown returns the form in which a finding is reported.
func (f *found) shown() form {
	if f.graver != nil {
		return *f.graver
	}
	return f.form
}

// place returns the number in this form of the request of another form that evidence names, from 1,
// and that of its visitor.
func (f *form) place(other trial.Sequence, e hazard.Evidence) (since, whose int) {
	if e.Since == 0 {
		return e.Since, e.Whose
	}
	same := func(s trial.Step) bool { return identity(s.Request) == identity(other[e.Since-1].Request) }
	i := slices.IndexFunc(f.best, same)
	if i < 0 {
		return 0, 0 // it is not needed there
	}
	return i + 1, f.best[i].Visitor + 1
}

// others returns the other victims, each request once.
func (f *found) others() (all []trial.Step) {
	seen := map[string]bool{identity(f.victim().Request): true}
	for _, s := range f.also {
		if !seen[identity(s.Request)] {
			seen[identity(s.Request)] = true
			all = append(all, s)
		}
	}
	return all
}

// clashing is the evidence of a finding whose baseline fails, too.
const clashing = "The baseline fails, too, when requests come at the same time: the mistake may be older than the port."

// fails reports whether a program failed to answer one of the requests.
func fails(run []trial.Exchange) bool {
	return slices.ContainsFunc(run, func(e trial.Exchange) bool {
		return e.Answer.Failure != "" || e.Answer.Status >= http.StatusInternalServerError
	})
}

// unchecked is the evidence of a finding whose search did not end.
const unchecked = "There was no time to check whether each request is needed: a larger budget may find a shorter sequence."
