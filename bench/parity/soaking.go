package parity

import (
	"context"

	"github.com/classibench/classibench/bench/parity/trial"
	"github.com/classibench/classibench/bench/parity/visitor"
	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/bench/usage"
)

// A soaking sends requests to one process, and reads what it holds after some of them.
type soaking struct {
	*hunt
	requests []trial.Request
	n        int // to send, and more if memory seems to grow
	tree     *usage.Tree
	visitors *visitor.Side
	points   []point
}

// soaked sends n requests in turn to a candidate that was just started, and returns the
// trend of each resource. If memory grows by too little to tell a leak from a process that
// is not warm yet, it sends more.
func (h *hunt) soaked(ctx context.Context, requests []trial.Request, route string, n int) ([]result.Growth, error) {
	s := h.pair.candidate
	if err := s.refresh(ctx); err != nil {
		return nil, cause(ctx, err)
	}
	tree, err := usage.NewTree(s.running.Roots)
	if err != nil {
		return nil, err
	}
	defer tree.Close()
	visitors := visitor.NewSide(visitor.Options{Host: s.client.base.Hostname(), Canaries: h.pair.canaries})
	k := &soaking{hunt: h, requests: requests, n: n, tree: tree, visitors: visitors}
	err = k.sendAll(ctx)
	return h.trends(k.points, route), cause(ctx, err)
}

func (k *soaking) sendAll(ctx context.Context) error {
	for i, end := 0, k.n; i < end && k.send(ctx, i); i++ {
		if err := k.read(i); err != nil {
			return err
		}
		if i+1 == end && end < soakLonger*k.n && slight(k.points) {
			end += k.n
		}
	}
	return ctx.Err()
}

// send sends a request, and reports whether it was answered.
func (k *soaking) send(ctx context.Context, i int) bool {
	step := trial.Step{Request: k.requests[i%len(k.requests)], Visitor: i / len(k.requests) % 4}
	e := k.pair.candidate.exchange(ctx, k.visitors, trial.Sequence{step})[0]
	if ctx.Err() != nil {
		return false
	}
	if e.Answer.Failure != "" {
		k.warn("growth", "%s gave no answer to request %d of the soak, %s: %s", k.name, i+1, named(e.Sent), e.Answer.Failure)
		return false
	}
	return true
}

// read reads what the process holds after request i, if a point is due.
func (k *soaking) read(i int) error {
	first := k.n / soakWarm
	if i < first || (i-first)%max(1, (k.n-first)/soakPoints) != 0 {
		return nil
	}
	p, err := k.pair.candidate.point(k.tree, i)
	if err != nil {
		return err
	}
	k.points = append(k.points, p)
	k.progress()
	return nil
}
