//go:build linux

package main

import (
	"bufio"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// The command reads a directory of programs once, and names those that cannot start.
func TestADirectoryOfProgramsIsReadOnce(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{"ads.sh": "#!/bin/sh\n", "broken.sh": "#!/bin/none\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	watch, err := unix.InotifyInit1(unix.IN_NONBLOCK)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(watch)
	if _, err := unix.InotifyAddWatch(watch, dir, unix.IN_OPEN); err != nil {
		t.Fatal(err)
	}
	bin, err := built()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), filepath.Join(bin, "classibench"), "serve", "cgi", "--listen", "127.0.0.1:0", "--prefix", "/cgi-bin/", dir)
	stderr, err := cmd.StderrPipe()
	if err := errors.Join(err, cmd.Start()); err != nil {
		t.Fatal(err)
	}
	readUntil(t, stderr, time.Now().Add(time.Minute))
	var said string
	for lines := bufio.NewScanner(stderr); !strings.Contains(said, "serving ") && lines.Scan(); {
		said += lines.Text() + "\n"
	}
	if err := errors.Join(cmd.Process.Signal(syscall.SIGTERM), cmd.Wait()); err != nil {
		t.Errorf("%v: %s", err, said)
	}
	if strings.Count(said, "cannot be started") != 1 || !strings.Contains(said, "broken.sh") {
		t.Errorf("got %q, want a warning about broken.sh", said)
	}
	if n := opened(t, watch); n != 1 {
		t.Errorf("the directory was opened %d times", n)
	}
}

// opened counts the times that a watched directory itself was opened.
func opened(t *testing.T, watch int) (n int) {
	t.Helper()
	events := make([]byte, 1<<16)
	size, err := unix.Read(watch, events)
	if err != nil {
		t.Fatal(err)
	}
	for events = events[:size]; len(events) > 0; {
		e := (*unix.InotifyEvent)(unsafe.Pointer(&events[0]))
		if e.Len == 0 {
			n++
		}
		events = events[unix.SizeofInotifyEvent+e.Len:]
	}
	return n
}
