package result

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"github.com/classibench/classibench/bench/stats"
)

// checkKinds are all kinds of checks, in the order in which a gate has them.
var checkKinds = []checkKind{throughputCheck, routeCheck, gainCheck, baselineCheck, objectiveCheck}

// A checkKind is one kind of check. Each has a file of its own, check_NAME.go.
type checkKind struct {
	name  string
	judge func(*Result) []Check // none if nothing was asked; depends on nothing but the result

	advisory func(*Gate) bool // it only warns; nil is never
	counts   func(Check) bool // it has a say in the outcome; nil is always
	detail   bool             // it is no headline unless it fails

	effect  string                           // that it could detect; "" is none
	hint    string                           // what helps where it is inconclusive; "" is moreTime
	seconds func(r *Result, c Check) float64 // that were spent on it alone; nil is none
}

// kind returns the kind of a check; the zero one for a check of another version.
func (c Check) kind() checkKind {
	i := slices.IndexFunc(checkKinds, func(k checkKind) bool { return k.name == c.Name })
	if i < 0 {
		return checkKind{name: c.Name}
	}
	return checkKinds[i]
}

// Title returns the name of a check in tables.
func (c Check) Title() string { return strings.TrimSpace(c.Name + " " + c.Route) }

// Effect returns the effect whose least detectable size is the MDE: "a loss"; empty for a
// check that detects none, such as whether an objective holds.
func (c Check) Effect() string { return c.kind().effect }

const moreTime = "give it more time with --budget, allow more with --max-loss"

// Hint returns what helps where the check is inconclusive.
func (c Check) Hint() string { return cmp.Or(c.kind().hint, moreTime) }

// Seconds returns the time that was spent on a check alone.
func (c Check) Seconds(r *Result) float64 {
	if seconds := c.kind().seconds; seconds != nil {
		return seconds(r, c)
	}
	return 0
}

// Advises reports whether a check only warns.
func (g *Gate) Advises(c Check) bool {
	advisory := c.kind().advisory
	return advisory != nil && advisory(g)
}

// Weighs reports whether a check has a say in the outcome.
func (g *Gate) Weighs(c Check) bool {
	counts := c.kind().counts
	return !g.Advises(c) && (counts == nil || counts(c))
}

// An Outcome is what a check found, as the test of a gate has it.
type Outcome = stats.Verdict

// The outcomes. Inconclusive means that the budget did not suffice to tell.
const (
	Pass         = stats.Pass
	Fail         = stats.Fail
	Inconclusive = stats.Inconclusive
)

// A Check is one thing that a gate asked, and the answer.
type Check struct {
	Name    string  `json:"name"`            // of its kind
	Route   string  `json:"route,omitempty"` // of a route's check
	Outcome Outcome `json:"outcome"`
	Ratio   Float   `json:"ratio"` // candidate ÷ baseline
	Low     Float   `json:"low"`   // confidence bounds of the ratio
	High    Float   `json:"high"`
	Level   float64 `json:"level,omitempty"` // of the bounds: 1 − 2·alpha for throughput, valid at whichever look it stopped
	P       Float   `json:"p"`               // of a loss, adjusted where there are several routes
	MDE     Float   `json:"mde"`             // smallest loss that would have been found with 80% power
	Quads   int     `json:"quads,omitempty"`
	Look    int     `json:"look,omitempty"` // at which it was decided
	Reason  string  `json:"reason"`         // in a sentence
	Spread  *Spread `json:"spread,omitempty"`
}

// A Spread is what the bounds of a check of throughput are made of: the wider of
// two intervals counts.
type Spread struct {
	Within  [2]Float `json:"within"`  // from the quads one by one: ratios
	Between [2]Float `json:"between"` // from the means of the sessions
	ACF1    Float    `json:"acf1"`    // lag-1 autocorrelation of the quads
}

var unknown = Float(math.NaN())

// undecided is a check of which nothing was measured.
func undecided(name, reason string) Check {
	return Check{Name: name, Outcome: Inconclusive, Ratio: unknown, Low: unknown, High: unknown, P: unknown, MDE: unknown, Reason: reason}
}

func ratioBounds(i stats.Interval) [2]Float {
	r := i.Ratios()
	return [2]Float{Float(r.Low), Float(r.High)}
}
