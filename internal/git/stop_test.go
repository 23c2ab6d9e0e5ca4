//go:build unix

package git

import (
	"context"
	"errors"
	"os"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// A checkout that is stopped leaves the repository unchanged. (So does a killed
// process: nothing is written there at all.)
func TestCheckOutStopped(t *testing.T) {
	s := newSandbox(t)
	s.program("r")
	first := s.commit("r", ".gitattributes", "main.go filter=wait\n")
	begun, end := s.fifo("begun"), s.fifo("end")
	s.git("r", "config", "filter.wait.smudge", "echo >"+begun.Name()+"; cat >"+s.path("taken")+"; read word <"+end.Name())
	r := s.open("r")
	before := s.contents("r")
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() {
		_, err := r.CheckOut(ctx, Revision{first, "first"}, s.path("base"))
		done <- err
	}()
	if _, err := begun.Read(make([]byte, 1)); err != nil {
		t.Fatalf("wait for the filter: %v", err)
	}
	stop()
	if _, err := end.WriteString("end\n"); err != nil {
		t.Fatal(err)
	}
	select {
	case err := <-done:
		if !errors.Is(err, context.Canceled) {
			t.Errorf("CheckOut returned %v, want %v", err, context.Canceled)
		}
	case <-time.After(20 * time.Second):
		t.Fatal("CheckOut does not end")
	}
	if diff := cmp.Diff(before, s.contents("r")); diff != "" {
		t.Errorf("the repository (-before +after):\n%s", diff)
	}
}

// fifo makes a named pipe, open for both sides, with a deadline.
func (s sandbox) fifo(name string) *os.File {
	s.Helper()
	if err := syscall.Mkfifo(s.path(name), 0o600); err != nil {
		s.Fatal(err)
	}
	f, err := os.OpenFile(s.path(name), os.O_RDWR, 0)
	if err != nil {
		s.Fatal(err)
	}
	s.Cleanup(func() { f.Close() })
	if err := f.SetDeadline(time.Now().Add(time.Minute)); err != nil {
		s.Fatal(err)
	}
	return f
}
