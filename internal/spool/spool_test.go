package spool

import (
	"bytes"
	"errors"
	"io"
	"os"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// A client is the receiving side of a Writer. Its writes wait while it is closed.
type client struct {
	open    chan struct{} // closed when it begins to read
	mu      sync.Mutex
	got     bytes.Buffer
	writes  int
	flushed chan int // the bytes so far, at a flush
	fails   error
	room    int    // for fewer bytes
	dropped func() // called when it is disconnected
}

func newClient(reads bool) *client {
	c := &client{open: make(chan struct{}), flushed: make(chan int, 100)}
	if reads {
		close(c.open)
	}
	return c
}

func (c *client) Write(b []byte) (int, error) {
	<-c.open
	c.mu.Lock()
	defer c.mu.Unlock()
	c.writes++
	if c.fails != nil {
		return 0, c.fails
	}
	return c.got.Write(b)
}

// The client is a Client, too.
func (c *client) Room(n int) bool          { return n < c.room }
func (c *client) RoundTrip() time.Duration { return 0 }
func (c *client) Drop()                    { c.dropped() }

func (c *client) Taken() int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return int64(c.got.Len())
}

func (c *client) flush() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.flushed <- c.got.Len()
}

func pattern(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(i * 31 / 7)
	}
	return b
}

// small is a Pool with small limits.
func small() *Pool { return &Pool{Block: 1000, Memory: 4000, File: 50_000, AllFiles: 60_000} }

// empty checks that nothing of a Pool is in use.
func empty(t *testing.T, p *Pool) {
	t.Helper()
	if m, f := p.memory.used.Load(), p.Used(); m != 0 || f != 0 {
		t.Errorf("%d bytes of memory and %d of files are still in use", m, f)
	}
}

// receive returns the next value of a channel. It fails the test after 20 s.
func receive[T any](t testing.TB, c <-chan T) T {
	t.Helper()
	select {
	case v := <-c:
		return v
	case <-time.After(20 * time.Second):
		t.Fatal("no value arrived within 20 s")
		panic("not reached")
	}
}

// TestOrder writes in pieces of odd sizes to clients that read at once, or only
// after the last Write: all arrives, in order.
func TestOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, size := range []int{0, 1, 999, 1000, 1001, 4000, 4001, 5000, 9_999, 50_000} {
			for name, reads := range map[string]bool{"reads": true, "reads late": false} {
				p, c, want := small(), newClient(reads), pattern(size)
				w := p.Writer(c, c.flush)
				for rest, n := want, 1; len(rest) > 0; n = n*7%997 + 1 {
					n = min(n, len(rest))
					if k, err := w.Write(rest[:n]); k != n || err != nil {
						t.Fatalf("%d bytes, a client that %s: Write took %d of %d, error %v", size, name, k, n, err)
					}
					rest = rest[n:]
				}
				if !reads {
					close(c.open)
				}
				if err := w.Close(); err != nil || !bytes.Equal(c.got.Bytes(), want) {
					t.Errorf("%d bytes, a client that %s: got %d bytes, error %v", size, name, c.got.Len(), err)
				}
				empty(t, p)
			}
		}
	})
}

// A small answer goes out with a single write, by Close.
func TestSmallAnswer(t *testing.T) {
	p, c := small(), newClient(true)
	w := p.Writer(c, c.flush)
	for range 9 {
		io.WriteString(w, "hello")
	}
	if c.writes != 0 || w.begun {
		t.Errorf("before Close: %d writes, in the background: %v", c.writes, w.begun)
	}
	if err := w.Close(); err != nil || c.writes != 1 || c.got.Len() != 45 {
		t.Errorf("got %d bytes in %d writes, error %v", c.got.Len(), c.writes, err)
	}
	if err := w.Close(); err != nil || c.writes != 1 {
		t.Errorf("Close again: %d writes, error %v", c.writes, err)
	}
	if _, err := w.Write([]byte("late")); !errors.Is(err, os.ErrClosed) {
		t.Errorf("Write after Close: got %v", err)
	}
	w.Flush() // does nothing
}

// Flush sends at once, even nothing, and each time.
func TestFlush(t *testing.T) {
	p, c := small(), newClient(true)
	w := p.Writer(c, c.flush)
	for i := range 5 {
		w.Flush()
		if got := receive(t, c.flushed); got != i {
			t.Errorf("flush %d: the client has %d bytes", i, got)
		}
		w.Write([]byte("x"))
	}
	if err := w.Close(); err != nil {
		t.Error(err)
	}
}

