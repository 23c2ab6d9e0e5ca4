package result

import (
	"fmt"
	"slices"
	"strings"

	"github.com/classibench/classibench/bench/answers"
	"github.com/classibench/classibench/internal/unit"
)

// Answers describes how far the candidates answered like the baseline, before the
// measurement.
type Answers struct {
	Asked     int          `json:"asked"`               // number of requests, the same for all; the baseline got each twice
	Routes    int          `json:"routes"`              // number of routes among them
	Note      string       `json:"note,omitempty"`      // why some answers were not checked
	Different []Difference `json:"different,omitempty"` // one for each candidate, route and kind
}

// A Difference counts the requests of a route to which the answers of a candidate and the
// baseline differ, and keeps the first as an example.
type Difference struct {
	Candidate string `json:"candidate"`
	Route     string `json:"route"`
	Kind      string `json:"kind"` // "status", "type" of the content, or "text"
	Count     int    `json:"count"`
	Request   string `json:"request"`  // method and path
	Baseline  string `json:"baseline"` // its answer, or an excerpt
	Answer    string `json:"answer"`   // of the candidate
}

func (a *Answers) Add(d Difference) {
	for i, known := range a.Different {
		if known.Candidate == d.Candidate && known.Route == d.Route && known.Kind == d.Kind {
			a.Different[i].Count++
			return
		}
	}
	d.Count = 1
	a.Different = append(a.Different, d)
}

// DifferencesOf returns the differences of a candidate: those of status, or all others.
func (a *Answers) DifferencesOf(candidate string, status bool) []Difference {
	if a == nil {
		return nil
	}
	var all []Difference
	for _, d := range a.Different {
		if d.Candidate == candidate && (d.Kind == string(answers.Status)) == status {
			all = append(all, d)
		}
	}
	return all
}

// Warnings reports the differences, and the parts that were not checked.
func (a *Answers) Warnings(baseline string) (all []Warning) {
	var seen []string
	for _, d := range a.Different {
		if slices.Contains(seen, d.Candidate) {
			continue
		}
		seen = append(seen, d.Candidate)
		if pages := a.DifferencesOf(d.Candidate, false); len(pages) > 0 {
			all = append(all, Warning{"answers." + d.Candidate, a.pagesWarning(d.Candidate, baseline, pages)})
		}
	}
	if a.Note != "" {
		all = append(all, Warning{"answers", a.Note})
	}
	return all
}

// pagesWarning describes which pages of a candidate are different.
func (a *Answers) pagesWarning(candidate, baseline string, pages []Difference) string {
	total := 0
	var routes []string
	for _, d := range pages {
		total += d.Count
		if route := fmt.Sprintf("%q", d.Route); !slices.Contains(routes, route) {
			routes = append(routes, route)
		}
	}
	return fmt.Sprintf("%s answers %d of %s with another page than %s (%s %s): they may not do the same work; %s",
		candidate, total, unit.Count(a.Asked, "request"), baseline,
		map[bool]string{true: "route", false: "routes"}[len(routes) == 1], strings.Join(routes, ", "), example(pages[0], baseline))
}

// example shows both sides of a difference.
func example(d Difference, baseline string) string {
	return fmt.Sprintf("to %s %s answers %s and %s %s", d.Request, baseline, quotedText(d.Baseline), d.Candidate, quotedText(d.Answer))
}

func quotedText(s string) string { return "“" + s + "”" }
