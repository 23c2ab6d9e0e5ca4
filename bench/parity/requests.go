package parity

import (
	"net/http"

	"github.com/classibench/classibench/bench/load"
	"github.com/classibench/classibench/bench/parity/trial"
	"github.com/classibench/classibench/scenarios"
	"github.com/classibench/classibench/scenarios/traffic"
)

// Numbers of requests that are drawn for the routes of a scenario.
const (
	drawnInAll    = 24
	drawnMost     = 3  // of a route
	drawnAttempts = 20 // draws without a new request, after which there is none
)

// Draw returns different requests of each route of a scenario, in rounds: one of each
// route in the order of the mix, and so on. The same seed draws the same requests.
func Draw(s *scenarios.Scenario, pools map[string]load.Pool, seed int64) ([]trial.Request, error) {
	list, err := load.NewRequests(s.Mix, s.Draw, pools, seed)
	if err != nil {
		return nil, err
	}
	each := min(max(drawnInAll/max(len(s.Mix), 1), 1), drawnMost)
	rounds := make([][]trial.Request, each)
	for i, route := range s.Mix {
		for n, r := range drawn(list.Only(i), route.Name, each) {
			rounds[n] = append(rounds[n], r)
		}
	}
	var all []trial.Request
	for _, round := range rounds {
		all = append(all, round...)
	}
	return all, nil
}

// drawn returns up to n different requests of a route.
func drawn(list *load.Requests, route string, n int) (all []trial.Request) {
	seen := map[string]bool{}
	var q load.Request
	for i, repeated := uint64(0), 0; len(all) < n && repeated < drawnAttempts; i++ {
		list.Fill(&q, i)
		r := requestOf(&q, route)
		if key := identity(r); seen[key] {
			repeated++
		} else {
			seen[key], repeated = true, 0
			all = append(all, r)
		}
	}
	return all
}

func requestOf(q *load.Request, route string) trial.Request {
	r := trial.Request{Route: route, Method: q.Method, URL: string(q.URI), Header: http.Header{}, Body: string(q.Body)}
	for _, f := range q.Header {
		r.Header.Add(f.Name, f.Value)
	}
	if q.Type != "" {
		r.Header.Set("Content-Type", q.Type)
	}
	return r
}

// maxListed is the number of requests of a list that are tried. The others would leave no
// time for pairs of them.
const maxListed = 60

// List returns the requests of a list in its order, the first ones if it is long, and the
// number of those left out. Requests that differ in their query or body only have one
// route.
func List(l *traffic.List) (all []trial.Request, left int) {
	for _, q := range l.Requests {
		if len(all) == maxListed {
			return all, len(l.Requests) - maxListed
		}
		r := trial.Request{Route: routeOf(q), Method: q.Method, URL: q.Path, Header: http.Header{}, Body: q.Body}
		for _, f := range q.Header {
			r.Header.Add(f.Name, f.Value)
		}
		if q.Type != "" {
			r.Header.Set("Content-Type", q.Type)
		}
		all = append(all, r)
	}
	return all, 0
}

// routeOf names the route of a request by its method and path.
func routeOf(q traffic.Request) string {
	path := q.Path
	for i := range path {
		if path[i] == '?' {
			path = path[:i]
			break
		}
	}
	return q.Method + " " + path
}
