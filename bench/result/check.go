package result

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"github.com/classibench/classibench/bench/stats"
)

// checkKinds lists all kinds of checks in the order of a gate's checks.
var checkKinds = []checkKind{throughputCheck, routeCheck, gainCheck, baselineCheck, objectiveCheck}

// A checkKind is one kind of check. Each has a file of its own, check_NAME.go.
type checkKind struct {
	name  string
	judge func(*Result) []Check // none if the gate has no such check; depends on nothing but the result

	advisory func(*Gate) bool // it only warns; nil means never
	counts   func(Check) bool // it counts for the outcome; nil means always
	detail   bool             // the headline mentions it only if it fails

	effect  string                           // the effect that it detects; "" for none
	hint    string                           // advice if it is inconclusive; "" for moreTime
	seconds func(r *Result, c Check) float64 // spent on it alone; nil for none
}

// kind returns the kind of a check. The check of another version has a kind with a name only.
func (c Check) kind() checkKind {
	i := slices.IndexFunc(checkKinds, func(k checkKind) bool { return k.name == c.Name })
	if i < 0 {
		return checkKind{name: c.Name}
	}
	return checkKinds[i]
}

// Title returns the name of a check in tables.
func (c Check) Title() string { return strings.TrimSpace(c.Name + " " + c.Route) }

// Effect returns the effect that the MDE is about: "a loss". It is empty for a check
// without an MDE, such as that of an objective.
func (c Check) Effect() string { return c.kind().effect }

const moreTime = "give the gate more time with --budget, allow a larger loss with --max-loss"

// Hint returns advice for an inconclusive check.
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

// Weighs reports whether a check counts for the outcome.
func (g *Gate) Weighs(c Check) bool {
	counts := c.kind().counts
	return !g.Advises(c) && (counts == nil || counts(c))
}

// An Outcome is the result of a check, a verdict of package stats.
type Outcome = stats.Verdict

// The outcomes. Inconclusive means that the budget was too small to decide.
const (
	Pass         = stats.Pass
	Fail         = stats.Fail
	Inconclusive = stats.Inconclusive
)

// A Check is one criterion of a gate, with its outcome.
type Check struct {
	Name    string  `json:"name"`            // name of its kind
	Route   string  `json:"route,omitempty"` // if the check is about one route
	Outcome Outcome `json:"outcome"`
	Ratio   Float   `json:"ratio"` // candidate ÷ baseline
	Low     Float   `json:"low"`   // confidence bounds of the ratio
	High    Float   `json:"high"`
	Level   float64 `json:"level,omitempty"` // of the bounds: 1 − 2·alpha for throughput, valid at any look
	P       Float   `json:"p"`               // of a loss, adjusted for the number of routes
	MDE     Float   `json:"mde"`             // smallest loss that the check detects with 80% power
	Quads   int     `json:"quads,omitempty"`
	Look    int     `json:"look,omitempty"` // number of the deciding look
	Reason  string  `json:"reason"`         // a sentence
	Spread  *Spread `json:"spread,omitempty"`
}

// A Spread holds the two intervals behind the bounds of a throughput check; the wider one
// counts.
type Spread struct {
	Within  [2]Float `json:"within"`  // from the quads one by one: ratios
	Between [2]Float `json:"between"` // from the means of the sessions
	ACF1    Float    `json:"acf1"`    // lag-1 autocorrelation of the quads
}

var unknown = Float(math.NaN())

// undecided returns a check without measurements.
func undecided(name, reason string) Check {
	return Check{Name: name, Outcome: Inconclusive, Ratio: unknown, Low: unknown, High: unknown, P: unknown, MDE: unknown, Reason: reason}
}

func ratioBounds(i stats.Interval) [2]Float {
	r := i.Ratios()
	return [2]Float{Float(r.Low), Float(r.High)}
}
