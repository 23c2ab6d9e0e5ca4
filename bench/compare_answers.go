package bench

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/classibench/classibench/bench/answers"
	"github.com/classibench/classibench/bench/instance"
	"github.com/classibench/classibench/bench/load"
	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/internal/unit"
	"github.com/classibench/classibench/scenarios"
)

// Before the measurement, all sides get the same requests of safe methods (RFC 9110 §9.2.1),
// route by route, since a side that answers differently does other work. The last request
// begins within a twelfth of the budget.
const (
	maxCompared    = 60
	comparingShare = 12
	minComparing   = time.Second
	maxComparing   = 5 * time.Second
	answerTimeout  = 15 * time.Second
)

// An answersComparison sends all instances the same requests and compares their answers.
type answersComparison struct {
	instances []*instance.Instance // the baseline first
	requests  *load.Requests
	found     *result.Answers
}

// compareAnswers sends all instances, the baseline first, the same requests of the safe
// routes of a mix, and returns how the others' answers differ from the baseline's. It sends
// no request that may change data.
func compareAnswers(ctx context.Context, instances []*instance.Instance, requests *load.Requests, mix []scenarios.Route, budget time.Duration) (*result.Answers, error) {
	q := answersComparison{instances, requests, &result.Answers{}}
	routes := safeRoutes(mix)
	if len(routes) == 0 {
		q.found.Note = "the answers were not compared: no route of the mix has a safe method (GET, HEAD)"
		return q.found, nil
	}
	limit := min(max(budget/comparingShare, minComparing), maxComparing)
	err := q.rounds(ctx, mix, routes, time.Now().Add(limit))
	q.noteMissing(len(routes), limit)
	return q.found, err
}

func safeRoutes(mix []scenarios.Route) (routes []int) {
	for i, r := range mix {
		if r.Safe() {
			routes = append(routes, i)
		}
	}
	return routes
}

// rounds compares each route in turn, until the end.
func (q *answersComparison) rounds(ctx context.Context, mix []scenarios.Route, routes []int, end time.Time) error {
	within, cancel := context.WithDeadline(ctx, end.Add(answerTimeout))
	defer cancel()
	compared := make([]bool, len(mix))
	for n := range uint64(max(1, maxCompared/len(routes))) {
		for _, i := range routes {
			if time.Now().After(end) || within.Err() != nil {
				return context.Cause(ctx)
			}
			if q.compareOne(within, mix[i].Name, q.requests.Only(i), n) && !compared[i] {
				compared[i] = true
				q.found.Routes++
			}
		}
	}
	return context.Cause(ctx)
}

// noteMissing notes that routes were not compared.
func (q *answersComparison) noteMissing(routes int, limit time.Duration) {
	switch found := q.found; {
	case found.Asked == 0:
		found.Note = fmt.Sprintf("the answers were not compared: %s gave no answer in %s", q.instances[0].Name, unit.Span(limit.Seconds()))
	case found.Routes < routes:
		found.Note = fmt.Sprintf("the answers of only %d of %d routes were compared, since answers are slow or missing", found.Routes, routes)
	}
}

// compareOne sends request n of a route to all: to the baseline before and after the others,
// so that content which depends on the time also differs between its two answers. A page that
// seems to differ is requested again. It reports whether the baseline answered.
func (q *answersComparison) compareOne(ctx context.Context, route string, requests *load.Requests, n uint64) bool {
	base := q.instances[0]
	first, err := answerOf(ctx, base, requests, n)
	if err != nil {
		return false
	}
	got := make([]reply, len(q.instances))
	for i, e := range q.instances[1:] {
		got[i+1] = replyOf(ctx, e, requests, n)
	}
	after, err := answerOf(ctx, base, requests, n)
	if err != nil || ctx.Err() != nil {
		return false
	}
	page := answers.Learn(first.Answer, after.Answer)
	q.found.Asked++
	for i, e := range q.instances[1:] {
		d := got[i+1].compare(page)
		if d != nil && d.Kind != answers.Status {
			d = confirmed(d, q.recheck(ctx, e, page, requests, n), ctx.Err() == nil && !pastDeadline(ctx))
		}
		if d != nil {
			q.found.Add(result.Difference{Candidate: e.Name, Route: route, Kind: string(d.Kind), Request: first.request, Baseline: d.Want, Answer: d.Got})
		}
	}
	return true
}