// With room, Flush sends by itself; without, a goroutine does.
func TestFlushWithRoom(t *testing.T) {
	p, c := small(), newClient(true)
	w := p.Writer(c, c.flush)
	c.room, w.Client = 100, c
	w.Flush()
	for i := range 3 {
		w.Write([]byte("event"))
		w.Flush()
		if want := 5 * (i + 1); c.got.Len() != want || w.begun {
			t.Fatalf("after Flush, the client has %d bytes, want %d", c.got.Len(), want)
		}
	}
	w.Write(pattern(100))
	if w.Flush(); !w.begun {
		t.Error("Flush sent a block for which there was no room")
	}
	if err := w.Close(); err != nil || c.got.Len() != 115 {
		t.Errorf("got %d bytes, error %v", c.got.Len(), err)
	}
	empty(t, p)
}

// A client that fails in a Flush with room fails the next Write.
func TestFlushWithRoomFails(t *testing.T) {
	p, c := small(), newClient(true)
	c.fails = io.ErrClosedPipe
	w := p.Writer(c, c.flush)
	c.room, w.Client = 100, c
	w.Write([]byte("event"))
	w.Flush()
	if _, err := w.Write([]byte("event")); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("Write returned %v", err)
	}
	if err := w.Close(); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("Close returned %v", err)
	}
	empty(t, p)
}

// What is written from Buffer arrives like all else, copied or not.
func TestBuffer(t *testing.T) {
	for _, size := range []int{1, 200, 400, 1000} {
		for name, reads := range map[string]bool{"reads": true, "reads late": false} {
			synctest.Test(t, func(t *testing.T) {
				p, c, want := small(), newClient(reads), pattern(size*20)
				w := p.Writer(c, c.flush)
				for at := 0; at < len(want); at += size {
					b := w.Buffer()
					copy(b, want[at:at+size])
					if _, err := w.Write(b[:size]); err != nil {
						t.Fatal(err)
					}
					clear(w.Buffer())
				}
				if !reads {
					close(c.open)
				}
				if err := w.Close(); err != nil || !bytes.Equal(c.got.Bytes(), want) {
					t.Errorf("%d bytes, a client that %s: got %d bytes, error %v", size, name, c.got.Len(), err)
				}
				empty(t, p)
			})
		}
	}
}

// A producer must end while its client has not read a byte, up to the limits; after
// them it waits for the client.
func TestAProducerIsFree(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, c := small(), newClient(false)
		w := p.Writer(c, c.flush)
		if _, err := w.Write(pattern(50_000)); err != nil { // returns: this is the test
			t.Fatal(err)
		}
		wrote := make(chan error)
		go func() {
			_, err := w.Write(pattern(5_000)) // up to 4,000 in memory are free, and 50,000 in the file
			wrote <- err
		}()
		time.Sleep(time.Hour)
		select {
		case err := <-wrote:
			t.Errorf("Write beyond the limits did not wait: %v", err)
		default:
		}
		close(c.open)
		if err := receive(t, wrote); err != nil {
			t.Error(err)
		}
		if err := w.Close(); err != nil || c.got.Len() != 55_000 {
			t.Errorf("got %d bytes, error %v", c.got.Len(), err)
		}
		empty(t, p)
	})
}

// The files of all Writers have a limit together. A Writer that finds it reached
// waits for its own client.
func TestLimitOfAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, first, second := small(), newClient(false), newClient(false)
		a, b := p.Writer(first, nil), p.Writer(second, nil)
		if _, err := a.Write(pattern(50_000)); err != nil {
			t.Fatal(err)
		}
		wrote := make(chan error)
		go func() {
			_, err := b.Write(pattern(50_000))
			wrote <- err
		}()
		time.Sleep(time.Hour)
		select {
		case err := <-wrote:
			t.Errorf("Write beyond the limit did not wait: %v", err)
		default:
		}
		close(second.open)
		if err := receive(t, wrote); err != nil {
			t.Error(err)
		}
		close(first.open)
		for _, w := range []*Writer{a, b} {
			if err := w.Close(); err != nil {
				t.Error(err)
			}
		}
		if !bytes.Equal(first.got.Bytes(), pattern(50_000)) || !bytes.Equal(second.got.Bytes(), pattern(50_000)) {
			t.Errorf("got %d and %d bytes", first.got.Len(), second.got.Len())
		}
		empty(t, p)
	})
}

