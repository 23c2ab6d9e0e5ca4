package result

import (
	"maps"

	"github.com/classibench/classibench/bench/stats"
)

// costLevel is of the intervals of all costs.
const costLevel = 0.95

// EstimateCosts returns the costs with all parts that follow from the rounds. The first
// target is the baseline. The work of a CGI program is what the first target pays that does not
// start a process for each request and whose processes are known.
func EstimateCosts(measured Costs, targets []Target) Costs {
	out := Costs{}
	twin, hasTwin := twinOf(measured, targets)
	for _, t := range targets {
		m, ok := measured[t.Name]
		if !ok {
			continue
		}
		e := estimator{from: m.Measured, out: TargetCosts{
			Level: costLevel, Program: m.Program, Missing: maps.Clone(m.Missing), Measured: m.Measured, Routes: estimateRoutes(m.Routes),
		}}
		if e.out.Missing == nil {
			e.out.Missing = map[string]string{}
		}
		e.whole()
		if !perRequest(t) {
			e.persistent()
		} else {
			if hasTwin {
				e.out.WorkOf, e.work = twin, measured[twin].Measured.Target
			}
			e.cgi()
		}
		out[t.Name] = e.result()
	}
	return out
}

// perRequest reports whether each request starts the program of a target.
func perRequest(t Target) bool { return t.Kind == "cgi" }

// twinOf is the first target that keeps running, of those whose processes are known.
func twinOf(measured Costs, targets []Target) (name string, ok bool) {
	for _, t := range targets {
		rounds := measured[t.Name].Measured.Target
		if !perRequest(t) && len(rounds) > 0 && rounds[0].Tree != nil {
			return t.Name, true
		}
	}
	return "", false
}

// An estimator finds the parts of one target's costs.
type estimator struct {
	from CostRounds
	work []CostRound // of the target whose total is the work; nil if there is none
	out  TargetCosts
}

// whole finds the total and the time of an answer.
func (e *estimator) whole() {
	rounds := e.from.Target
	if len(rounds) == 0 {
		return
	}
	took := ratios(requestsOf(rounds), rounds, func(r CostRound) float64 { return r.Seconds })
	i := stats.TInterval(took, costLevel)
	e.out.Wall = &Wall{Seconds: mean(took), Low: Float(max(0, i.Low)), High: Float(i.High)}
	if total := accounts(rounds, CostRound.tree); total != nil {
		e.out.Total = costOf(total)
		return
	}
	e.missing(PartTotal, "its processes are not known: name them with pids")
}

func (e *estimator) missing(part, why string) {
	if e.out.Missing[part] == "" {
		e.out.Missing[part] = why
	}
}

// persistent finds the work of a target that keeps running. HTTP is a part of it, unless a
// gateway of ours does that.
func (e *estimator) persistent() {
	total := accounts(e.from.Target, CostRound.tree)
	if total == nil {
		return
	}
	gateway := accounts(e.from.Target, CostRound.gateway)
	if gateway == nil {
		e.out.Work = costOf(total)
		e.out.Work.With = []string{PartGateway}
		e.missing(PartGateway, "the program itself speaks HTTP: the work includes that")
		return
	}
	e.out.Gateway, e.out.Work = costOf(gateway), costOf(difference(total, gateway))
}

// A boundary is what a request has cost when a part of it is done, in each round.
type boundary struct {
	part string
	sum  []Account // nil where it is not known: the part then belongs to the next
}

// cgi finds the parts of a target that starts a process for each request: the process
// itself, its runtime, its start-up, and the work. Each is the difference of two accounts of
// the same round.
func (e *estimator) cgi() {
	all := accounts(e.from.Target, CostRound.program)
	gateway := accounts(e.from.Target, CostRound.gateway)
	if all == nil || gateway == nil {
		return
	}
	e.out.Gateway = costOf(gateway)
	bounds := []boundary{
		{PartProcess, accounts(e.from.Process, CostRound.program)},
		{PartRuntime, accounts(e.from.Runtime, CostRound.program)},
		{PartStartup, e.untilWork(all)},
		{PartWork, all},
	}
	for !e.split(bounds) {
	}
}

// untilWork is what a request has cost when only the work remains.
func (e *estimator) untilWork(all []Account) []Account {
	work := accounts(e.work, CostRound.program)
	if work == nil {
		work = accounts(e.work, CostRound.tree)
	}
	if work == nil {
		e.missing(PartStartup, "no other target keeps running, with processes that are known: the work cannot be told apart from the start-up")
		return nil
	}
	return difference(all, work)
}

// split makes parts of what lies between the boundaries. Where one comes out negative, beyond
// its uncertainty, the two before and after a boundary cannot be told apart: the boundary
// goes, and split reports that it has to be done again.
func (e *estimator) split(bounds []boundary) (done bool) {
	last := -1 // known boundary
	var with []string
	parts := map[string]*Cost{}
	for i, b := range bounds {
		if b.sum == nil {
			with = append(with, b.part)
			continue
		}
		c := costOf(difference(b.sum, before(bounds, last)))
		if c.High < 0 && (last >= 0 || i < len(bounds)-1) {
			e.drop(bounds, i, last)
			return false
		}
		c.With, with = with, nil
		parts[b.part], last = c, i
	}
	e.out.Process, e.out.Runtime, e.out.Startup, e.out.Work = parts[PartProcess], parts[PartRuntime], parts[PartStartup], parts[PartWork]
	return true
}

func before(bounds []boundary, last int) []Account {
	if last < 0 {
		return nil
	}
	return bounds[last].sum
}

// drop gives up the boundary after a part that came out negative, or before the last part.
func (e *estimator) drop(bounds []boundary, i, last int) {
	if i == len(bounds)-1 {
		i = last
	}
	bounds[i].sum = nil
	e.missing(bounds[i].part, "it costs too little to be told apart")
}

// result is what was found. A part that is shown by itself is not missing.
func (e *estimator) result() TargetCosts {
	maps.DeleteFunc(e.out.Missing, func(part, _ string) bool { return e.out.Part(part) != nil })
	if len(e.out.Missing) == 0 {
		e.out.Missing = nil
	}
	return e.out
}

func (r CostRound) tree() *Account    { return r.Tree }
func (r CostRound) gateway() *Account { return r.Gateway }

// program is what the processes behind a gateway used.
func (r CostRound) program() *Account {
	if r.Tree == nil || r.Gateway == nil {
		return nil
	}
	rest := r.Tree.minus(*r.Gateway)
	return &rest
}
