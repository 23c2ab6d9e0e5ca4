package target

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
)

// A stock holds supervisors without processes, which wait for their next order. A nil one
// starts a supervisor for each order.
type stock struct {
	mu     sync.Mutex
	idle   map[string][]*supervisor // by their CPUs
	closed bool
}

func newStock() *stock { return &stock{idle: map[string][]*supervisor{}} }

// run runs an order with an idle supervisor or with a new one.
func (s *stock) run(o order, socket *os.File, output io.Writer) (*supervisor, event, error) {
	if s == nil || socket != nil {
		return runSupervisor(o, socket, output)
	}
	o.Mark = "\x00" + rand.Text()
	for k := s.take(o.CPUs); k != nil; k = s.take(o.CPUs) {
		if k, e, err := k.begin(o, command{Next: &o}, output); err == nil {
			return k, e, nil
		} // it was killed while it waited
	}
	k, e, err := runSupervisor(o, nil, output)
	if k != nil {
		k.stock, k.cpus = s, o.CPUs
	}
	return k, e, err
}

func (s *stock) take(cpus []int) (k *supervisor) {
	s.mu.Lock()
	defer s.mu.Unlock()
	key := fmt.Sprint(cpus)
	if n := len(s.idle[key]); n > 0 {
		k, s.idle[key] = s.idle[key][n-1], s.idle[key][:n-1]
	}
	return k
}

// add takes a supervisor without processes. It ends one that comes after close.
func (s *stock) add(k *supervisor) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		k.dismiss()
		return
	}
	key := fmt.Sprint(k.cpus)
	s.idle[key] = append(s.idle[key], k)
}

// close ends the supervisors.
func (s *stock) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	for _, all := range s.idle {
		for _, k := range all {
			k.dismiss()
		}
	}
	s.idle = nil
}

// free returns the supervisor for another target.
func (k *supervisor) free() *supervisor {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.over = true
	return &supervisor{cmd: k.cmd, orders: k.orders, events: k.events, output: k.output, from: k.from, stock: k.stock, cpus: k.cpus}
}

// dismiss ends a supervisor that waits: the end of its orders is that of its owner.
func (k *supervisor) dismiss() {
	closeAll([]*os.File{k.orders})
	k.cmd.Wait()
	closeAll([]*os.File{k.events, k.output})
}

// copyUntil copies everything before a mark. What may be the beginning of the mark waits for
// the rest, everything else is copied at once.
func copyUntil(to io.Writer, from io.Reader, mark string) {
	var held []byte
	for buffer := make([]byte, 32<<10); ; {
		n, err := from.Read(buffer)
		held = append(held, buffer[:n]...)
		if i := bytes.Index(held, []byte(mark)); i >= 0 || err != nil {
			if i < 0 {
				i = len(held)
			}
			to.Write(held[:i])
			return
		}
		keep := begun(held, mark)
		to.Write(held[:len(held)-keep])
		held = append([]byte(nil), held[len(held)-keep:]...)
	}
}

// begun returns the length of the longest end of b with which the mark begins.
func begun(b []byte, mark string) int {
	for n := min(len(b), len(mark)-1); n > 0; n-- {
		if strings.HasPrefix(mark, string(b[len(b)-n:])) {
			return n
		}
	}
	return 0
}
