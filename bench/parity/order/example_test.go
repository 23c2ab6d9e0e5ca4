package order_test

import (
	"context"
	"fmt"
	"slices"

	"github.com/classibench/classibench/bench/parity/order"
	"github.com/classibench/classibench/bench/parity/trial"
)

// The first phases of a plan for two pages, and the pairs of routes that they cover.
func ExamplePlanner() {
	requests := []trial.Request{{Route: "home", Method: "GET", URL: "/"}, {Route: "ad", Method: "GET", URL: "/ad?id=3"}}
	coverage := order.NewCoverage(requests)
	for phase, sequence := range order.New(requests, 1).All() {
		if phase == "all routes" {
			break
		}
		coverage.Add(sequence)
		fmt.Printf("%s:", phase)
		for _, step := range sequence {
			fmt.Printf(" %s by %d", step.Request.URL, step.Visitor)
		}
		fmt.Println()
	}
	fmt.Println(coverage.Pairs(), "of", coverage.PairsOf(), "ordered pairs")
	// Output:
	// alone: / by 0
	// alone: /ad?id=3 by 0
	// visits after each other: / by 0 /ad?id=3 by 0 / by 0 /ad?id=3 by 0 / by 1 /ad?id=3 by 1 / by 0 /ad?id=3 by 0
	// all twice in a row: / by 0 / by 0 / by 1 /ad?id=3 by 0 /ad?id=3 by 0 /ad?id=3 by 1
	// copies at the same time: / by 0 / by 1 / by 2 / by 3 /ad?id=3 by 0 /ad?id=3 by 1 /ad?id=3 by 2 /ad?id=3 by 3
	// order given: / by 0 /ad?id=3 by 0
	// over new connections: / by 0 /ad?id=3 by 0 / by 0 /ad?id=3 by 0 / by 0 /ad?id=3 by 0 / by 0 /ad?id=3 by 0 / by 0 /ad?id=3 by 0 / by 0 /ad?id=3 by 0
	// over new connections: / by 0 / by 0 / by 0 / by 0 / by 0 / by 0 /ad?id=3 by 0 /ad?id=3 by 0 /ad?id=3 by 0 /ad?id=3 by 0 /ad?id=3 by 0 /ad?id=3 by 0
	// reversed: /ad?id=3 by 0 / by 0
	// 4 of 4 ordered pairs
}

// A program that greets the name of an earlier login. The probe of a real verification
// sends the sequence to both programs.
func ExampleShrink() {
	var s trial.Sequence
	for i := range 100 {
		s = append(s, trial.Step{Request: trial.Request{Method: "GET", URL: fmt.Sprintf("/ad?id=%d", i)}})
	}
	s[42].Request = trial.Request{Method: "POST", URL: "/login", Body: "name=ann"}
	probe := func(_ context.Context, s trial.Sequence) (bool, error) {
		return slices.ContainsFunc(s, func(step trial.Step) bool { return step.Request.URL == "/login" }), nil
	}
	shrunk, err := order.Shrink(context.Background(), s, 99, probe, order.Options{})
	if err != nil {
		fmt.Println(err)
	}
	for _, step := range shrunk.Sequence {
		fmt.Println(step.Request.Method, step.Request.URL)
	}
	fmt.Println("minimal:", shrunk.Minimal, "rate:", shrunk.Rate(), "probes:", shrunk.Probes)
	// Output:
	// POST /login
	// GET /ad?id=99
	// minimal: true rate: 1 probes: 14
}
