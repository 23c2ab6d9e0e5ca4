package parity

import (
	"context"
	"slices"

	"github.com/classibench/classibench/bench/parity/trial"
	"github.com/classibench/classibench/bench/parity/visitor"
	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/bench/usage"
)

// An amount is the number of requests to send; up to most if memory seems to grow.
type amount struct{ least, most int }

// A soaking sends requests to one process, and reads what it holds after some of them.
type soaking struct {
	*hunt
	requests []trial.Request
	n        amount
	tree     *usage.Tree
	visitors *visitor.Side
	step     int // requests from point to point
	points   []point
}

// soaked sends n requests in turn to a candidate that was just started, and returns the
// trend of each resource. If memory grows by too little to tell a leak from a process that
// is not warm yet, it sends more.
func (h *hunt) soaked(ctx context.Context, requests []trial.Request, route string, n amount) ([]result.Growth, error) {
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
	k := &soaking{hunt: h, requests: requests, n: n, tree: tree, visitors: visitors, step: soakStep}
	err = k.sendAll(ctx)
	return h.trends(warm(k.points), route), cause(ctx, err)
}

func (k *soaking) sendAll(ctx context.Context) error {
	for i, end := 0, k.n.least; i < end && k.send(ctx, i); i++ {
		if err := k.read(i); err != nil {
			return err
		}
		if i+1 == end && end < k.n.most && slight(warm(k.points)) {
			end += k.n.least
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

// read reads what the process holds after request i, if a point is due. How many requests
// the time allows is not known, so every second point is dropped when there are too many.
func (k *soaking) read(i int) error {
	if i%k.step != 0 {
		return nil
	}
	p, err := k.pair.candidate.point(k.tree, i)
	if err != nil {
		return err
	}
	k.points = append(k.points, p)
	if len(k.points) > 2*soakPoints {
		k.step *= 2
		k.points = slices.DeleteFunc(k.points, func(p point) bool { return p.requests%k.step != 0 })
	}
	k.progress()
	return nil
}

// warm returns the points after the first fifth of the requests.
func warm(points []point) []point {
	if len(points) == 0 {
		return nil
	}
	first := points[len(points)-1].requests / soakWarm
	return points[slices.IndexFunc(points, func(p point) bool { return p.requests >= first }):]
}
