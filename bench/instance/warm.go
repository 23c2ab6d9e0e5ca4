package instance

import (
	"context"
	"time"

	"github.com/classibench/classibench/bench/load"
	"github.com/classibench/classibench/bench/result"
)

// warmUp is what a target gets before its replay: little, since what it has not
// finished then would compete with the replay, and a slow target has the most of it.
var warmUp = load.WarmUp{Hits: 200, Users: 4, Length: time.Second}

// Warm asks for pages that change nothing, of the far end of the list, which the
// replay will not reach, and waits until none of them is under way. Then it restores data
// that the warm-up may have changed all the same: many a page counts its visitors.
func (e *Instance) Warm(ctx context.Context, requests *load.Requests) (warnings []result.Warning, err error) {
	const far = 1 << 40
	if _, ok := requests.Safe(); !ok {
		return []result.Warning{{About: "replay.trials." + e.Name, Text: "there was no warm-up, since no request of the mix is a GET or HEAD: the first answers may be slower than later ones"}}, nil
	}
	e.Client.Warm(ctx, requests.From(far), warmUp)
	if e.target.Restorable() {
		err = e.target.Restore(ctx)
	}
	return nil, err
}
