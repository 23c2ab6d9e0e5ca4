package order

import (
	"context"
	"errors"
	"slices"

	"github.com/classibench/classibench/bench/parity/trial"
)

// Cleaners returns those of some requests that hide the difference of a sequence if they
// are sent just before the victim, by the victim's visitor. Requests of the sequence
// itself are not tried.
//
// If all requests together do not hide the difference, none does: that takes one probe.
// Otherwise the requests are halved until each cleaner is found, in about 2·log2(n)
// probes for each. A request that brings the difference back hides an earlier cleaner
// in the same half, so requests of the routes in the sequence come first in it.
//
// If the difference flickers, a request counts as a cleaner if the difference is not
// seen in as many probes as Options ask for. If ctx is canceled or a probe fails,
// Cleaners returns the cleaners so far and the error. If the number of probes reaches
// Options.Probes, it returns them and no error.
func Cleaners(ctx context.Context, shrunk Shrunk, requests []trial.Request, probe Probe, o Options) ([]trial.Request, error) {
	if len(shrunk.Sequence) < 2 || shrunk.Shown == 0 {
		return nil, nil
	}
	p := newProber(probe, o.withDefaults())
	p.flickers = shrunk.Shown < shrunk.Repeated
	c := &cleaning{p, shrunk.Sequence}
	cleaners, err := c.among(ctx, c.candidates(requests))
	if errors.Is(err, errSpent) {
		err = nil
	}
	return cleaners, err
}

// A cleaning looks for the cleaners of a sequence.
type cleaning struct {
	*prober
	s trial.Sequence
}

// among returns the cleaners among some requests. It halves groups that hide the
// difference, and probes all groups of one size together.
func (c *cleaning) among(ctx context.Context, requests []trial.Request) (cleaners []trial.Request, err error) {
	for groups := slices.Collect(slices.Chunk(requests, max(1, len(requests)))); len(groups) > 0; {
		var sequences []trial.Sequence
		for _, group := range groups {
			sequences = append(sequences, c.with(group))
		}
		shown, err := c.shows(ctx, sequences...)
		if err != nil {
			return cleaners, err
		}
		var halves [][]trial.Request
		for i, group := range groups {
			switch {
			case shown[i]:
			case len(group) == 1:
				cleaners = append(cleaners, group[0])
			default:
				halves = slices.AppendSeq(halves, slices.Chunk(group, (len(group)+1)/2))
			}
		}
		groups = halves
	}
	return cleaners, nil
}

// candidates returns the requests to try, those of routes in the sequence first.
func (c *cleaning) candidates(requests []trial.Request) []trial.Request {
	seen, routes := map[string]bool{}, map[string]bool{}
	for _, step := range c.s {
		seen[requestKey(step.Request)] = true
		routes[step.Request.Route] = true
	}
	var close, other []trial.Request
	for _, r := range requests {
		k := requestKey(r)
		switch {
		case seen[k]:
		case routes[r.Route]:
			close = append(close, r)
		default:
			other = append(other, r)
		}
		seen[k] = true
	}
	return append(close, other...)
}

// with returns the sequence with requests before the victim, and before all that is
// sent at the same time.
func (c *cleaning) with(requests []trial.Request) trial.Sequence {
	victim, at := c.s[len(c.s)-1], len(c.s)-1
	for victim.Batch != 0 && at > 0 && c.s[at-1].Batch == victim.Batch {
		at--
	}
	var between trial.Sequence
	for _, r := range requests {
		between = append(between, trial.Step{Request: r, Visitor: victim.Visitor})
	}
	return slices.Insert(slices.Clone(c.s), at, between...)
}
