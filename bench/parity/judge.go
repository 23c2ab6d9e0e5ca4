package parity

import (
	"context"
	"slices"
	"sync"

	"github.com/classibench/classibench/bench/parity/differ"
	"github.com/classibench/classibench/bench/parity/trial"
	"github.com/classibench/classibench/bench/parity/visitor"
)

// A judge compares the answers of both sides. Its methods may be called at the same time.
type judge struct {
	mu       sync.Mutex
	differ   *differ.Differ
	sessions *visitor.Sessions
	canaries *visitor.Canaries
	varied   map[string]int // how often the last answers of two runs of the baseline differed, by route and place
}

// A clue is what differs in the answers to a step.
type clue struct {
	step        int
	differences []differ.Difference
	leaks       []visitor.Leak
	right       *trial.Answer // of the baseline, where it was found; nil if that is not known
	chosen      bool          // it was looked for in several sequences, and this is the one that showed it
}

// found reports whether there is a difference.
func (c clue) found() bool { return len(c.differences)+len(c.leaks) > 0 }

// note reads a run of the baseline on fresh data: values that come again in another one are not
// always new.
func (j *judge) note(run []trial.Exchange) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.sessions.Note(run)
	j.differ.Note(run)
}

// learn reads two runs of the baseline for the same sequence on equal data, as long as ctx
// lasts: long pages take their time.
func (j *judge) learn(ctx context.Context, a, b []trial.Exchange) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.sessions.Learn(a, b)
	t := j.sessions.Neutral(trial.Trial{Baseline: a, Candidate: b})
	for i := 0; i < min(len(a), len(b)) && ctx.Err() == nil; i++ {
		j.differ.Learn(a[i].Step.Request, t.Baseline[i].Answer, t.Candidate[i].Answer)
	}
}

// learnLast is learn for the last step: the others are not compared.
func (j *judge) learnLast(a, b []trial.Exchange) {
	j.mu.Lock()
	defer j.mu.Unlock()
	last := len(a) - 1
	j.sessions.Learn(a, b)
	t, r := j.sessions.Neutral(trial.Trial{Baseline: a, Candidate: b}), a[last].Step.Request
	for _, d := range j.differ.Compare(r, t.Baseline[last].Answer, t.Candidate[last].Answer) {
		if j.varied == nil {
			j.varied = map[string]int{}
		}
		j.varied[r.Route+"\n"+string(d.Place)]++
	}
	j.differ.Learn(r, t.Baseline[last].Answer, t.Candidate[last].Answer)
}

// variedAt returns how often the baseline has differed from itself at the place of a clue, in a way
// that was not known then.
func (j *judge) variedAt(r trial.Request, c clue) (n int) {
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, d := range c.differences {
		n += j.varied[r.Route+"\n"+string(d.Place)]
	}
	return n
}

// same reports whether two answers of the baseline are equal but for what varies.
func (j *judge) same(r trial.Request, want, got trial.Answer) bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	if want.Failure != "" || got.Failure != "" {
		return len(failed(want, got)) == 0
	}
	return len(j.differ.Compare(r, want, got)) == 0
}

// isRight reports whether the last answer of a candidate is equal to the right one at the places of
// a clue. A clue of another visitor's value may also be at a place that varies, where the
// candidate's own answers have to show that no such value is there.
func (j *judge) isRight(c clue, run []trial.Exchange) bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	last := run[len(run)-1]
	if want := *c.right; want.Failure != "" || last.Answer.Failure != "" {
		return len(failed(want, last.Answer)) == 0
	}
	d := j.differ.Compare(last.Step.Request, *c.right, last.Answer)
	if len(c.leaks) > 0 {
		return len(d) == 0 && !j.mayLeak(run, *c.right)
	}
	return !c.same(clue{differences: d})
}

// mayLeak reports whether the last answer of a candidate may show a value of another visitor.
func (j *judge) mayLeak(run []trial.Exchange, right trial.Answer) bool {
	last := run[len(run)-1]
	marked := j.canaries != nil && len(j.canaries.Leaks(last.Step.Visitor, visitorsOf(trial.Trial{Candidate: run}), last.Answer, right)) > 0
	return marked || j.sessions.MayLeak(run)
}

// A comparison is a trial as the judge compares it, read once for all of its steps.
type comparison struct {
	trial   trial.Trial
	neutral trial.Trial            // without identifiers that a side made
	leaks   map[int][]visitor.Leak // of identifiers, by step
}

func (j *judge) read(t trial.Trial) comparison {
	return comparison{t, j.sessions.Neutral(t), j.sessions.Leaks(t)}
}

// readAll reads the candidate's exchanges beside several runs of the baseline.
func (j *judge) readAll(t trial.Trial, more ...[]trial.Exchange) []comparison {
	all := []comparison{j.read(t)}
	for _, base := range more {
		all = append(all, j.read(trial.Trial{Baseline: base, Candidate: t.Candidate}))
	}
	return all
}

