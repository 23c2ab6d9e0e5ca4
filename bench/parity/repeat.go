package parity

import (
	"context"
	"regexp"
	"slices"
	"strconv"

	"github.com/classibench/classibench/bench/parity/trial"
)

// Numbers of the victims and of the rounds in a sequence of repetitions.
const (
	moreVictims = 4
	moreRounds  = 2
)

// repeats sends the sequence, the victim some more times, and then the sequence again: over
// connections of their own, so that other workers get requests as well.
func (h *hunt) repeats(ctx context.Context, f *found) error {
	if f.hangs() {
		return nil
	}
	q := slices.Concat(f.best, slices.Repeat(trial.Sequence{f.victim()}, moreVictims), slices.Repeat(f.best, moreRounds))
	c := h.pair.candidate
	c.watch = func(int) { c.client.close() }
	defer func() { c.watch = nil }()
	t, err := h.pair.play(ctx, unhurried(q), trial.How{})
	if err != nil {
		return err
	}
	n := len(f.best)
	h.compareRepeats(f, t, n-1, 2*n-1+moreVictims, 3*n-1+moreVictims)
	return nil
}

// compareRepeats reads repetitions. The rounds are the numbers of the victims after each
// time that the requests before it were sent.
func (h *hunt) compareRepeats(f *found, t trial.Trial, rounds ...int) {
	wrong := func(i int) bool { return h.judge.clue(i, t).same(f.last) }
	differs := 0
	for i := range moreVictims + 1 {
		differs += btoi(wrong(rounds[0] + i))
	}
	always := differs == moreVictims+1
	f.seen.repeated = true
	f.seen.alternate = differs > 1 && !always
	f.seen.rotates = always && !(wrong(rounds[1]) && wrong(rounds[2]))
	constant := h.judge.same(f.victim().Request, t.Baseline[rounds[0]].Answer, t.Baseline[rounds[2]].Answer)
	f.seen.adds = always && constant && grow(h.texts(f, t, rounds))
}

// texts returns the texts of the candidate at the place of the difference, or else its
// bodies.
func (h *hunt) texts(f *found, t trial.Trial, steps []int) (texts []string, ofPlace bool) {
	var bodies []string
	for _, i := range steps {
		bodies = append(bodies, string(t.Candidate[i].Answer.Body))
		if c := h.judge.clue(i, t); c.found() && c.main().Place == f.last.main().Place {
			texts = append(texts, c.main().Got)
		}
	}
	if len(texts) == len(steps) {
		return texts, true
	}
	return bodies, false
}

// grow reports whether each text is longer than the one before, or has a higher number in
// the same place.
func grow(texts []string, numbers bool) bool {
	longer, higher := true, numbers
	for i, text := range texts[1:] {
		longer = longer && len(text) > len(texts[i])
		higher = higher && isHigher(texts[i], text)
	}
	return longer || higher
}

var number = regexp.MustCompile(`[0-9]+`)

// isHigher reports whether two texts differ in numbers only, and those of the second one are
// higher.
func isHigher(a, b string) bool {
	if a == b || number.ReplaceAllString(a, "") != number.ReplaceAllString(b, "") {
		return false
	}
	those := number.FindAllString(b, -1)
	for i, text := range number.FindAllString(a, -1) {
		x, _ := strconv.ParseInt(text, 10, 64) // digits; one that is too large is the largest
		y, _ := strconv.ParseInt(those[i], 10, 64)
		if x > y {
			return false
		}
	}
	return true
}
