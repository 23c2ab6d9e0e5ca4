package history

import (
	"math"
	"slices"

	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/bench/stats"
)

// A Level is a stretch of points without a change.
type Level struct {
	From  int     `json:"from"`  // its first point
	To    int     `json:"to"`    // its last point
	Value float64 `json:"value"` // geometric mean of its points
}

// A Step is a change from one level to the next.
type Step struct {
	Before int          `json:"before"` // the last point before it
	After  int          `json:"after"`  // the first point after it
	From   Commit       `json:"from"`   // the commits of these points: the change came with the latter, or between them
	To     Commit       `json:"to"`
	Change float64      `json:"change"` // −0.06 is a loss of 6%
	Low    result.Float `json:"low"`    // 95% confidence interval of the change
	High   result.Float `json:"high"`
	P      float64      `json:"p"` // share of shuffled histories that look as changed
}

// LeastRuns is how many runs a history needs for a change to be found in it:
// five on each side.
const LeastRuns = 2 * leastSide

const (
	leastSide = 5
	// chanceLevel is how often a series without a change shows one. People look
	// at a history with several series after each commit: one in twenty would
	// teach them not to.
	chanceLevel  = 0.01
	permutations = 499
	seed         = 1
	stepLevel    = 0.95 // of a step's interval
)

// changes finds the steps between the levels of a series of logarithms: a loss
// of 6% is the same step wherever it begins.
//
// The interval of a step takes the place of the change as given. It was chosen
// as the one that differs most, so the step looks a little larger than it is.
func changes(d []float64) ([]Level, []Step) {
	found := stats.Changes{Least: leastSide, Level: chanceLevel, Permutations: permutations, Seed: seed}.Find(d)
	for {
		levels := levelsOf(d, found)
		steps := stepsOf(d, found, levels)
		weakest := weakest(steps)
		if weakest < 0 {
			return levels, steps
		}
		found = slices.Delete(found, weakest, weakest+1)
	}
}

// weakest returns the smallest of the steps that may be none, −1 if there is
// no such step. E-Divisive finds any change of the distribution: where only the
// spread changed, there is nothing to mark.
func weakest(steps []Step) int {
	least := -1
	for i, s := range steps {
		if s.Low <= 0 && s.High >= 0 && (least < 0 || math.Abs(s.Change) < math.Abs(steps[least].Change)) {
			least = i
		}
	}
	return least
}

func levelsOf(d []float64, found []stats.Change) []Level {
	levels := []Level{}
	from := 0
	for i := range len(found) + 1 {
		to := len(d)
		if i < len(found) {
			to = found[i].Index
		}
		if from < to {
			levels = append(levels, Level{From: from, To: to - 1, Value: math.Exp(mean(d[from:to]))})
		}
		from = to
	}
	return levels
}

func stepsOf(d []float64, found []stats.Change, levels []Level) []Step {
	steps := []Step{}
	for i, c := range found {
		a, b := levels[i], levels[i+1]
		low, high := welch(d[a.From:a.To+1], d[b.From:b.To+1], stepLevel)
		steps = append(steps, Step{
			Before: c.Index - 1, After: c.Index, Change: b.Value/a.Value - 1,
			Low: result.Float(math.Expm1(low)), High: result.Float(math.Expm1(high)), P: c.P,
		})
	}
	return steps
}
