package spool

import (
	"bytes"
	"errors"
	"os"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// A reader is a client whose progress is a function of time.
type reader struct {
	taken   func(time.Duration) float64 // bytes, since it came
	trip    time.Duration
	came    time.Time
	wrote   float64
	dropped atomic.Bool
	left    time.Duration // when it was disconnected
}

func (r *reader) Write(b []byte) (int, error) {
	for r.taken(time.Since(r.came)) < r.wrote+float64(len(b)) {
		if r.dropped.Load() {
			return 0, os.ErrDeadlineExceeded
		}
		time.Sleep(10 * time.Millisecond)
	}
	r.wrote += float64(len(b))
	return len(b), nil
}

func (r *reader) Room(int) bool            { return false }
func (r *reader) Taken() int64             { return int64(r.taken(time.Since(r.came))) }
func (r *reader) RoundTrip() time.Duration { return r.trip }

func (r *reader) Drop() {
	r.left = time.Since(r.came)
	r.dropped.Store(true)
}

// at returns the progress of a client that reads at a rate, of which the server learns only
// in pieces. The client's system takes a window as soon as it comes.
func at(rate, piece, window float64) func(time.Duration) float64 {
	return func(t time.Duration) float64 {
		if t == 0 {
			return 0
		}
		n := rate * t.Seconds()
		return window + n - float64(int64(n)%int64(piece))
	}
}

// readers are clients, and when they are disconnected if there is too little for all.
var readers = []struct {
	name  string
	taken func(time.Duration) float64
	trip  time.Duration
	low   time.Duration // 0 means never
	high  time.Duration
}{
	{"reads nothing, and has next to no window", at(0, 1, 1000), 0, 250 * time.Millisecond, 600 * time.Millisecond},
	{"reads 16 bytes a second", at(16, 32, 1000), 0, 250 * time.Millisecond, 600 * time.Millisecond},
	{"has taken nothing yet over a satellite", at(0, 1, 0), 600 * time.Millisecond, 2600 * time.Millisecond, 3 * time.Second},
	{"reads nothing, and has a window of 128 KB", at(0, 1, 128<<10), 0, 4 * time.Second, 4400 * time.Millisecond},
	{"reads 7 KiB a second", at(7<<10, 1460, 0), 0, 250 * time.Millisecond, 10 * time.Second},
	{"reads 9 KiB a second", at(9<<10, 1460, 0), 0, 0, 0},
	{"reads 50 KB a second", at(50_000, 1460, 0), 0, 0, 0},
	{"reads 50 KB a second on the loopback interface, where 95 KB seem to go at once", at(50_000, 95_232, 128<<10), 0, 0, 0},
	{"reads 50 KB a second over a satellite", at(50_000, 14_600, 0), 600 * time.Millisecond, 0, 0},
}

// Clients that read at an honest rate are not disconnected, however long others wait, and
// whether they begin to wait at once or later.
func TestWhoMakesWay(t *testing.T) {
	for _, c := range readers {
		for _, quiet := range []time.Duration{0, 20 * time.Second} {
			t.Run(c.name+", and others wait after "+quiet.String(), func(t *testing.T) {
				low, high := c.low, c.high
				if low > 0 {
					low, high = max(low, quiet), max(high, quiet+time.Second)
				}
				synctest.Test(t, func(t *testing.T) {
					if left := leaves(t, &reader{taken: c.taken, trip: c.trip, came: time.Now()}, quiet); left < low || left > high {
						t.Errorf("disconnected after %v, want %v to %v (0 means never)", left, low, high)
					}
				})
			})
		}
	}
}

// leaves returns when a client is disconnected that has an answer of 2 MiB, while others wait
// from quiet on until 40 s have passed.
func leaves(t *testing.T, r *reader, quiet time.Duration) time.Duration {
	p := &Pool{}
	w := p.Writer(r, nil)
	w.Client = r
	if _, err := w.Write(make([]byte, 2<<20)); err != nil {
		t.Fatal(err)
	}
	time.Sleep(quiet)
	for time.Since(r.came) < 40*time.Second && !r.dropped.Load() {
		time.Sleep(100 * time.Millisecond)
		p.MakeWay(1)
	}
	left := r.left
	r.Drop()
	if err := w.Close(); left > 0 && !errors.Is(err, ErrEvicted) {
		t.Errorf("Close returned %v", err)
	}
	empty(t, p)
	return left
}

// nothing is what a client takes that does not read.
func nothing(time.Duration) float64 { return 0 }

// crowd returns Writers that have written more than fits their memory, and their clients.
func crowd(t *testing.T, p *Pool, taken ...func(time.Duration) float64) (writers []*Writer, clients []*reader) {
	t.Helper()
	for _, f := range taken {
		r := &reader{taken: f, came: time.Now()}
		w := p.Writer(r, nil)
		w.Client = r
		if _, err := w.Write(make([]byte, 10_000)); err != nil {
			t.Fatal(err)
		}
		writers, clients = append(writers, w), append(clients, r)
	}
	return writers, clients
}

// As many are disconnected as requests wait, those first that have waited longest; and no
// more, until their Writers are closed.
func TestHowManyMakeWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := small()
		writers, clients := crowd(t, p, nothing, nothing, nothing, nothing)
		check := func(waiting int, want ...bool) {
			t.Helper()
			p.MakeWay(waiting)
			for i, c := range clients {
				if got := c.dropped.Load(); got != want[i] {
					t.Errorf("%d wait: client %d is disconnected: %v, want %v", waiting, i, got, want[i])
				}
			}
		}
		check(9, false, false, false, false) // all are new
		time.Sleep(FirstPause)
		check(0, false, false, false, false)
		check(2, true, true, false, false)
		check(2, true, true, false, false)
		writers[0].Close()
		check(2, true, true, true, false)
		time.Sleep(2 * leave) // two do not end
		check(1, true, true, true, true)
		for _, w := range writers[1:] {
			w.Close()
		}
		empty(t, p)
		if len(p.behind)+len(p.leaving) != 0 {
			t.Errorf("%d and %d Writers are still known", len(p.behind), len(p.leaving))
		}
	})
}

