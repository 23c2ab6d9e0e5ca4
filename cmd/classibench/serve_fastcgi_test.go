package main

import (
	"bufio"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// The gateway reports at its start, before any request, that no program listens.
func TestAFastCGIProgramThatIsDownIsReported(t *testing.T) {
	bin, err := built()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), filepath.Join(bin, "classibench"), "serve", "fastcgi", "--listen", "127.0.0.1:0", "127.0.0.1:1")
	stderr, err := cmd.StderrPipe()
	if err := errors.Join(err, cmd.Start()); err != nil {
		t.Fatal(err)
	}
	readUntil(t, stderr, time.Now().Add(time.Minute))
	var line string
	for lines := bufio.NewScanner(stderr); !strings.Contains(line, "cannot be reached") && lines.Scan(); {
		line = lines.Text()
	}
	if err := errors.Join(cmd.Process.Signal(os.Interrupt), cmd.Wait()); err != nil {
		t.Error(err)
	}
	if !strings.Contains(line, "127.0.0.1:1: connect: connection refused") || !strings.Contains(line, "start it, or correct the address") {
		t.Errorf("got %q, want the reason and a hint", line)
	}
}
