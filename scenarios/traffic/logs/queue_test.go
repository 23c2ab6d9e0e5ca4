package logs

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/classibench/classibench/scenarios/traffic/trace"
)

// through sends stamps through a queue with little memory, and returns the second and the
// number of each hit as the file has it.
func through(t interface {
	Fatal(...any)
	Errorf(string, ...any)
}, stamps []time.Duration, spread bool, memory int) (got []string) {
	dir, err := os.MkdirTemp("", "")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	out := filepath.Join(dir, "traffic.zst")
	q := newQueue(out, 1, memory)
	q.spread = spread
	start := time.Date(2026, 3, 14, 9, 0, 0, 0, time.UTC)
	for i, s := range stamps {
		rest := trace.AppendRest(nil, &trace.Hit{Method: "GET", URL: strconv.Itoa(i), Size: -1})
		if err := q.add(context.Background(), start.Add(s), rest); err != nil {
			t.Fatal(err)
		}
	}
	about, err := q.commit(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 1 {
		t.Errorf("got the files %v, want one", left)
	}
	r, err := trace.Open(out)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	for h, err := range r.Hits() {
		if err != nil {
			t.Fatal(err)
		}
		at := about.Start.Sub(start) + h.At
		if spread {
			at = time.Duration(floor(at)) * time.Second
		}
		got = append(got, fmt.Sprintf("%v %s", at, h.URL))
	}
	return got
}

// floor is the second of a time, before the start too.
func floor(at time.Duration) int64 {
	if at < 0 {
		return int64((at - time.Second + 1) / time.Second)
	}
	return int64(at / time.Second)
}

// sorted is what a queue does with enough memory.
func sorted(stamps []time.Duration) (want []string) {
	order := make([]int, len(stamps))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return int(stamps[a] - stamps[b]) })
	for _, i := range order {
		want = append(want, fmt.Sprintf("%v %d", stamps[i], i))
	}
	return want
}

// Whatever the order of a log is, its hits come out in the order of time, those of the same
// time in the order of the log.
func TestQueueSorts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		unit := rapid.SampledFrom([]time.Duration{time.Second, 100 * time.Millisecond}).Draw(t, "unit")
		stamps := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) time.Duration {
			return time.Duration(rapid.IntRange(-50, 50).Draw(t, "stamp")) * unit
		}), 1, 200).Draw(t, "stamps")
		memory := rapid.SampledFrom([]int{1, 500, 2000, 1 << 20}).Draw(t, "memory")
		if got, want := through(t, stamps, unit == time.Second, memory), sorted(stamps); !slices.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
	})
}

func TestQueueSortsBadDates(t *testing.T) {
	var stamps []time.Duration
	for i := range 3000 {
		stamps = append(stamps, time.Duration(i/3)*time.Second)
	}
	stamps[7], stamps[1500], stamps[2000] = 50*365*24*time.Hour, -40*365*24*time.Hour, 0
	if got, want := through(t, stamps, true, 20_000), sorted(stamps); !slices.Equal(got, want) {
		t.Error("the order is wrong")
	}
	slices.Reverse(stamps)
	if got, want := through(t, stamps, true, 2_000), sorted(stamps); !slices.Equal(got, want) {
		t.Error("the order of a reversed log is wrong")
	}
}

// A second with more hits than fit into memory is spread in parts.
func TestQueueSpreadsASecondInParts(t *testing.T) {
	stamps := make([]time.Duration, 2000)
	if got, want := through(t, stamps, true, 10_000), sorted(stamps); !slices.Equal(got, want) {
		t.Error("the order is wrong")
	}
}
