package trial

import (
	"slices"
	"time"
)

// Draws keep the values that runs of the baseline showed at places where they vary. A place that
// shows a value in two runs, each on fresh data, takes it from a set, such as quotes or the sides
// of a die: it is not new each time, so a repetition by the candidate may be chance. The zero
// value has no runs.
type Draws struct {
	run    int
	size   int
	values map[string]map[string]drawn // by place
	again  map[string][]string         // values that two runs showed, by place
}

// drawn is where a value was seen first.
type drawn struct {
	run int
	at  time.Time
}

// keptFor is how long a value may be the same because it is made of the time, such as a digest
// of the second.
const keptFor = 2 * time.Second

// mostDraws limits the values that are kept. The places where they repeat are kept for ever.
const mostDraws = 1 << 15

// Begin begins another run.
func (d *Draws) Begin() {
	if d.run++; d.values == nil || d.size > mostDraws {
		d.values, d.size = map[string]map[string]drawn{}, 0
	}
	if d.again == nil {
		d.again = map[string][]string{}
	}
}

// Add adds the value at a place of an answer in the run.
func (d *Draws) Add(place, value string, at time.Time) {
	if d.values[place] == nil {
		d.values[place] = map[string]drawn{}
	}
	switch first, known := d.values[place][value]; {
	case !known:
		d.values[place][value] = drawn{d.run, at}
		d.size++
	case first.run != d.run && at.Sub(first.at) > keptFor && !slices.Contains(d.again[place], value):
		d.again[place] = append(d.again[place], value)
	}
}

// Distinct returns the number of different values that were seen at a place.
func (d *Draws) Distinct(place string) int { return len(d.values[place]) }

// Repeats reports whether two runs showed the same value at a place. Values for which known
// returns true do not count; it may be nil.
func (d *Draws) Repeats(place string, known func(value string) bool) bool {
	return slices.ContainsFunc(d.again[place], func(v string) bool { return known == nil || !known(v) })
}
