package history

import (
	"math"
	"slices"

	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/bench/stats"
)

// A Level is a range of points without a change.
type Level struct {
	From  int     `json:"from"`  // its first point
	To    int     `json:"to"`    // its last point
	Value float64 `json:"value"` // geometric mean of its points
}

// A Step is a change from one level to the next.
type Step struct {
	Before int          `json:"before"` // the last point before it
	After  int          `json:"after"`  // the first point after it
	From   Commit       `json:"from"`   // the commits of these points: the change is in To or between them
	To     Commit       `json:"to"`
	Change float64      `json:"change"` // −0.06 is a loss of 6%
	Low    result.Float `json:"low"`    // 95% confidence interval of the change
	High   result.Float `json:"high"`
	P      float64      `json:"p"` // share of shuffled histories with as large a change
}

// LeastRuns is the least number of runs of a history in which a change can be found: five
// on each side.
const LeastRuns = 2 * leastSide

const (
	leastSide = 5
	// chanceLevel is the share of series without a change that show one. A history has
	// several series and is read after each commit, so 5% would be too many false alarms.
	chanceLevel  = 0.01
	permutations = 499
	seed         = 1
	stepLevel    = 0.95 // of a step's interval
)

// changes finds the steps between the levels of a series of logarithms, in which a loss of
// 6% has the same size at any level.
//
// The interval of a step treats its place as known. The place was chosen for the largest
// difference, so the step looks a little larger than it is.
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

// weakest returns the smallest step whose interval contains 0, −1 if there is none.
// E-Divisive finds any change of the distribution, also one of the spread alone, which is
// not a step.
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
