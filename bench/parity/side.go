package parity

import (
	"context"
	"errors"
	"fmt"
	"reflect"
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

	target  target.Target
	running *target.Running
	release func()      // of the context in which it runs
	noticed bool        // a request failed because the program ended: it is started again for the next one
	end     atomic.Bool // for noticed, while a batch is under way
	known   bool        // it has answered before: from then on no request is sent to it when it starts, since it could be the first one that a program remembers
	client  *client
}

// play sends a sequence on fresh data, and returns an exchange for each step. A candidate
// is started first; how.Fresh starts it again before each further step, on the same data.
func (s *side) play(ctx context.Context, q trial.Sequence, how trial.How, canaries *visitor.Canaries) ([]trial.Exchange, error) {
	if err := s.refresh(ctx); err != nil {
		return nil, cause(ctx, err)
	}
	return s.more(ctx, q, how, canaries)
}

// more sends a sequence to the program as it is, on its data as they are.
func (s *side) more(ctx context.Context, q trial.Sequence, how trial.How, canaries *visitor.Canaries) ([]trial.Exchange, error) {
	visitors := visitor.NewSide(visitor.Options{Host: s.client.base.Hostname(), Canaries: canaries})
	var all []trial.Exchange
	for i, batch := range batches(q) {
		if err := s.between(ctx, i, batch[0].Pause, how); err != nil {
			return nil, cause(ctx, err)
		}
		exchanges := s.exchange(ctx, visitors, batch)
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		all = append(all, exchanges...)
	}
	return all, nil
}

// cause returns why a context ended, or else the error.
func cause(ctx context.Context, err error) error {
	if err != nil && ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return err
}

// between prepares the side for a batch.
func (s *side) between(ctx context.Context, batch int, pause time.Duration, how trial.How) error {
	if err := wait(ctx, pause); err != nil || batch == 0 {
		return err
	}
	if how.Fresh && !s.stays || s.noticed {
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

// refresh restores the data, and has the program running: just started, unless it stays.
func (s *side) refresh(ctx context.Context) error {
	if !s.stays {
		if err := s.stop(); err != nil {
			return err
		}
	}
	t, err := s.candidate.Fresh(ctx)
	if err != nil {
		return fmt.Errorf("restore the data of %s: %w", s.candidate.Name, err)
	}
	if s.running != nil && !s.ended() && reflect.DeepEqual(t, s.target) {
		return nil
	}
	s.target = t
	return s.start(ctx)
}

// stopTimeout is the time that a program has to stop: it is stopped hundreds of times.
const stopTimeout = 500 * time.Millisecond

// startTries is how often a program is started that does not answer at first: the machine
// may be busy.
const startTries = 2

// start starts the program again, on the data as they are.
func (s *side) start(ctx context.Context) (err error) {
	for range startTries {
		if err = s.startOnce(ctx); err == nil || ctx.Err() != nil {
			return err
		}
	}
	return err
}

func (s *side) startOnce(ctx context.Context) error {
	if err := s.stop(); err != nil {
		return err
	}
	life, release := context.WithCancel(context.WithoutCancel(ctx)) // a program may stay longer than ctx, which may be that of a search
	defer context.AfterFunc(ctx, release)()
	t := s.target
	t.StopTimeout, t.Quiet = stopTimeout, s.known
	running, err := t.Start(life)
	if err != nil {
		release()
		return err
	}
	s.running, s.release, s.known, s.noticed = running, release, true, false
	s.end.Store(false)
	s.starts.Add(1)
	s.client, err = newClient(running.URL(), s.target)
	return err
}

// stop ends the program.
func (s *side) stop() error {
	if s.running == nil {
		return nil
	}
	if s.client != nil {
		s.client.close()
	}
	running := s.running
	s.running, s.client = nil, nil
	defer s.release()
	return running.Stop()
}

// maxOutput is the number of bytes of a program's output that are searched for messages.
const maxOutput = 4 << 10

// output returns the last output of the program.
func (s *side) output() string {
	if s.running == nil {
		return ""
	}
	all := s.running.Output()
	return all[max(0, len(all)-maxOutput):]
}

// ended reports whether the program has ended by itself.
func (s *side) ended() bool {
	select {
	case <-s.running.Done():
		return true
	default:
		return false
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
	if len(batch) > 1 {
		s.client.close() // a server with one process may serve an idle connection only
	}
	together(len(batch), func(i int) {
		exchanges[i].Answer = s.send(ctx, exchanges[i].Sent, batch[i].Request)
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

// send sends a request. If the program ended, the answer reports that.
func (s *side) send(ctx context.Context, r, written trial.Request) trial.Answer {
	a := s.client.send(ctx, r, s.limits.of(written))
	if s.stays {
		s.limits.wait(written, a.Took)
	}
	if a.Failure == "" {
		if s.stays {
			s.limits.took(written, a.Took)
		}
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
