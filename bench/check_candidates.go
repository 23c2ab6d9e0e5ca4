package bench

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/classibench/classibench/bench/answers"
	"github.com/classibench/classibench/bench/instance"
	"github.com/classibench/classibench/bench/load"
)

// checkCandidates sends each request whose answer was learned to the candidates. The error is
// a *AnswersError for each that answers differently from the baseline.
func (e *expectations) checkCandidates(ctx context.Context, candidates []*instance.Instance) error {
	var errs []error
	for _, c := range candidates {
		wrong := &AnswersError{Base: e.base.Name, Head: c.Name, Asked: len(e.pages), Expected: true}
		for _, p := range e.pages {
			if example := e.checkPage(ctx, c, p); example != "" {
				wrong.Different++
				wrong.Examples = append(wrong.Examples, example)
			}
			if ctx.Err() != nil {
				return context.Cause(ctx)
			}
		}
		if wrong.Different > 0 {
			errs = append(errs, wrong)
		}
	}
	return errors.Join(errs...)
}

// checkPage returns an example of a wrong answer; empty if it is right. As with the baseline,
// the first answer to a request that changes data does not count, and a request with a wrong
// answer is sent again.
func (e *expectations) checkPage(ctx context.Context, c *instance.Instance, p learnedPage) string {
	requests := e.requests.Only(p.route)
	r := replyOf(ctx, c, requests, p.n)
	if !e.mix[p.route].Safe() || !r.isRight(p.right) {
		r = replyOf(ctx, c, requests, p.n)
	}
	if r.isRight(p.right) {
		return ""
	}
	got := fmt.Sprintf("with status %d: “%s”", r.Status, r.Excerpt())
	if r.err != nil {
		got = fmt.Sprintf("gives no answer: %v", r.err)
	}
	return fmt.Sprintf("%s: %s answers with %s, %s %s%s", p.request, e.base.Name, shown(p.right, p.same[0]), c.Name, got, p.unlike(r))
}

// unlike adds to an example where a page differs, or why there is none.
func (p learnedPage) unlike(r reply) string {
	switch body := strings.TrimSpace(string(r.Body)); {
	case r.err != nil:
		return ""
	case body == "File not found." || body == "No input file specified.": // messages of PHP-FPM and php-cgi
		return " (PHP was given no script that exists: name it at the end of the command, as in fastcgi:php-fpm ads.php, or as script in a scenario)"
	case r.Status != p.right.Status:
		return ""
	}
	if d := answers.Learn(p.same[0], p.same[1:]...).Compare(r.Answer); d != nil && d.Kind == answers.Text {
		return fmt.Sprintf("; the first difference is “%s” instead of “%s”", d.Got, d.Want)
	}
	return ""
}

func (r reply) isRight(want load.Expectation) bool {
	return r.err == nil && r.Status == want.Status && bytes.Contains(r.Body, []byte(want.Marker))
}

// shown describes a right answer.
func shown(right load.Expectation, a answers.Answer) string {
	if right.Marker == "" {
		return fmt.Sprintf("status %d: “%s”", right.Status, a.Excerpt())
	}
	return fmt.Sprintf("status %d and “%s”", right.Status, right.Marker)
}
