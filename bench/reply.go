package bench

import (
	"context"
	"strings"

	"github.com/classibench/classibench/bench/answers"
	"github.com/classibench/classibench/bench/instance"
	"github.com/classibench/classibench/bench/load"
)

// A reply is an instance's answer, or the error if there is none.
type reply struct {
	answers.Answer
	request string // method and path
	err     error
}

// replyOf sends a request, and again if there is no answer.
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

// compare compares a reply with a page. A missing answer counts as a different status.
func (r reply) compare(page *answers.Page) *answers.Difference {
	if r.err == nil {
		return page.Compare(r.Answer)
	}
	if d := page.Compare(answers.Answer{}); d != nil {
		return &answers.Difference{Kind: answers.Status, Want: d.Want, Got: "no answer"}
	}
	return nil
}
