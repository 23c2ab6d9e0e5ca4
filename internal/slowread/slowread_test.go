package slowread

import (
	"errors"
	"io"
	"net"
	"os"
	"runtime"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

// pipe returns a Conn and its client, which takes each byte only by reading it.
func pipe(pause time.Duration) (*Conn, net.Conn) {
	server, client := net.Pipe()
	return NewConn(server, pause), client
}

// TestRule checks who is cut off, and when, in virtual time.
func TestRule(t *testing.T) {
	for _, c := range []struct {
		name  string
		bytes int // that the client takes at once
		every time.Duration
		low   time.Duration // bounds of the moment at which it is cut off; 0 means never
		high  time.Duration
	}{
		{"never reads", 1, time.Hour, 10 * time.Second, 11 * time.Second},
		{"a byte a second", 1, time.Second, 10 * time.Second, 11 * time.Second},
		{"just too slow", 450, time.Second, 90 * time.Second, 101 * time.Second},
		{"in time", 550, time.Second, 0, 0},
		{"in large pieces", 5000, 9 * time.Second, 0, 0},
		{"pauses for too long", 100_000, 12 * time.Second, 10 * time.Second, 11 * time.Second},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				conn, client := pipe(10 * time.Second)
				const size = 330_000 // 10 min at 550 bytes a second
				left := make(chan struct{})
				go func() {
					defer close(left)
					for b := make([]byte, c.bytes); ; {
						time.Sleep(c.every)
						if _, err := io.ReadFull(client, b); err != nil {
							return
						}
					}
				}()
				began := time.Now()
				_, err := conn.Write(make([]byte, size))
				took := time.Since(began)
				conn.Close()
				client.Close()
				<-left
				if c.low == 0 && err != nil || c.low > 0 && !errors.Is(err, ErrSlow) {
					t.Errorf("after %v: got error %v", took, err)
				}
				if c.low > 0 && (took < c.low || took > c.high) {
					t.Errorf("cut off after %v, want %v to %v", took, c.low, c.high)
				}
			})
		})
	}
}

// A client that took much at first may not pause for longer because of that.
func TestNothingIsSavedUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		conn, client := pipe(10 * time.Second)
		go io.CopyN(io.Discard, client, 1<<20)
		began := time.Now()
		n, err := conn.Write(make([]byte, 2<<20))
		if took := time.Since(began); n != 1<<20 || !errors.Is(err, ErrSlow) || took > 11*time.Second {
			t.Errorf("after %v: took %d bytes, error %v", took, n, err)
		}
		conn.Close()
		client.Close()
	})
}

// Time without anything to send does not count.
func TestAPauseOfTheServer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		conn, client := pipe(10 * time.Second)
		go io.Copy(io.Discard, client)
		for range 5 {
			time.Sleep(time.Minute)
			if _, err := conn.Write([]byte("event")); err != nil {
				t.Fatal(err)
			}
		}
		conn.Close()
		client.Close()
	})
}

// A handler's own deadline holds, whether it is set before or during a write.
func TestOwnDeadline(t *testing.T) {
	for name, set := range map[string]func(c *Conn){
		"before, short": func(c *Conn) { c.SetWriteDeadline(time.Now().Add(3 * time.Second)) },
		"during":        func(c *Conn) { time.AfterFunc(3*time.Second, func() { c.SetWriteDeadline(time.Unix(1, 0)) }) },
		"of both":       func(c *Conn) { c.SetDeadline(time.Now().Add(3 * time.Second)) },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				conn, client := pipe(10 * time.Second)
				set(conn)
				began := time.Now()
				_, err := conn.Write(make([]byte, 100))
				if took := time.Since(began); !errors.Is(err, os.ErrDeadlineExceeded) || took != 3*time.Second {
					t.Errorf("after %v: got %v", took, err)
				}
				conn.Begin()
				if err := conn.SetReadDeadline(time.Time{}); err != nil {
					t.Fatal(err)
				}
				go client.Read(make([]byte, 100))
				if _, err := conn.Write(make([]byte, 100)); err != nil {
					t.Errorf("without the deadline: %v", err)
				}
				conn.Close()
				client.Close()
			})
		})
	}
}

// A long deadline of the handler does not protect a client that does not read.
func TestALongDeadlineDoesNotHelp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		conn, client := pipe(10 * time.Second)
		conn.SetWriteDeadline(time.Now().Add(time.Hour))
		began := time.Now()
		if _, err := conn.Write(make([]byte, 1)); !errors.Is(err, ErrSlow) || time.Since(began) > 11*time.Second {
			t.Errorf("after %v: got %v", time.Since(began), err)
		}
		conn.Close()
		client.Close()
	})
}

