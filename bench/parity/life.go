package parity

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"time"

	"github.com/classibench/classibench/bench/target"
)

// A process is a program that was started, such as a *target.Running.
type process interface {
	Roots() []int
	Done() <-chan struct{}
	Err() error
	Output() string
	Stop() error
}

// A launcher starts a target, and returns its process with a client for it.
type launcher func(ctx context.Context, t target.Target) (process, *client, error)

// launch is the launcher of real processes.
func launch(ctx context.Context, t target.Target) (process, *client, error) {
	running, err := t.Start(ctx)
	if err != nil {
		return nil, nil, err
	}
	c, err := newClient(running.URL(), t)
	if err != nil {
		return nil, nil, errors.Join(err, running.Stop())
	}
	return running, c, nil
}

// refresh restores the data, and has the program running: just started, unless it stays.
func (s *side) refresh(ctx context.Context) error {
	if !s.stays {
		if err := s.stop(); err != nil {
			return err
		}
	}
	began := time.Now()
	t, err := s.candidate.Fresh(ctx)
	s.limits.restored(s.candidate.Name, time.Since(began))
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
			return cause(ctx, err)
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
	running, c, err := s.launch(life, t)
	if err != nil {
		release()
		return err
	}
	s.running, s.client, s.release, s.known, s.noticed = running, c, release, true, false
	s.end.Store(false)
	s.starts.Add(1)
	return nil
}

// stop ends the program.
func (s *side) stop() error {
	if s.running == nil {
		return nil
	}
	s.client.close()
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
