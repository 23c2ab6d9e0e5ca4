package listen_test

import (
	"errors"
	"io"
	"net"
	"path/filepath"
	"testing"

	"github.com/classibench/classibench/internal/listen"
)

func opened(t *testing.T, addr string) net.Listener {
	t.Helper()
	l, err := listen.Listen(addr, "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l
}

// TestJoin accepts from several listeners. Connections that were accepted before Close
// are not lost, although no one has asked for them yet.
func TestJoin(t *testing.T) {
	all := []net.Listener{opened(t, "127.0.0.1:0"), opened(t, "unix:"+filepath.Join(t.TempDir(), "s")), opened(t, "127.0.0.1:0")}
	watched := make(chan bool, len(all))
	for i := range all {
		all[i] = watchedListener{all[i], watched}
	}
	j := listen.Join(all...)
	if got, want := j.Addr().String(), all[0].Addr().String()+","+all[1].Addr().String()+","+all[2].Addr().String(); got != want {
		t.Errorf("got the address %s, want %s", got, want)
	}
	for _, l := range all {
		c, err := net.Dial(l.Addr().Network(), l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		if _, err := io.WriteString(c, l.Addr().String()); err != nil {
			t.Fatal(err)
		}
		<-watched // accepted
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	got := map[string]bool{}
	for range all {
		c, err := j.Accept()
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		b := make([]byte, 100)
		n, err := c.Read(b)
		if err != nil {
			t.Fatal(err)
		}
		got[string(b[:n])] = true
	}
	for _, l := range all {
		if !got[l.Addr().String()] {
			t.Errorf("the connection to %s is lost", l.Addr())
		}
	}
	if _, err := j.Accept(); !errors.Is(err, net.ErrClosed) {
		t.Errorf("Accept returned %v after the last connection, want net.ErrClosed", err)
	}
}

// A watchedListener reports each connection that it has accepted.
type watchedListener struct {
	net.Listener
	accepted chan bool
}

func (l watchedListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err == nil {
		l.accepted <- true
	}
	return c, err
}

// TestJoinPassesErrors passes on an error after which another Accept may succeed.
func TestJoinPassesErrors(t *testing.T) {
	short := errors.New("no descriptors")
	j := listen.Join(&failing{Listener: opened(t, "127.0.0.1:0"), err: short}, opened(t, "127.0.0.1:0"))
	defer j.Close()
	if _, err := j.Accept(); err != short {
		t.Errorf("Accept returned %v, want %v", err, short)
	}
}

// A failing listener fails once.
type failing struct {
	net.Listener
	err error
}

func (f *failing) Accept() (net.Conn, error) {
	if err := f.err; err != nil {
		f.err = nil
		return nil, err
	}
	return f.Listener.Accept()
}
