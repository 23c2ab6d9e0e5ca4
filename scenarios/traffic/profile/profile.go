// Package profile describes traffic: how it is spread over time, and what it requests.
//
// [Of] reads hits and returns a Profile, and [Profile.Scenario] makes a scenario of it. Memory
// is bounded: of very many different targets or clients, those that come first are told apart.
package profile

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"net/url"
	"time"

	"github.com/classibench/classibench/scenarios/traffic/peak"
	"github.com/classibench/classibench/scenarios/traffic/trace"
)

// A Profile describes traffic.
type Profile struct {
	Start    time.Time      `json:"start"`
	Seconds  float64        `json:"seconds"` // from the start to the last hit
	Hits     int            `json:"hits"`
	Spread   bool           `json:"spread"` // times within a second were made
	Rate     float64        `json:"rps"`    // mean; of traffic in less than a second, its hits
	Hour     Busiest        `json:"busiest_hour"`
	Minute   Busiest        `json:"busiest_minute"`
	Minutes  []int          `json:"minutes_of_busiest_hour"`
	Steps    Steps          `json:"steps"`
	Routes   []Route        `json:"routes"` // the most frequent first
	Targets  Popularity     `json:"popularity"`
	Methods  map[string]int `json:"methods"`
	Statuses map[int]int    `json:"statuses"`
	Sizes    Sizes          `json:"sizes"`
	Clients  Clients        `json:"clients"`
	Unplaced int            `json:"unplaced,omitempty"` // hits of targets beyond those that are told apart

	PeakToMean float64 `json:"peak_to_mean"` // as compare --limits --traffic takes it, see peak.Meter

	peakOfHour bool
}

// Busiest is the busiest time of some length, wherever it begins (see peak.Meter). All of the
// traffic is, if that is shorter.
type Busiest struct {
	From       time.Time `json:"from"`
	Hits       int       `json:"hits"`
	Rate       float64   `json:"rps"`
	PeakToMean float64   `json:"peak_to_mean"`
}

// Steps are hits over time.
type Steps struct {
	Seconds int   `json:"seconds"` // of a step
	Hits    []int `json:"hits"`
}

// Popularity says how unevenly hits are spread over targets. Zipf is the exponent s for which
// the hits are most likely, if the k-th of the targets is requested in proportion to k^-s.
type Popularity struct {
	Different int     `json:"different"`
	Zipf      float64 `json:"zipf"`
	Top       float64 `json:"top_share"` // of the hits, for the most popular 1% of targets, at least one
	Ranks     []Rank  `json:"ranks"`     // some of them
}

// A Rank is a target: the most popular one has rank 1.
type Rank struct {
	Rank   int     `json:"rank"`
	Hits   int     `json:"hits"`
	Fitted float64 `json:"fitted"` // hits by Zipf's law
}

// Clients says who sent the hits.
type Clients struct {
	Different int     `json:"different"` // 0: not known
	Most      int     `json:"most"`      // hits of the client with most
	Top       float64 `json:"top_share"` // of the hits, for the busiest 1% of clients, at least one
	Beyond    int     `json:"beyond,omitempty"`
}

// mostDifferent bounds the targets, and the clients, that are told apart.
const mostDifferent = 200_000

// A counter counts up to so many different values.
type counter struct {
	n      map[string]int
	beyond int
}

func (c *counter) add(value string) {
	if _, known := c.n[value]; !known && len(c.n) == mostDifferent {
		c.beyond++
		return
	}
	c.n[value]++
}

// Of describes traffic. An error is one of reading it.
func Of(ctx context.Context, about trace.About, hits iter.Seq2[*trace.Hit, error]) (*Profile, error) {
	p := &Profile{Start: about.Start, Spread: about.Spread, Methods: map[string]int{}, Statuses: map[int]int{}}
	targets, clients := counter{n: map[string]int{}}, counter{n: map[string]int{}}
	times, minutes := peak.NewMeter(), map[int]int{}
	for h, err := range hits {
		if err := errors.Join(err, ctx.Err()); err != nil {
			return nil, err
		}
		target, err := targetOf(h)
		if err != nil {
			return nil, err
		}
		p.Hits++
		p.Seconds = h.At.Seconds()
		times.Add(h.At)
		minutes[int(h.At/time.Minute)]++
		p.Methods[h.Method]++
		p.Statuses[h.Status]++
		p.Sizes.add(h.Size)
		targets.add(h.Method + " " + target)
		if h.Client != "" {
			clients.add(h.Client)
		}
	}
	if p.Hits == 0 {
		return nil, errors.New("the traffic has no request")
	}
	p.overTime(times, minutes)
	p.Sizes.finish()
	p.Routes, p.Unplaced = routes(targets.n), targets.beyond
	p.Targets = popularity(counts(targets.n))
	p.Clients = clientsOf(clients)
	return p, nil
}

// targetOf returns the path and query of a hit.
func targetOf(h *trace.Hit) (string, error) {
	u, err := url.Parse(h.URL)
	if err != nil {
		return "", fmt.Errorf("at %v: %w", h.At, err)
	}
	return u.RequestURI(), nil
}

func clientsOf(c counter) Clients {
	all := counts(c.n)
	if len(all) == 0 {
		return Clients{}
	}
	return Clients{Different: len(all), Most: all[0], Top: topShare(all), Beyond: c.beyond}
}
