package bench

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/classibench/classibench/bench/answers"
	"github.com/classibench/classibench/bench/instance"
	"github.com/classibench/classibench/bench/load"
	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/internal/unit"
	"github.com/classibench/classibench/scenarios"
)

// Before anything is measured, all sides get the same requests of safe methods (RFC
// 9110 §9.2.1), route by route: a side that answers otherwise does other work. There
// are mostAsked requests at most, and no further one begins after a twelfth of the
// budget; what is under way then is waited for a while.
const (
	mostAsked   = 60
	askShare    = 12
	leastAsking = time.Second
	mostAsking  = 5 * time.Second
	patience    = 15 * time.Second
)

// An answersComparison compares what all instances answer to the same requests.
type answersComparison struct {
	instances []*instance.Instance // the baseline first
	requests  *load.Requests
	found     *result.Answers
}

// compareAnswers asks all instances, the baseline first, the same requests of the safe routes
// of a mix, and returns how far the others answer like the baseline. It changes no data
// that a safe request leaves alone.
func compareAnswers(ctx context.Context, instances []*instance.Instance, requests *load.Requests, mix []scenarios.Route, budget time.Duration) (*result.Answers, error) {
	q := answersComparison{instances, requests, &result.Answers{}}
	routes := safeRoutes(mix)
	if len(routes) == 0 {
		q.found.Note = "whether all answer alike was not checked: no route of the mix has a safe method (GET, HEAD)"
		return q.found, nil
	}
	limit := min(max(budget/askShare, leastAsking), mostAsking)
	err := q.rounds(ctx, mix, routes, time.Now().Add(limit))
	q.noteMissing(len(routes), limit)
	return q.found, err
}

func safeRoutes(mix []scenarios.Route) (routes []int) {
	for i, r := range mix {
		if r.Method == "" || r.Method == "GET" || r.Method == "HEAD" {
			routes = append(routes, i)
		}
	}
	return routes
}

// rounds goes through the routes until the time is spent.
func (q *answersComparison) rounds(ctx context.Context, mix []scenarios.Route, routes []int, end time.Time) error {
	within, cancel := context.WithDeadline(ctx, end.Add(patience))
	defer cancel()
	compared := make([]bool, len(mix))
	for n := range uint64(max(1, mostAsked/len(routes))) {
		for _, i := range routes {
			if time.Now().After(end) || within.Err() != nil {
				return context.Cause(ctx)
			}
			if q.ask(within, mix[i].Name, q.requests.Only(i), n) && !compared[i] {
				compared[i] = true
				q.found.Routes++
			}
		}
	}
	return context.Cause(ctx)
}

// noteMissing notes that some routes were not compared.
func (q *answersComparison) noteMissing(routes int, limit time.Duration) {
	switch found := q.found; {
	case found.Asked == 0:
		found.Note = fmt.Sprintf("whether all answer alike was not checked: %s gave no answer in %v", q.instances[0].Name, limit)
	case found.Routes < routes:
		found.Note = fmt.Sprintf("whether all answer alike was checked for %d of %d routes only, since answers take long or do not come", found.Routes, routes)
	}
}

// ask sends request n of a route to all: the baseline before and after all
// others, so that what depends on the time has changed between its two answers if it
// has changed between it and another. A page that seems to be different is asked for
// again. It reports whether the baseline answered, so that there was something to compare.
func (q *answersComparison) ask(ctx context.Context, route string, requests *load.Requests, n uint64) bool {
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
			d = confirmed(d, q.again(ctx, e, page, requests, n), ctx.Err() == nil && !pastDeadline(ctx))
		}
		if d != nil {
			q.found.Add(result.Difference{Candidate: e.Name, Route: route, Kind: string(d.Kind), Request: first.request, Baseline: d.Want, Answer: d.Got})
		}
	}
	return true
}

// pastDeadline reports whether the deadline of a context is past: its Err may report that a
// little later.
func pastDeadline(ctx context.Context) bool {
	end, ok := ctx.Deadline()
	return ok && !time.Now().Before(end)
}

// confirmed is what two looks at a page found. The second counts, but where the time ended
// before it did, a difference is the one of the first.
func confirmed(first, again *answers.Difference, inTime bool) *answers.Difference {
	if again != nil && !inTime {
		return first
	}
	return again
}

// mostLearned is how many more answers of the baseline are learned from, where each has
// something new.
const mostLearned = 4

// again asks a candidate once more, and then the baseline until its answers hold nothing
// new: one random choice may leave alike what another does not.
func (q *answersComparison) again(ctx context.Context, e *instance.Instance, page *answers.Page, requests *load.Requests, n uint64) *answers.Difference {
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

// A reply is what an instance answered, or why it did not.
type reply struct {
	answers.Answer
	request string // method and path
	err     error
}

// replyOf asks an instance, twice if it gives no answer.
func replyOf(ctx context.Context, e *instance.Instance, requests *load.Requests, n uint64) reply {
	r, err := answerOf(ctx, e, requests, n)
	if err != nil {
		r, err = answerOf(ctx, e, requests, n)
	}
	r.err = err
	return r
}

func answerOf(ctx context.Context, e *instance.Instance, requests *load.Requests, n uint64) (reply, error) {
	a, err := e.Client.Ask(ctx, requests, n)
	_, from, _ := strings.Cut(e.Running.URL(), "://")
	return reply{
		Answer:  answers.Answer{Status: a.Status, Type: a.Type, Location: a.Location, Body: a.Body, From: from},
		request: a.Method + " " + a.URI,
	}, err
}

// compare compares a reply with a page. No answer is another status.
func (r reply) compare(page *answers.Page) *answers.Difference {
	if r.err == nil {
		return page.Compare(r.Answer)
	}
	if d := page.Compare(answers.Answer{}); d != nil {
		return &answers.Difference{Kind: answers.Status, Want: d.Want, Got: "no answer"}
	}
	return nil
}

// A AnswersError says that targets gave answers of different status to the same
// requests: their throughputs cannot be compared.
type AnswersError struct {
	Base, Head string
	Asked      int
	Different  int
	Examples   []string
}

func (e *AnswersError) Error() string {
	return fmt.Sprintf("%s and %s answer %d of %s with different status:\n    %s",
		e.Base, e.Head, e.Different, unit.Counted(e.Asked, "request"), strings.Join(e.Examples, "\n    "))
}

// answersError returns an AnswersError for each candidate, if all of them answer with another
// status: then there is nothing worth measuring.
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

// compareAnswers compares the answers of all candidates before anything is measured, each on
// fresh data, which nothing uses afterwards.
func (p *Plan) compareAnswers(ctx context.Context, clock *clock, requests *load.Requests, r *result.Result) error {
	if len(p.Candidates) < 2 {
		return nil
	}
	clock.tell("answers", "all get the same requests", mostAsking+p.Settings.Capacity.Budget, nil)
	return p.startAll(ctx, false, func(ctx context.Context, instances []*instance.Instance) (err error) {
		if r.Answers, err = compareAnswers(ctx, instances, requests, p.Scenario.Mix, p.Settings.Capacity.Budget); err != nil {
			return err
		}
		r.Warnings = append(r.Warnings, r.Answers.Warnings(instances[0].Name)...)
		return answersError(r.Answers, instances)
	})
}
