package line_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/classibench/classibench/internal/classifieds/line"
	"github.com/classibench/classibench/internal/classifieds/listings"
)

func Example() {
	l := line.New(1)
	until, leave, err := l.Enter(context.Background())
	if err != nil {
		fmt.Println(err)
		return
	}
	defer leave()
	_, limited := until.Deadline()
	fmt.Println("write until the deadline:", limited)
	// Output: write until the deadline: true
}

// A place that is never free: those who wait give up after Patience, or when they leave, and
// the place goes to one who is still there.
func TestEnter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := line.New(1)
		until, leave, err := l.Enter(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := l.Enter(t.Context()); !errors.Is(err, listings.ErrBusy) || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("after Patience: got %v, want ErrBusy and the deadline", err)
		}
		synctest.Wait() // both deadlines are at the same moment
		if until.Err() == nil {
			t.Error("the first has the lock for longer than Patience")
		}
		ctx, cancel := context.WithCancelCause(t.Context())
		gone := errors.New("the visitor has left")
		time.AfterFunc(time.Second, func() { cancel(gone) })
		began := time.Now()
		if _, _, err := l.Enter(ctx); !errors.Is(err, listings.ErrBusy) || !errors.Is(err, gone) || time.Since(began) != time.Second {
			t.Errorf("a visitor who leaves: got %v after %v, want ErrBusy and the cause after 1s", err, time.Since(began))
		}
		time.AfterFunc(time.Second, leave)
		if _, _, err := l.Enter(t.Context()); err != nil {
			t.Errorf("a place that is free after a second: %v", err)
		}
		if _, _, err := l.Enter(ctx); !errors.Is(err, gone) {
			t.Errorf("one who has left already enters: %v", err)
		}
	})
}

func TestLongest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := line.New(1)
		_, leave, err := l.Enter(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer leave()
		for range line.Longest {
			go l.Enter(t.Context())
		}
		synctest.Wait()
		began := time.Now()
		if _, _, err := l.Enter(t.Context()); !errors.Is(err, listings.ErrBusy) || time.Since(began) > 0 {
			t.Errorf("one more than may wait: got %v after %v, want ErrBusy at once", err, time.Since(began))
		}
	})
}
