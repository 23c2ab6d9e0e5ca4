package reporttest

import (
	"math"
	"math/rand/v2"

	"github.com/classibench/classibench/bench/result"
)

// costRounds returns rounds in which a request costs these milliseconds of CPU time, ± 4%, in
// a gateway and in a program behind it.
func costRounds(seed uint64, gateway, program float64) (all []result.CostRound) {
	rng := rand.New(rand.NewPCG(seed, 11))
	near := func(x float64) float64 { return x * math.Exp(0.04*rng.NormFloat64()) }
	for range 12 {
		const n = 40
		g := result.Account{CPU: n * near(gateway) / 1e3, Faults: n * 2, Switches: n * 11}
		p := result.Account{CPU: n * near(program) / 1e3, Faults: result.Float(n * math.Round(30*program)), Switches: n * 3}
		r := result.CostRound{Requests: n, Seconds: 1.1*(g.CPU+p.CPU) + n*4e-5}
		r.Tree = &result.Account{CPU: g.CPU + p.CPU, Faults: g.Faults + p.Faults, Switches: g.Switches + p.Switches}
		if gateway > 0 {
			r.Gateway = &g
		}
		all = append(all, r)
	}
	return all
}

// costRoutes returns the costs of each route of the sample.
func costRoutes(gateway, before, work float64) (all []result.RouteCost) {
	for i, name := range SampleRoutes {
		all = append(all, result.RouteCost{Route: name, Measured: costRounds(uint64(20+i), gateway, before+SampleWork[i]*work)[:4]})
	}
	return all
}

// withCosts adds the costs of a CGI program in all parts; that of the start-up is almost 0.
func withCosts(r *result.Result) {
	r.Costs = result.EstimateCosts(result.Costs{
		"cgi": {Program: "an empty Go program", Routes: costRoutes(0.31, 1.26, 0.148), Measured: result.CostRounds{
			Target: costRounds(1, 0.31, 1.41), Process: costRounds(2, 0.3, 0.42), Runtime: costRounds(3, 0.3, 1.23),
		}},
		"persistent": {Routes: costRoutes(0, 0, 0.148), Measured: result.CostRounds{Target: costRounds(4, 0, 0.148)}},
	}, r.Targets)
}

// withFewCosts adds incomplete costs of some targets, with the warnings about these.
func withFewCosts(r *result.Result) {
	unknown := costRounds(7, 0, 0.2)
	for i := range unknown {
		unknown[i].Tree = nil
	}
	r.Costs = result.EstimateCosts(result.Costs{
		"cgi": {
			Missing:  map[string]string{result.PartRuntime: "no command go is installed: an empty Go program cannot be built beside ./cgi"},
			Measured: result.CostRounds{Target: costRounds(1, 0.31, 1.41), Process: costRounds(2, 0.3, 0.42)},
		},
		"persistent":             {Measured: result.CostRounds{Target: unknown}},
		"fastcgi behind a proxy": {Measured: result.CostRounds{Target: costRounds(5, 0.09, 0.16)}},
	}, r.Targets)
	r.Warnings = append(r.Warnings, result.Warning{About: result.AboutCosts, Text: "the machine was busy while costs were measured"})
}
