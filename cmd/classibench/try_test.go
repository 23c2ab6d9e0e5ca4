package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"

	"github.com/spf13/pflag"

	"github.com/classibench/classibench/bench/answers"
	"github.com/classibench/classibench/bench/instance"
	"github.com/classibench/classibench/bench/load"
	"github.com/classibench/classibench/bench/target"
	"github.com/classibench/classibench/bench/usage"
	"github.com/classibench/classibench/internal/candidate"
	"github.com/classibench/classibench/scenarios"
)

// tryKey names the variable with which "classibench compare" of the tests tries its scenario
// instead of measuring it.
const tryKey = "CLASSIBENCH_TRY"

func mainOrTry() {
	if os.Getenv(tryKey) == "" {
		main()
		return
	}
	os.Unsetenv(tryKey) // the targets' gateways are this program, too
	if err := try(os.Args[2:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// A tried reports on the targets of a scenario.
type tried struct {
	Owner     int
	Processes map[string][]int // by target
}

// try starts all targets of a scenario, sends them the same requests, prints a
// tried, and waits for the end of its input.
func try(args []string) error {
	s, err := tryScenario(args)
	if err != nil {
		return err
	}
	requests, err := load.NewRequests(s.Mix, s.Draw, nil, 1)
	if err != nil {
		return err
	}
	setup, err := candidate.New(context.Background(), s, s.Targets, candidate.Options{Share: true})
	if err != nil {
		return err
	}
	defer setup.Close()
	candidates, err := setup.Candidates(context.Background(), s.Targets)
	if err != nil {
		return err
	}
	found := tried{os.Getpid(), map[string][]int{}}
	var same pages
	for _, c := range candidates {
		r, err := startCandidate(c)
		if err != nil {
			return err
		}
		if err := same.ask(r.URL(), requests, len(s.Mix)); err != nil {
			return fmt.Errorf("%s: %w\n%s", c.Name, err, r.Output())
		}
		if found.Processes[c.Name], err = processes(r); err != nil {
			return err
		}
	}
	if err := json.NewEncoder(os.Stdout).Encode(found); err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, os.Stdin)
	return err
}

// tryScenario returns the scenario that the arguments of compare name, or that their flags
// describe.
func tryScenario(args []string) (*scenarios.Scenario, error) {
	flags, own := pflag.NewFlagSet("try", pflag.ContinueOnError), ownPair{}
	own.flags(flags)
	if err := flags.Parse(args); err != nil {
		return nil, err
	}
	if own.baseline == "" {
		return scenarios.Load(flags.Arg(0))
	}
	own.requests.bodies = flags.Args()
	s, _, err := own.scenario(context.Background())
	if err != nil {
		return nil, err
	}
	s, _, err = (&program{}).source(s)
	return s, err
}

func startCandidate(c instance.Candidate) (*target.Running, error) {
	t, err := c.Fresh(context.Background())
	if err != nil {
		return nil, err
	}
	return t.Start(context.Background())
}

func processes(r *target.Running) ([]int, error) {
	tree, err := usage.NewTree(r.Roots)
	if err != nil {
		return nil, err
	}
	defer tree.Close()
	return tree.Members()
}

// pages are the answers of the first target, which the others must give as well.
type pages []*answers.Page

// ask sends a few requests of each route.
func (a *pages) ask(url string, requests *load.Requests, routes int) error {
	first := len(*a) == 0
	for i, q := range few(requests, routes) {
		body, err := send(url, q)
		if err != nil {
			return err
		}
		got := answers.Answer{Status: q.Status, Body: body, From: strings.TrimPrefix(url, "http://")}
		if first {
			*a = append(*a, answers.Learn(got))
		} else if d := (*a)[i].Compare(got); d != nil && q.Method == http.MethodGet {
			return fmt.Errorf("%s %s: got %s, and the first target answers %s", q.Method, q.URI, d.Got, d.Want)
		}
	}
	return nil
}

// few returns up to five requests of each route, route by route, each of them at most twice,
// since a page may take long.
func few(requests *load.Requests, routes int) (all []load.Request) {
	const each = 5
	seen := map[string]int{}
	for i := range routes * each {
		var q load.Request
		requests.Only(i/each).Fill(&q, uint64(i))
		key := fmt.Sprintf("%s %s %s", q.Method, q.URI, q.Body)
		if seen[key]++; seen[key] <= 2 {
			all = append(all, q)
		}
	}
	return all
}

// send returns the body of a right answer.
func send(url string, q load.Request) ([]byte, error) {
	r, err := http.NewRequest(q.Method, url+string(q.URI), bytes.NewReader(q.Body))
	if err != nil {
		return nil, err
	}
	if q.Body != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	response, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err == nil && (response.StatusCode != q.Status || !bytes.Contains(body, q.Marker)) {
		err = fmt.Errorf("%s %s: %s, want %d with %q: %s", q.Method, q.URI, response.Status, q.Status, q.Marker, body)
	}
	return body, err
}
