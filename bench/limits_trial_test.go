package bench

import (
	"slices"
	"testing"
	"time"

	"github.com/classibench/classibench/bench/load"
)

// The errors of a trial are counted for each second in which hits were due; answers may come
// later, or not at all.
func TestErrorsOfEachSecond(t *testing.T) {
	rec := &load.Recording{Seconds: []load.Second{{Due: 9, Errors: 2}, {Due: 9}, {Due: 4, Errors: 1}, {Done: 3}}}
	for length, want := range map[time.Duration][]uint64{
		2500 * time.Millisecond: {2, 0, 1},
		3 * time.Second:         {2, 0, 1},
		5 * time.Second:         {2, 0, 1, 0, 0},
	} {
		if got := failed(rec, length); !slices.Equal(got, want) {
			t.Errorf("%v: got %v, want %v", length, got, want)
		}
	}
}
