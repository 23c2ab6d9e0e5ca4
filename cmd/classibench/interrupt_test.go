//go:build linux

package main

import (
	"bufio"
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/classibench/classibench/internal/candidate"
	"github.com/classibench/classibench/scenarios"
)

// TestInterrupt sends SIGINT in each phase of a run.
func TestInterrupt(t *testing.T) {
	if testing.Short() {
		t.Skip("takes half a minute")
	}
	bin, err := built()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		phase string
		args  []string
		saved bool // a partial result exists by then
	}{
		{"capacity: first turns", nil, false},
		{"capacity: quad", nil, true},
		{"replay: cgi: ", []string{"--quick"}, true},
	} {
		t.Run(strings.TrimSpace(c.phase), func(t *testing.T) {
			t.Parallel()
			tmp, out := t.TempDir(), filepath.Join(t.TempDir(), "report")
			cmd := exec.Command(filepath.Join(bin, "classibench"), append([]string{"compare", "--out", out}, c.args...)...)
			cmd.Env = append(os.Environ(), "TMPDIR="+tmp, "XDG_CACHE_HOME="+filepath.Dir(bin))
			said := signalAt(t, cmd, c.phase, syscall.SIGINT)
			var exit *exec.ExitError
			if err := cmd.Wait(); !errors.As(err, &exit) || exit.ExitCode() != exitInterrupted {
				t.Fatalf("got %v, want exit status %d\n%s", err, exitInterrupted, said)
			}
			if left := processesWith(t, "TMPDIR="+tmp); len(left) > 0 {
				t.Errorf("processes are left: %q", left)
			}
			if left, _ := os.ReadDir(tmp); len(left) > 0 {
				t.Errorf("left in the directory for temporary files: %v", left)
			}
			b, err := os.ReadFile(filepath.Join(out, "result.json"))
			if c.saved && (err != nil || !bytes.Contains(b, []byte(`"partial": "interrupted"`))) {
				t.Errorf("the result is not saved and marked partial: %v", err)
			}
		})
	}
}

// TestKilled kills a run: its targets end, and the next run removes its files.
func TestKilled(t *testing.T) {
	if testing.Short() {
		t.Skip("takes some seconds")
	}
	bin, err := built()
	if err != nil {
		t.Fatal(err)
	}
	tmp := t.TempDir()
	t.Setenv("TMPDIR", tmp)
	cmd := exec.Command(filepath.Join(bin, "classibench"), "compare", "--out", filepath.Join(t.TempDir(), "report"))
	cmd.Env = append(os.Environ(), "XDG_CACHE_HOME="+filepath.Dir(bin))
	said := signalAt(t, cmd, "capacity: first turns", syscall.SIGKILL)
	if err := cmd.Wait(); err == nil {
		t.Fatalf("it was not killed\n%s", said)
	}
	for end := time.Now().Add(20 * time.Second); len(processesWith(t, "TMPDIR="+tmp)) > 0; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("processes are left: %q", processesWith(t, "TMPDIR="+tmp))
		}
	}
	running, err := candidate.New(t.Context(), scenarios.Defaults(), nil, candidate.Options{})
	if err != nil {
		t.Fatal(err)
	}
	next, err := candidate.New(t.Context(), scenarios.Defaults(), nil, candidate.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(running.Dir()); err != nil {
		t.Errorf("the directory of a run that goes on: %v", err)
	}
	if err := errors.Join(running.Close(), next.Close()); err != nil {
		t.Error(err)
	}
	if left, _ := os.ReadDir(tmp); len(left) > 0 {
		t.Errorf("left in the directory for temporary files: %v", left)
	}
}

// signalAt starts a command and sends it a signal when it has printed the name of a phase.
// It returns its output.
func signalAt(t *testing.T, cmd *exec.Cmd, phase string, signal syscall.Signal) string {
	t.Helper()
	stderr, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	limit := time.AfterFunc(2*time.Minute, func() { cmd.Process.Kill() })
	defer limit.Stop()
	var said strings.Builder
	sent := false
	for lines := bufio.NewScanner(stderr); lines.Scan(); {
		said.WriteString(lines.Text() + "\n")
		if !sent && strings.Contains(lines.Text(), phase) {
			sent = true
			cmd.Process.Signal(signal)
		}
	}
	if !sent {
		t.Fatalf("it never printed %q:\n%s", phase, said.String())
	}
	return said.String()
}

// processesWith lists the processes that have a variable in their environment.
func processesWith(t *testing.T, variable string) []string {
	t.Helper()
	files, err := filepath.Glob("/proc/[0-9]*/environ")
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err == nil && bytes.Contains(b, []byte(variable+"\x00")) {
			line, _ := os.ReadFile(filepath.Join(filepath.Dir(file), "cmdline"))
			found = append(found, string(bytes.ReplaceAll(line, []byte{0}, []byte{' '})))
		}
	}
	return found
}
