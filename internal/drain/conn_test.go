package drain

import (
	"net"
	"net/http"
	"testing"

	"github.com/classibench/classibench/internal/layer"
)

// A closing calls a function while its reading side is ended.
type closing struct {
	net.Conn
	during func()
}

func (c closing) CloseRead() error {
	c.during()
	return nil
}

// The check for a request and the end of the reading side are one step: a request that
// begins between them would lose its body.
func TestARequestCannotBeginWhileReadingEnds(t *testing.T) {
	for state, want := range map[http.ConnState]bool{http.StateNew: true, http.StateIdle: true, http.StateActive: false} {
		c, ended := &conn{}, false
		c.changed.L = &c.mu
		c.Conn = layer.Conn{Conn: closing{during: func() {
			ended = true
			if c.mu.TryLock() {
				c.mu.Unlock()
				t.Errorf("%v: the state could change between the check and the end", state)
			}
		}}}
		c.become(state)
		c.retire()
		if ended != want {
			t.Errorf("%v: the reading side was ended: %v, want %v", state, ended, want)
		}
	}
}
