//go:build linux

package main

import (
	"context"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// A pipe that never ends does not keep a command from ending.
func TestInterruptedReads(t *testing.T) {
	pipe := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	stdin, answers, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer stdin.Close()
	defer answers.Close()
	for _, args := range [][]string{
		{"traffic", "import", pipe, "-o", filepath.Join(t.TempDir(), "traffic.zst")},
		{"scenario", "new"},
	} {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		time.AfterFunc(100*time.Millisecond, cancel)
		code := make(chan int, 1)
		go func() { code <- run(ctx, args, stdin, t.Output(), t.Output()) }()
		select {
		case got := <-code:
			if got != exitInterrupted {
				t.Errorf("%q: got exit status %d, want %d", args, got, exitInterrupted)
			}
		case <-time.After(20 * time.Second):
			t.Errorf("%q: it goes on", args)
		}
	}
	w, err := os.OpenFile(pipe, os.O_WRONLY|syscall.O_NONBLOCK, 0) // the read ends
	if err != nil {
		t.Fatal(err)
	}
	w.Close()
}