// These do not make way: one whose producer has ended, since it holds nothing that others
// wait for; one whose client has all that was written; and one that is not behind any more.
func TestWhoHasNothingToGive(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := small()
		all := func(t time.Duration) float64 { return 10_000 * float64(t/time.Second) }
		writers, clients := crowd(t, p, nothing, all, nothing)
		closed := make(chan error, 1)
		go func() { closed <- writers[0].Close() }()
		writers[2].pool.strike(writers[2])
		time.Sleep(time.Minute)
		p.MakeWay(9)
		for i, c := range clients {
			if c.dropped.Load() {
				t.Errorf("client %d was disconnected", i)
			}
			c.Drop()
		}
		if err := receive(t, closed); errors.Is(err, ErrEvicted) {
			t.Errorf("Close returned %v", err)
		}
		for _, w := range writers[1:] {
			w.Close()
		}
		empty(t, p)
	})
}

// If the files are full, a client makes room that does not read; one that reads slowly keeps
// its answer, although it came first.
func TestEviction(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &Pool{Block: 1000, Memory: 4000, File: 3 << 20, AllFiles: 3 << 20}
		slow := &reader{taken: at(50_000, 95_232, 128<<10), came: time.Now()}
		first := p.Writer(slow, nil)
		first.Client = slow
		if _, err := first.Write(make([]byte, 2<<20)); err != nil {
			t.Fatal(err)
		}
		writers, clients := crowd(t, p, nothing)
		if _, err := writers[0].Write(make([]byte, 800_000)); err != nil {
			t.Fatal(err)
		}
		closed := make(chan error, 1)
		go func() { closed <- writers[0].Close() }()
		c := newClient(false)
		third := p.Writer(c, nil)
		began := time.Now()
		if _, err := third.Write(pattern(700_000)); err != nil { // needs room
			t.Fatal(err)
		}
		if took := time.Since(began); took > 2*FirstPause {
			t.Errorf("Write waited for %v", took)
		}
		if err := receive(t, closed); !clients[0].dropped.Load() || !errors.Is(err, ErrEvicted) {
			t.Errorf("the client that does not read was not disconnected; Close returned %v", err)
		}
		close(c.open)
		if err := third.Close(); err != nil || !bytes.Equal(c.got.Bytes(), pattern(700_000)) {
			t.Errorf("got %d bytes, error %v", c.got.Len(), err)
		}
		if err := first.Close(); err != nil || slow.dropped.Load() {
			t.Errorf("a client that reads slowly was disconnected: %v", err)
		}
		empty(t, p)
	})
}

// While producers are wanted, a file grows only for a client that has shown that it reads.
func TestAFileGrowsForAClientThatReads(t *testing.T) {
	for name, c := range map[string]struct {
		taken func(time.Duration) float64
		grows bool
	}{
		"reads nothing":             {nothing, false},
		"reads 16 bytes a second":   {at(16, 32, 1000), false},
		"reads 50 KB a second":      {at(50_000, 1460, 0), true},
		"has a window, and pauses":  {at(0, 1, 128<<10), true},
		"a satellite's, at 50 KB/s": {at(50_000, 14_600, 0), true},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p, r := &Pool{}, &reader{taken: c.taken, trip: time.Second, came: time.Now()}
				w := p.Writer(r, nil)
				w.Client = r
				wrote := make(chan error, 1)
				go func() {
					_, err := w.Write(make([]byte, 4<<20))
					wrote <- err
				}()
				for range 10 {
					p.MakeWay(1)
					time.Sleep(100 * time.Millisecond)
				}
				synctest.Wait()
				if grows := p.Used() > 1<<20; grows != c.grows {
					t.Errorf("the file has %d bytes", p.Used())
				}
				time.Sleep(lately)
				time.Sleep(p.Moment)
				if err := receive(t, wrote); err != nil { // no one waits
					t.Error(err)
				}
				r.Drop()
				w.Close()
				empty(t, p)
			})
		})
	}
}
