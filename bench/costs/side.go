package costs

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/http"
	"time"

	"github.com/classibench/classibench/bench/instance"
	"github.com/classibench/classibench/bench/load"
	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/bench/target"
	"github.com/classibench/classibench/bench/usage"
)

// A side is a running program whose requests are measured: a target, or a program beside it
// that shows the cost of a part.
type side struct {
	*instance.Instance
	target   target.Target // as it was started, without the counter
	requests *load.Requests
	tree     *usage.Tree   // nil if its processes are not known
	counter  string        // URL of the counts of its gateway; empty if it is not one of ours
	gateway  int           // its process id; 0 if there is none
	cgi      bool          // the gateway starts a process for each request
	client   *http.Client  // for the counts
	length   time.Duration // of a block
	took     time.Duration // approximate time of an answer
	rounds   []result.CostRound
	routes   [][]result.CostRound // by route of the mix
}

// counterPath is a path that no program has.
const counterPath = "/classibench-counter-8f0b5b1c"

// newSide returns a side that sends these requests to an instance of a target.
func newSide(ctx context.Context, e *instance.Instance, t target.Target, requests *load.Requests) (*side, error) {
	s := &side{Instance: e, target: t, requests: requests, cgi: t.Kind == target.CGI, client: &http.Client{}}
	if len(t.Gateway) > 0 {
		s.counter = e.Running.URL() + counterPath
	}
	if err := s.attach(ctx); err != nil {
		return nil, errors.Join(err, s.release())
	}
	return s, nil
}

// attach finds the processes of the side.
func (s *side) attach(ctx context.Context) (err error) {
	if s.Watched() {
		if s.tree, err = usage.NewTree(s.Running.Roots); err != nil {
			return err
		}
	}
	c, err := s.count(ctx)
	s.gateway = c.PID
	return err
}

// release closes the files that the side reads. The instance keeps running.
func (s *side) release() error {
	s.client.CloseIdleConnections()
	if s.tree == nil {
		return nil
	}
	return s.tree.Close()
}

// block has one user send requests for this length of time, at least one.
func (s *side) block(ctx context.Context, requests *load.Requests, length time.Duration) (result.CostRound, error) {
	before, err := s.before(ctx)
	if err != nil {
		return result.CostRound{}, err
	}
	b, err := s.Client.Saturate(ctx, requests, s.Next, 1, 0, length)
	s.Next += b.Sent
	if err != nil {
		return result.CostRound{}, fmt.Errorf("send requests to %s: %w", s.Name, err)
	}
	after, err := s.after(ctx)
	if err != nil {
		return result.CostRound{}, err
	}
	return result.CostRound{
		Requests: b.Hits + b.Errors, Errors: b.Errors, Seconds: b.Whole.Seconds(),
		Tree: used(before.tree, after.tree), Gateway: used(before.gateway, after.gateway),
	}, nil
}

// used returns the account of the time between two readings. Context switches are unknown
// (NaN) if a process has ended whose parent is not one of our gateways.
func used(before, after *usage.Account) *result.Account {
	if before == nil || after == nil {
		return nil
	}
	d := after.Minus(*before)
	a := &result.Account{CPU: d.CPU.Seconds(), Faults: result.Float(d.Faults), Switches: result.Float(d.Switches)}
	if d.Reaped > 0 {
		a.Switches = result.Float(math.NaN())
	}
	return a
}