// A client that catches up brings the spool back from the file to memory.
func TestCatchUp(t *testing.T) {
	p, c := small(), newClient(false)
	w := p.Writer(c, c.flush)
	all := pattern(200_000)
	if _, err := w.Write(all[:20_000]); err != nil {
		t.Fatal(err)
	}
	close(c.open)
	for at := 20_000; at < len(all); at += 1000 {
		w.Flush()
		for got := receive(t, c.flushed); got < at; got = receive(t, c.flushed) {
		}
		if _, err := w.Write(all[at : at+1000]); err != nil {
			t.Fatal(err)
		}
		if used := p.Used(); used != 0 {
			t.Fatalf("%d bytes in files although the client has all", used)
		}
	}
	if err := w.Close(); err != nil || !bytes.Equal(c.got.Bytes(), all) {
		t.Errorf("got %d bytes, error %v", c.got.Len(), err)
	}
	empty(t, p)
}

// If the client fails, a waiting Write fails, and everything is freed.
func TestTheClientFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, size := range []int{500, 3_000, 20_000, 200_000} {
			p, c := small(), newClient(false)
			c.fails = io.ErrClosedPipe
			w := p.Writer(c, c.flush)
			time.AfterFunc(100*time.Millisecond, func() { close(c.open) })
			_, err := w.Write(pattern(size))
			if size == 200_000 && !errors.Is(err, io.ErrClosedPipe) {
				t.Errorf("%d bytes: Write returned %v", size, err)
			}
			if err := w.Close(); !errors.Is(err, io.ErrClosedPipe) {
				t.Errorf("%d bytes: Close returned %v", size, err)
			}
			empty(t, p)
		}
	})
}

// Without a place for files, the producer waits for the client, and nothing is lost.
func TestNoPlaceForFiles(t *testing.T) {
	t.Setenv("TMPDIR", "/nonexistent")
	t.Setenv("TMP", `Q:\nonexistent`)
	synctest.Test(t, func(t *testing.T) { withoutFiles(t) })
}

func withoutFiles(t *testing.T) {
	p, c := small(), newClient(false)
	w := p.Writer(c, nil)
	time.AfterFunc(100*time.Millisecond, func() { close(c.open) })
	if _, err := w.Write(pattern(30_000)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil || !bytes.Equal(c.got.Bytes(), pattern(30_000)) {
		t.Errorf("got %d bytes, error %v", c.got.Len(), err)
	}
	empty(t, p)
}

// The memory of all Writers has a limit: beyond it, the file is used.
func TestLimitOfMemory(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &Pool{Block: 1000, Memory: 8000, AllMemory: 10_000, File: 50_000}
		var writers []*Writer
		c := newClient(false)
		for range 5 {
			w := p.Writer(c, nil)
			if _, err := w.Write(pattern(8000)); err != nil {
				t.Fatal(err)
			}
			writers = append(writers, w)
		}
		if used := p.memory.used.Load(); used > 10_000 {
			t.Errorf("%d bytes in memory, want at most 10,000", used)
		}
		close(c.open)
		for _, w := range writers {
			if err := w.Close(); err != nil {
				t.Error(err)
			}
		}
		empty(t, p)
	})
}

// Files have no name, and count in their Pool.
func TestFile(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	p := &Pool{AllFiles: 100}
	f, err := p.Create()
	if err != nil {
		t.Fatal(err)
	}
	if names, err := os.ReadDir(dir); err != nil || len(names) > 0 {
		t.Errorf("the directory has %v, error %v", names, err)
	}
	if _, err := f.Write(make([]byte, 60)); err != nil || p.Used() != 60 {
		t.Errorf("%d bytes in use, error %v", p.Used(), err)
	}
	if n, err := f.Write(make([]byte, 41)); n != 0 || !errors.Is(err, ErrFull) || p.Used() != 60 {
		t.Errorf("beyond the limit: wrote %d, %d bytes in use, error %v", n, p.Used(), err)
	}
	if err := f.Close(); err != nil || p.Used() != 0 {
		t.Errorf("after Close: %d bytes in use, error %v", p.Used(), err)
	}
}

func BenchmarkWriter(b *testing.B) {
	p, page := &Pool{}, pattern(12_000)
	b.ReportAllocs()
	for b.Loop() {
		w := p.Writer(io.Discard, nil)
		w.Write(page)
		w.Close()
	}
}
