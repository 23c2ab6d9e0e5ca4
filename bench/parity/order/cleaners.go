package order

import (
	"context"

	"github.com/classibench/classibench/bench/parity/trial"
)

// Cleaners returns those of some requests that hide the difference of a sequence if they
// are sent just before the victim.
func Cleaners(ctx context.Context, shrunk Shrunk, requests []trial.Request, probe Probe, o Options) ([]trial.Request, error) {
	return nil, nil
}