// On a socket, the system's buffer takes more only when a third of it is free. A
// client that reads steadily must not be cut off meanwhile.
func TestProgressThatOnlyTheSystemSees(t *testing.T) {
	c, client := accepted(t, 200*time.Millisecond)
	filled := fill(t, c.NetConn())
	before, known := unsent(c.NetConn())
	if !known && runtime.GOOS == "linux" {
		t.Fatal("Linux reports what the client has not taken, and it was not read")
	}
	if !known {
		t.Skip("this system does not report what the client has not taken")
	}
	if c.Room(1) {
		t.Error("there is room for a byte, although the client has not read")
	}
	client.SetReadDeadline(time.Now().Add(20 * time.Second))
	b, read := make([]byte, 64<<10), 0
	for left := before; left == before; left, _ = unsent(c.NetConn()) { // until the client's system acknowledges
		n, err := client.Read(b)
		if read += n; err != nil {
			t.Fatal(err)
		}
	}
	c.queued.Store(int64(filled))
	c.waited, c.known = 199*time.Millisecond, int64(filled)-before
	if err := c.judge(time.Now()); err != nil {
		t.Errorf("the client read, and got %v", err)
	}
	if _, err := io.CopyN(io.Discard, client, int64(filled-read)); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(20 * time.Second); !c.Room(most); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("no room, although the client has read all")
		}
	}
}

// fill writes until the system takes no more.
func fill(t *testing.T, c net.Conn) (filled int) {
	t.Helper()
	for b := make([]byte, 1<<20); ; {
		c.SetWriteDeadline(time.Now().Add(20 * time.Millisecond))
		n, err := c.Write(b)
		filled += n
		switch {
		case err != nil && !errors.Is(err, os.ErrDeadlineExceeded):
			t.Fatal(err)
		case err != nil && n == 0 && filled > 0:
			return filled
		}
	}
}

// A connection that is dropped is reset when it is closed: the client does not get what
// the system holds, and the system does not hold it for minutes.
func TestDrop(t *testing.T) {
	c, client := accepted(t, 0)
	filled := fill(t, c.NetConn())
	c.Drop()
	if _, err := c.Write(make([]byte, 1)); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("a write after it returned %v", err)
	}
	c.Close()
	client.SetReadDeadline(time.Now().Add(20 * time.Second))
	if n, err := io.Copy(io.Discard, client); n >= int64(filled) || !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("the client got %d of %d bytes, and %v; want a reset", n, filled, err)
	}
}

// A connection is found within others, and ends its halves as the one below does.
func TestWithinAnotherConnection(t *testing.T) {
	c, client := accepted(t, 0)
	if got := From(Context(t.Context(), around{around{c}})); got != c {
		t.Errorf("found %v, want %v", got, c)
	}
	if got := From(Context(t.Context(), client)); got != nil {
		t.Errorf("found %v in a connection of another kind", got)
	}
	if err := errors.Join(c.CloseRead(), c.CloseWrite()); err != nil {
		t.Error(err)
	}
	if n, err := client.Read(make([]byte, 1)); err != io.EOF {
		t.Errorf("the client read %d bytes, error %v; want the end", n, err)
	}
	within, other := pipe(0)
	defer other.Close()
	defer within.Close()
	if err := within.CloseRead(); !errors.Is(err, errors.ErrUnsupported) {
		t.Errorf("a pipe has no half, and got %v", err)
	}
}

type around struct{ net.Conn }

func (a around) NetConn() net.Conn { return a.Conn }

// accepted returns a connection of a Listener, and its client.
func accepted(t *testing.T, pause time.Duration) (*Conn, net.Conn) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	client, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { client.Close() })
	server, err := Listener{Listener: l, Pause: pause}.Accept()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Close() })
	return server.(*Conn), client
}

// Taken follows what the client's system acknowledges, and a client that was dropped costs the
// system nothing: its connection is reset.
func TestTheClientIsKnown(t *testing.T) {
	c, client := accepted(t, time.Hour)
	if _, err := c.Write(make([]byte, 1000)); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(20 * time.Second); c.Taken() != 1000; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("the client has taken %d bytes, want 1000", c.Taken())
		}
	}
	if d := c.RoundTrip(); runtime.GOOS == "linux" && (d <= 0 || d > time.Second) {
		t.Errorf("the round trip takes %v", d)
	}
	failed := make(chan error, 1)
	go func() {
		_, err := c.Write(make([]byte, 64<<20))
		failed <- err
	}()
	for c.Taken() < 20_000 { // during the Write
		time.Sleep(time.Millisecond)
	}
	c.Drop()
	if err := <-failed; !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("Write to a client that was dropped returned %v", err)
	}
	c.Close()
	client.SetReadDeadline(time.Now().Add(20 * time.Second))
	if n, err := io.Copy(io.Discard, client); err == nil || errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("the client got %d bytes, error %v; want a reset", n, err)
	}
}