// pastDeadline reports whether the deadline of a context has passed. The context itself
// may be canceled a little later.
func pastDeadline(ctx context.Context) bool {
	end, ok := ctx.Deadline()
	return ok && !time.Now().Before(end)
}

// confirmed returns the difference that the second request for a page found, or the first
// one's if the second was not answered in time.
func confirmed(first, again *answers.Difference, inTime bool) *answers.Difference {
	if again != nil && !inTime {
		return first
	}
	return again
}

// mostLearned limits the further answers of a baseline whose answers keep differing.
const mostLearned = 4

// recheck requests a page from a candidate once more, and then from the baseline until its
// answers contain nothing new, since two answers with random content may be equal by chance.
func (q *answersComparison) recheck(ctx context.Context, e *instance.Instance, page *answers.Page, requests *load.Requests, n uint64) *answers.Difference {
	second := replyOf(ctx, e, requests, n)
	for range mostLearned {
		next, err := answerOf(ctx, q.instances[0], requests, n)
		if err != nil || !page.Vary(next.Answer) {
			return second.compare(page)
		}
	}
	page.Loosen()
	return second.compare(page)
}

// answersError returns an AnswersError for each candidate, if all of them answer with a status that
// differs from the baseline's.
func answersError(a *result.Answers, instances []*instance.Instance) error {
	var errs []error
	for _, c := range instances[1:] {
		e := &AnswersError{Base: instances[0].Name, Head: c.Name, Asked: a.Asked}
		for _, d := range a.DifferencesOf(c.Name, true) {
			e.Different += d.Count
			e.Examples = append(e.Examples, fmt.Sprintf("%s: %s and %s", d.Request, d.Baseline, d.Answer))
		}
		if e.Different == 0 {
			return nil
		}
		errs = append(errs, e)
	}
	return errors.Join(errs...)
}

// examine sends requests to all candidates before the measurement, on data that no
// measurement uses. It returns the requests, with the baseline's answers as the right ones of
// the routes that expect them.
func (p *Plan) examine(ctx context.Context, clock *clock, requests *load.Requests, r *result.Result) (*load.Requests, error) {
	if len(p.Candidates) < 2 && !slices.ContainsFunc(p.Scenario.Mix, expectsBaseline) {
		return requests, nil
	}
	clock.report("answers", "all get the same requests", maxComparing+p.Settings.Capacity.Budget, nil)
	err := p.startAll(ctx, false, func(ctx context.Context, instances []*instance.Instance) (err error) {
		var warnings []result.Warning
		requests, warnings, err = p.learn(ctx, requests, instances)
		r.Warnings = append(r.Warnings, warnings...)
		if err != nil || len(instances) < 2 {
			return err
		}
		return p.compareAnswers(ctx, requests, instances, r)
	})
	return requests, err
}

// learn returns the requests with the baseline's answers as right answers, if all candidates
// give these. If no route expects them, the requests stay as they are.
func (p *Plan) learn(ctx context.Context, requests *load.Requests, instances []*instance.Instance) (*load.Requests, []result.Warning, error) {
	if !slices.ContainsFunc(p.Scenario.Mix, expectsBaseline) {
		return requests, nil, nil
	}
	e := &expectations{base: instances[0], requests: requests, mix: p.Scenario.Mix}
	learned, err := e.learn(ctx)
	if err == nil {
		err = e.checkCandidates(ctx, instances[1:])
	}
	return learned, e.warnings, err
}

// compareAnswers compares the answers of all candidates.
func (p *Plan) compareAnswers(ctx context.Context, requests *load.Requests, instances []*instance.Instance, r *result.Result) (err error) {
	if r.Answers, err = compareAnswers(ctx, instances, requests, p.Scenario.Mix, p.Settings.Capacity.Budget); err != nil {
		return err
	}
	r.Warnings = append(r.Warnings, r.Answers.Warnings(instances[0].Name)...)
	return answersError(r.Answers, instances)
}
