package instance

import (
	"context"
	"time"

	"github.com/classibench/classibench/bench/load"
	"github.com/classibench/classibench/bench/result"
)

// warmUp is the warm-up of a target before its replay. It is short: unfinished
// requests would compete with the replay, and a slow target has the most of them.
var warmUp = load.WarmUp{Hits: 200, Users: 4, Length: time.Second}

// PerRequest reports whether each request starts the instance's program again, so that it
// needs no warm-up.
func (e *Instance) PerRequest() bool { return e.target.PerRequest() }

// Warm requests pages that change nothing, from the end of the list that the replay
// does not reach, and waits for their answers. Then it restores the data, because
// pages may change it anyway, with a counter of visitors for example.
func (e *Instance) Warm(ctx context.Context, requests *load.Requests) (warnings []result.Warning, err error) {
	const far = 1 << 40
	if _, ok := requests.Safe(); !ok {
		return []result.Warning{{About: "replay.trials." + e.Name, Text: "there was no warm-up, because the mix has no GET or HEAD request: the first answers may be slower than later ones"}}, nil
	}
	e.Client.Warm(ctx, requests.From(far), warmUp)
	if e.target.Restorable() {
		err = e.target.Restore(ctx)
	}
	return nil, err
}
