package parity

import (
	"context"
	"slices"
	"time"
)

// Limits of the search for a value that is repeated.
const (
	leastStill = 6 // times after a pause, however long they take
	stillShare = 4 // a quarter of the time that is left, for more
)

// stillStuck looks for a repeated value after a pause. A value that is made of the time is new
// then: such as a digest of the second, which changes between two requests to a slow baseline.
func (h *hunt) stillStuck(ctx context.Context, f *found) error {
	q := slices.Clone(f.best)
	q[len(q)-1].Pause = max(q[len(q)-1].Pause, h.clockPause(tookBy(f.trial, 0)))
	return h.still(ctx, f, true, func(ctx context.Context) (bool, error) {
		got, _, err := h.lookStuck(ctx, q, f.last)
		return got.found(), err
	})
}

// stillLeaks looks for an identifier that the candidate made for another visitor: it may be one of
// a few that both programs choose from.
func (h *hunt) stillLeaks(ctx context.Context, f *found) error {
	return h.still(ctx, f, false, func(ctx context.Context) (bool, error) { return h.shows(ctx, f.best, f.clue, f.how()) })
}

// still looks for a value that the candidate repeats, until chance does not explain that. One that
// shows seldom is looked for more often, and left open without the time for that. It must show at
// least once if that is required.
func (h *hunt) still(ctx context.Context, f *found, required bool, look func(context.Context) (bool, error)) error {
	t := tally{shown: max(0, f.shrunk.Shown-1), sent: max(0, f.shrunk.Repeated-1)} // one was chosen since it showed
	end := time.Now().Add(h.left(ctx) / stillShare)
	for i, missed := 0, 0; ; i++ {
		victim := f.victim().Request
		switch {
		case h.judge.isChosen(victim, f.last), missed >= trialsOf(f):
			f.explained = true
			return nil
		case (i > missed || !required) && (isTime(f.last.main().Got) || repeatedByChance(t.shown, t.sent, h.judge.drawn(f.last)) <= mostChance):
			return nil
		case i >= mostTrials, i >= leastStill && time.Now().After(end):
			f.open = f.tooFew()
			return nil
		}
		shows, err := look(ctx)
		if err != nil {
			f.open = f.tooFew()
			return err
		}
		if missed++; shows {
			missed = 0
		}
		t = t.with(repetition{shows: shows})
	}
}
