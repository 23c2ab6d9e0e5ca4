package host

import (
	"errors"
	"os"
	"testing"

	"golang.org/x/sys/unix"
)

// newPiped returns a process without a process, and the writing end of its output.
func newPiped(t *testing.T) (*process, *os.File) {
	t.Helper()
	var fds [2]int
	if err := unix.Pipe2(fds[:], unix.O_CLOEXEC); err != nil {
		t.Fatal(err)
	}
	w := os.NewFile(uintptr(fds[1]), "w")
	out, err := watch(fds[0])
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { w.Close(); out.close() })
	return &process{stdout: out}, w
}

// TestAPauseLeavesNoDeadline reads output that comes long after the pause.
func TestAPauseLeavesNoDeadline(t *testing.T) {
	p, w := newPiped(t)
	b := make([]byte, 8)
	if n := p.next(b); n != 0 || p.stdout.ended {
		t.Fatalf("next returned %d bytes of nothing (ended: %t)", n, p.stdout.ended)
	}
	read := make(chan error)
	go func() {
		_, err := p.stdout.Read(b)
		read <- err
	}()
	select {
	case err := <-read:
		t.Fatalf("reading ended with %v before there was output", err)
	default:
	}
	w.Write([]byte("late"))
	if err := <-read; err != nil || string(b[:4]) != "late" {
		t.Errorf("got %q, %v; want the output", b[:4], err)
	}
}

// TestAPauseSeesTheEnd takes the end, and what comes before it, without waiting.
func TestAPauseSeesTheEnd(t *testing.T) {
	p, w := newPiped(t)
	b := make([]byte, 8)
	w.Write([]byte("next"))
	w.Close()
	if n := p.next(b); n != 4 {
		t.Errorf("got %d bytes, want 4", n)
	}
	if n := p.next(b); n != 0 || !p.stdout.ended {
		t.Errorf("got %d bytes (ended: %t), want the end", n, p.stdout.ended)
	}
}

// TestAPauseKeepsAnInterrupt pauses after the process was ended: reading fails from then on.
func TestAPauseKeepsAnInterrupt(t *testing.T) {
	p, w := newPiped(t)
	p.why = errStopped
	p.stdout.interrupt()
	p.next(make([]byte, 8))
	w.Close()
	if _, err := p.stdout.Read(make([]byte, 8)); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("got %v, want the interrupt to last", err)
	}
}
