package listen

import (
	"errors"
	"net"
	"strings"
	"sync"
)

// Join returns a listener that accepts from all of ls. After Close, Accept still
// returns the connections that were accepted before: none is lost.
func Join(ls ...net.Listener) net.Listener {
	if len(ls) == 1 {
		return ls[0]
	}
	j := &joined{all: ls, accepted: make(chan accepted)}
	for _, l := range ls {
		j.accepting.Go(func() { j.acceptFrom(l) })
	}
	go func() {
		j.accepting.Wait()
		close(j.accepted)
	}()
	return j
}

// A joined listener has a goroutine for each of its listeners, which ends when that
// is closed.
type joined struct {
	all       []net.Listener
	accepting sync.WaitGroup
	accepted  chan accepted
}

type accepted struct {
	conn net.Conn
	err  error
}

func (j *joined) acceptFrom(l net.Listener) {
	for {
		c, err := l.Accept()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		j.accepted <- accepted{c, err}
	}
}

func (j *joined) Accept() (net.Conn, error) {
	a, ok := <-j.accepted
	if !ok {
		return nil, net.ErrClosed
	}
	return a.conn, a.err
}

func (j *joined) Close() (err error) {
	for _, l := range j.all {
		err = errors.Join(err, l.Close())
	}
	return err
}

func (j *joined) Addr() net.Addr { return addresses(j.all) }

// addresses are those of several listeners.
type addresses []net.Listener

func (a addresses) Network() string { return a[0].Addr().Network() }

func (a addresses) String() string {
	all := make([]string, len(a))
	for i, l := range a {
		all[i] = l.Addr().String()
	}
	return strings.Join(all, ",")
}
