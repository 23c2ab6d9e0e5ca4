package differ

import (
	"fmt"
	"maps"
	"slices"

	"github.com/classibench/classibench/bench/parity/trial"
)

// A Lesson is two answers of the baseline to the same request on equal data that differ:
// a mask was learned from them. Another differ that reads them has the same masks.
type Lesson struct {
	Request trial.Request
	A, B    trial.Answer
}

// mostLessons limits the lessons of a route that are kept. Those after them, of a place that
// varies in many ways, teach little.
const mostLessons = 64

// Lessons returns those from which the masks were learned, by route, in their order.
func (d *Differ) Lessons() (all []Lesson) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, route := range slices.Sorted(maps.Keys(d.routes)) {
		if d.routes[route].broken == "" {
			all = append(all, d.routes[route].lessons...)
		}
	}
	return all
}

// keep notes two answers, if they differ by more than the masks allow.
func (l *learner) keep(request trial.Request, a, b trial.Answer, first, second answer) {
	if len(l.masks.lessons) < mostLessons && first.failure == "" && second.failure == "" && (l.differ(first, second) || l.differ(second, first)) {
		l.masks.lessons = append(l.masks.lessons, Lesson{request, a, b})
	}
}

// Read learns from lessons of another differ. The error names the first one that is not
// about answers that vary; it continues a sentence that begins with the number of the lesson.
func (d *Differ) Read(lessons []Lesson) (n int, err error) {
	for i, l := range lessons {
		if len(d.Compare(l.Request, l.A, l.B)) == 0 && len(d.fresh().Compare(l.Request, l.A, l.B)) == 0 {
			return i, fmt.Errorf("has two answers to %s that do not differ, so it masks nothing", route(l.Request))
		}
		d.Learn(l.Request, l.A, l.B)
		if why := d.Unmaskable(route(l.Request)); why != "" {
			return i, fmt.Errorf("has two answers to %s that cannot be compared: %s", route(l.Request), why)
		}
	}
	return len(lessons), nil
}

// fresh returns a differ with the same declarations that has learned nothing.
func (d *Differ) fresh() *Differ {
	return &Differ{ignored: d.ignored, declared: d.declared, routes: map[string]*masks{}}
}
