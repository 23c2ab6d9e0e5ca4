package parity

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"github.com/classibench/classibench/bench/instance"
	"github.com/classibench/classibench/bench/parity/trial"
	"github.com/classibench/classibench/bench/parity/visitor"
	"github.com/classibench/classibench/bench/target"
)

// A side is one of the two programs, with data of its own. It plays one sequence at a
// time.
type side struct {
	candidate instance.Candidate
	stays     bool // it may serve several sequences: each request starts a process anyway
	limits    *limits
	starts    *atomic.Int64 // processes that were started

	launch  launcher
	target  target.Target
	running process     // nil if none is
	release func()      // of the context in which it runs
	noticed bool        // the program ended or hangs: it is started again for the next request
	end     atomic.Bool // for noticed, while a batch is under way
	known   bool        // it has answered before: from then on no request is sent to it when it starts, since it could be the first one that a program remembers
	client  *client

	watch func(sent int)                  // called before the first step, and after each batch with the number of steps so far; may be nil
	steps *steps                          // in step with the other side; nil at its own pace
	note  func(run []trial.Exchange)      // called with each run on fresh data; may be nil
	seen  func(all []trial.Exchange) bool // called with all exchanges after each batch, reports whether the sequence goes on; may be nil
}

// play sends a sequence on fresh data, and returns an exchange for each step. A candidate
// is started first; how.Fresh starts it again before each further step, on the same data.
func (s *side) play(ctx context.Context, q trial.Sequence, how trial.How, canaries *visitor.Canaries) ([]trial.Exchange, error) {
	if err := s.refresh(ctx); err != nil {
		return nil, cause(ctx, err)
	}
	run, err := s.more(ctx, q, how, canaries)
	if err == nil && s.note != nil {
		s.note(run)
	}
	return run, err
}

// more sends a sequence to the program as it is, on its data as they are.
func (s *side) more(ctx context.Context, q trial.Sequence, how trial.How, canaries *visitor.Canaries) ([]trial.Exchange, error) {
	visitors := visitor.NewSide(visitor.Options{Host: s.client.base.Hostname(), Canaries: canaries})
	var all []trial.Exchange
	groups := batches(q)
	s.watched(0)
	for i, batch := range groups {
		restart := how.Fresh || how.Last && i == len(groups)-1
		if err := s.between(ctx, i, batch[0].Pause, restart); err != nil {
			return nil, cause(ctx, err)
		}
		s.steps.meet(ctx)
		exchanges := s.exchange(ctx, visitors, batch)
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		all = append(all, exchanges...)
		s.watched(len(all))
		if s.seen != nil && !s.seen(all) {
			break
		}
	}
	return all, nil
}

func (s *side) watched(sent int) {
	if s.watch != nil {
		s.watch(sent)
	}
}

// cause returns why a context ended, or else the error.
func cause(ctx context.Context, err error) error {
	if err != nil && ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return err
}

// between prepares the side for a batch.
func (s *side) between(ctx context.Context, batch int, pause time.Duration, restart bool) error {
	if batch == 0 {
		return nil
	}
	if err := wait(ctx, pause); err != nil {
		return err
	}
	if restart && !s.stays || s.noticed {
		return s.start(ctx)
	}
	return nil
}

// wait waits for some time, or for the end of ctx.
func wait(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// exchange sends the steps of a batch at the same time.
func (s *side) exchange(ctx context.Context, visitors *visitor.Side, batch trial.Sequence) []trial.Exchange {
	exchanges := make([]trial.Exchange, len(batch))
	for i, step := range batch {
		browser := visitors.Browser(step.Visitor)
		sent, _ := browser.Fill(step.Request)
		exchanges[i] = trial.Exchange{Step: step, Own: browser.Own(step.Request), Sent: sent}
	}
	if len(batch) > 1 || batch[0].Connect {
		s.client.close() // a server with one process may serve an idle connection only
	}
	together(len(batch), func(i int) {
		exchanges[i].Answer = s.send(ctx, exchanges[i].Sent, batch[i].Request)
		if len(batch) > 1 {
			s.client.close() // or a worker would wait on this connection, and not answer the others
		}
	})
	s.noticed = s.end.Load()
	for i, step := range batch {
		visitors.Browser(step.Visitor).See(exchanges[i])
	}
	return exchanges
}

// deathNotice is the time in which the end of a program is noticed after an answer is
// missing.
const deathNotice = 200 * time.Millisecond

// send sends a request. If the program ended, the answer reports that. One that hangs would
// also hang for the requests that follow, and each would take the whole time limit.
func (s *side) send(ctx context.Context, r, written trial.Request) trial.Answer {
	d := s.limits.deadline(written)
	if s.stays {
		d = within(s.limits.ofBaseline(written))
	}
	a := s.client.send(ctx, r, d)
	if s.stays {
		s.limits.wait(written, a.Took)
	}
	if a.Failure == "" {
		if s.stays {
			s.limits.took(written, a.Took)
		}
		return a
	}
	if hangs(a) {
		s.end.Store(!s.stays)
		return a
	}
	select {
	case <-s.running.Done():
		a.Failure = "the program ended" + statusOf(s.running.Err())
		s.end.Store(true)
	case <-time.After(deathNotice):
	case <-ctx.Done():
	}
	return a
}

func statusOf(err error) string {
	if end, ok := errors.AsType[*target.EndError](err); ok {
		return " with " + end.Status
	}
	return ""
}

// batches splits a sequence into steps that are sent at the same time.
func batches(q trial.Sequence) (all []trial.Sequence) {
	for i := 0; i < len(q); {
		end := i + 1
		for end < len(q) && q[i].Batch != 0 && q[end].Batch == q[i].Batch {
			end++
		}
		all, i = append(all, q[i:end]), end
	}
	return all
}
