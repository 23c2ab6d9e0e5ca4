package parity

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/classibench/classibench/bench/parity/differ"
	"github.com/classibench/classibench/bench/parity/order"
	"github.com/classibench/classibench/bench/parity/trial"
	"github.com/classibench/classibench/bench/parity/visitor"
)

// Limits of the search for a suspicion in short sequences.
const (
	suspectShare = 0.15 // of the budget, for all suspicions that come to nothing
	mostForms    = 12   // sequences of each suspicion
)

// suspect follows up on what differs in the first run of a slow baseline, before a second run
// tells what varies by itself: that takes as long as the first one. It looks for the difference
// in short sequences, of which a second run takes a few requests only. What shows there is
// examined like any other clue: a suspicion can waste time, and cannot become a finding.
func (h *hunt) suspect(ctx context.Context, q trial.Sequence, t trial.Trial) error {
	left := time.Duration(suspectShare * float64(h.plan.budget()))
	for _, c := range suspicions(t, h.judge.clues(ctx, t)) {
		if h.isKnown(q, c) {
			continue
		}
		began, known := time.Now(), len(h.findings)
		if err := h.pursue(ctx, t, c, left); err != nil {
			return err
		}
		if len(h.findings) > known {
			continue
		}
		if left -= time.Since(began); left <= 0 {
			break
		}
	}
	return nil
}

// pursue sends short forms of a sequence for some time, and examines the first that shows what
// is suspected.
func (h *hunt) pursue(ctx context.Context, t trial.Trial, c clue, most time.Duration) error {
	c.right = &t.Baseline[c.step].Answer
	short, again, got, err := h.firstToShow(ctx, shortForms(t, c), c, most)
	if err != nil || short == nil {
		return err
	}
	got.chosen = true
	return h.examine(ctx, short, again, got)
}

// firstToShow sends sequences for some time, and returns the first that shows a clue, with what
// was seen. The sequence is nil if none did.
func (h *hunt) firstToShow(ctx context.Context, all []trial.Sequence, c clue, most time.Duration) (trial.Sequence, trial.Trial, clue, error) {
	within, cancel := context.WithTimeoutCause(ctx, most, errSpent)
	defer cancel()
	for _, q := range all {
		got, t, err := h.look(within, q, c, trial.How{})
		switch {
		case err != nil && spent(err) && ctx.Err() == nil:
			return nil, t, clue{}, nil
		case err != nil:
			return nil, t, clue{}, err
		case got.found() && got.same(c):
			return q, t, got, nil
		}
	}
	return nil, trial.Trial{}, clue{}, nil
}

// suspicions returns what may be no noise, of the clues in a run of which nothing is learned yet: a
// place of a route that differs for the first time. What varies by itself mostly differs in each
// answer of the route. A value of another visitor has to wait for the second run: without the
// baseline's answer to a short sequence it cannot be told, so each would take as long as that.
func suspicions(t trial.Trial, clues []clue) (all []clue) {
	at, before := map[int]clue{}, map[string][]clue{}
	for _, c := range clues {
		at[c.step] = c
	}
	for i, e := range t.Baseline {
		c, alike := at[i], e.Step.Request.Route+"\n"+outcome(e.Answer)
		c.step = i
		if s := c.unlike(before[alike]); s.found() {
			all = append(all, s)
		}
		before[alike] = append(before[alike], c)
	}
	return all
}

// unlike returns the clue without the differences at places that differed before, or all of them
// if there was no answer before. It has no leaks.
func (c clue) unlike(before []clue) clue {
	c.leaks = nil
	c.differences = slices.DeleteFunc(slices.Clone(c.differences), func(d differ.Difference) bool {
		return len(before) == 0 || slices.ContainsFunc(before, func(b clue) bool { return b.at(d.Place) })
	})
	return c
}

// at reports whether there is a difference at a place.
func (c clue) at(place differ.Place) bool {
	return slices.ContainsFunc(c.differences, func(d differ.Difference) bool { return d.Place == place })
}

// shortForms returns short sequences that may show the clue of a run: one earlier request and the
// victim, each after the requests whose forms it needs, and then also after those whose cookies
// it needs. The likeliest request comes first.
func shortForms(t trial.Trial, c clue) (forms []trial.Sequence) {
	run := t.Baseline[:c.step+1]
	fields, cookies := order.Needs(run, visitor.Fields)
	seen := map[string]bool{}
	for _, i := range likeliest(t, c) {
		for _, needs := range [][][]int{fields, joined(fields, cookies)} {
			short := partOf(run, withNeeds(needs, i, c.step))
			if key := keyOf(short); !seen[key] && len(forms) < mostForms {
				seen[key] = true
				forms = append(forms, short)
			}
		}
	}
	return forms
}

// likeliest returns the steps before that of a clue: those first that have something to do with the
// wrong answer, of these and of the others the ones by other visitors, and then the latest.
func likeliest(t trial.Trial, c clue) (steps []int) {
	rank := make([]int, c.step)
	texts := strange(c)
	for i := range c.step {
		steps = append(steps, i)
		rank[i] = 2*btoi(!mentions(t.Candidate[i], texts)) + btoi(t.Candidate[i].Step.Visitor == t.Candidate[c.step].Step.Visitor)
	}
	slices.SortFunc(steps, func(a, b int) int { return cmp.Or(cmp.Compare(rank[a], rank[b]), cmp.Compare(b, a)) })
	return steps
}

// strange returns words of an answer that the right one does not have, and values of other visitors.
func strange(c clue) (texts []string) {
	for _, d := range c.differences {
		for _, word := range words(d.Got) {
			if !strings.Contains(d.Want, word) {
				texts = append(texts, word)
			}
		}
	}
	for _, l := range c.leaks {
		texts = append(texts, l.Value)
	}
	return texts
}

// mentions reports whether a request or its answer has one of some texts.
func mentions(e trial.Exchange, texts []string) bool {
	return slices.ContainsFunc(texts, func(text string) bool {
		return visitor.Carrier(e.Sent, text) != "" || shows(e.Answer, strings.ToLower(text))
	})
}

// joined returns the needs of two lists together.
func joined(a, b [][]int) (all [][]int) {
	for i := range a {
		all = append(all, slices.Concat(a[i], b[i]))
	}
	return all
}

// withNeeds returns some steps and all that they need, in order.
func withNeeds(needs [][]int, steps ...int) (all []int) {
	for _, i := range steps {
		all = append(append(all, withNeeds(needs, needs[i]...)...), i)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// partOf returns some steps of a run as a sequence, with visitors in the order in which they come.
func partOf(run []trial.Exchange, steps []int) (q trial.Sequence) {
	var visitors []int
	for _, i := range steps {
		s := run[i].Step
		if !slices.Contains(visitors, s.Visitor) {
			visitors = append(visitors, s.Visitor)
		}
		s.Visitor, s.Batch, s.Connect = slices.Index(visitors, s.Visitor), 0, false
		q = append(q, s)
	}
	return q
}