// clues returns what differs in a trial, step by step, as long as ctx lasts.
func (j *judge) clues(ctx context.Context, t trial.Trial) (all []clue) {
	j.mu.Lock()
	defer j.mu.Unlock()
	read := j.readAll(t)
	for i := 0; i < min(len(t.Baseline), len(t.Candidate)) && ctx.Err() == nil; i++ {
		if c := j.least(i, read); c.found() {
			all = append(all, c)
		}
	}
	return all
}

// clue returns what differs in the answers to a step. More are further runs of the
// baseline: an answer that equals that of any of them is right.
func (j *judge) clue(step int, t trial.Trial, more ...[]trial.Exchange) clue {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.least(step, j.readAll(t, more...))
}

// clueOf learns from further runs of the baseline, and returns what differs in a step.
func (j *judge) clueOf(step int, t trial.Trial, more [][]trial.Exchange) clue {
	for _, again := range more {
		j.learnLast(t.Baseline[:step+1], again[:step+1])
	}
	return j.clue(step, t, more...)
}

// least returns the fewest differences of a step from any run of the baseline.
func (j *judge) least(step int, all []comparison) clue {
	c := clue{step: step}
	for i, r := range all {
		d, leaks := j.differences(step, r), j.leaks(step, r)
		if i == 0 || len(d) < len(c.differences) {
			c.differences = d
		}
		if i == 0 || len(leaks) < len(c.leaks) {
			c.leaks = leaks
		}
	}
	return c
}

func (j *judge) differences(step int, r comparison) []differ.Difference {
	want, got := r.trial.Baseline[step].Answer, r.trial.Candidate[step].Answer
	if want.Failure != "" || got.Failure != "" {
		return failed(want, got)
	}
	return j.differ.Compare(r.trial.Baseline[step].Step.Request, r.neutral.Baseline[step].Answer, r.neutral.Candidate[step].Answer)
}

// failed compares two answers of which at least one is missing.
func failed(want, got trial.Answer) []differ.Difference {
	if want.Failure != "" && got.Failure != "" {
		return nil
	}
	return []differ.Difference{{Place: placeOfAnswer, Want: outcome(want), Got: outcome(got)}}
}

// placeOfAnswer is the place of a difference if one side gives no answer.
const placeOfAnswer differ.Place = "answer"

func (j *judge) leaks(step int, r comparison) []visitor.Leak {
	leaks := r.leaks[step]
	if j.canaries != nil {
		e := r.trial.Candidate[step]
		leaks = slices.Concat(leaks, j.canaries.Leaks(e.Step.Visitor, visitorsOf(r.trial), e.Answer, r.trial.Baseline[step].Answer))
	}
	return leaks
}

func visitorsOf(t trial.Trial) (n int) {
	for _, e := range t.Candidate {
		n = max(n, e.Step.Visitor+1)
	}
	return n
}

// stuck returns the places where the candidate repeats values that are always new for the
// baseline.
func (j *judge) stuck(base, cand []trial.Exchange) []differ.Difference {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.differ.Stuck(base, cand)
}

// isChosen reports whether a clue is a repetition of a value that the baseline chooses from a set.
func (j *judge) isChosen(r trial.Request, c clue) bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, d := range c.differences {
		if !d.Stuck || !j.differ.Chosen(r, d) {
			return false
		}
	}
	for _, l := range c.leaks {
		if chosen, _ := j.sessions.Chosen(l); !chosen || l.Like != "" {
			return false
		}
	}
	return c.found()
}

// drawn returns the number of different values of the baseline, of which the candidate repeats one
// of its own: in a clue of a stuck value, or of an identifier of another visitor.
func (j *judge) drawn(c clue) (n int) {
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, d := range c.differences {
		n = max(n, d.Drawn)
	}
	for _, l := range c.leaks {
		_, of := j.sessions.Chosen(l)
		n = max(n, of)
	}
	return n
}

// sent reports whether a clue has a value that another visitor sent: no program shows one by chance.
func (c clue) sent() bool {
	return slices.ContainsFunc(c.leaks, func(l visitor.Leak) bool { return l.Like != "" })
}

// shared reports whether the candidate fixed a value with an earlier answer.
func (j *judge) shared(earlier, later differ.Exposure) bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.differ.Shared(earlier, later)
}

// same reports whether a clue is about the same difference as another: at one of its
// places, or about another visitor's value too.
func (c clue) same(other clue) bool {
	if len(c.leaks) > 0 && len(other.leaks) > 0 {
		return true
	}
	return slices.ContainsFunc(c.differences, func(d differ.Difference) bool {
		return slices.ContainsFunc(other.differences, func(e differ.Difference) bool { return d.Place == e.Place })
	})
}

// main returns the difference that stands for the clue.
func (c clue) main() differ.Difference {
	if len(c.differences) > 0 {
		return c.differences[0]
	}
	l := c.leaks[0]
	return differ.Difference{Place: differ.Place(l.Place), Want: "nothing of another visitor", Got: l.Value}
}
