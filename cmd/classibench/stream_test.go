//go:build linux

package main

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestBrokenPipe runs verbs whose output nobody reads, as after "| head": they clean up, and
// exit as other programs do, without a message.
func TestBrokenPipe(t *testing.T) {
	bin, err := built()
	if err != nil {
		t.Fatal(err)
	}
	sample, err := filepath.Abs("../../docs/sample")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	log := filepath.Join(dir, "access.log")
	line := `192.0.2.1 - - [10/Oct/2026:13:55:36 +0000] "GET /ads HTTP/1.1" 200 2326` + "\n"
	bad := filepath.Join(dir, "bad.yaml")
	if err := errors.Join(os.WriteFile(log, []byte(line), 0o600), os.WriteFile(bad, []byte("nam: a\n"), 0o600)); err != nil {
		t.Fatal(err)
	}
	verbs := []struct {
		args   string
		stdout int // exit status if the standard output is broken
		stderr int // if the standard error is
	}{
		{"--version", exitPipe, exitFine},
		{"help", exitPipe, exitFine},
		{"compare --help", exitPipe, exitFine},
		{"completion bash", exitPipe, exitFine},
		{"doctor", exitPipe, exitFine},
		{"doctor --json", exitPipe, exitFine},
		{"scenario list", exitPipe, exitFine},
		{"scenario list --json", exitPipe, exitFine},
		{"scenario show browse", exitPipe, exitFine},
		{"scenario schema", exitPipe, exitFine},
		{"scenario check " + bad, exitUsage, exitUsage},
		{"report --out again " + sample, exitPipe, exitFine},
		{"report --json --out again " + sample, exitPipe, exitFine},
		{"report none", exitUsage, exitUsage},
		{"initdb --ads 10 ads.db", exitFine, exitFine},
		{"traffic import " + log + " -o out.zst", exitPipe, exitFine},
		{"traffic describe " + log, exitPipe, exitFine},
		{"traffic describe --json " + log, exitPipe, exitFine},
		{"traffic export --to vegeta " + log, exitUsage, exitUsage},
		{"history add --db h.db " + sample, exitFine, exitFine},
		{"history show --db h.db", exitPipe, exitFine},
		{"history show --db h.db --result 1", exitPipe, exitFine},
		{"none", exitUsage, exitUsage},
	}
	for _, output := range []string{"stdout", "stderr"} {
		work, tmp := t.TempDir(), t.TempDir()
		for _, v := range verbs {
			cmd := exec.Command(filepath.Join(bin, "classibench"), strings.Fields(v.args)...)
			cmd.Dir, cmd.Env = work, append(os.Environ(), "TMPDIR="+tmp, "XDG_CACHE_HOME="+tmp+"/cache")
			var out, talk bytes.Buffer
			cmd.Stdout, cmd.Stderr = &out, &talk
			want := v.stdout
			if output == "stdout" {
				cmd.Stdout = unread(t)
			} else {
				cmd.Stderr, want = unread(t), v.stderr
			}
			err := cmd.Run()
			if got := exitStatus(cmd.ProcessState); got != want {
				t.Errorf("%s, %s broken: exit status %d (%v), want %d\n%s", v.args, output, got, err, want, talk.String())
			}
			if want == exitPipe && strings.Contains(talk.String(), "pipe") {
				t.Errorf("%s: it complains: %s", v.args, talk.String())
			}
			if left, _ := filepath.Glob(filepath.Join(tmp, "classibench-*")); len(left) > 0 {
				t.Errorf("%s: it leaves %v", v.args, left)
			}
		}
	}
}

// unread returns the end of a pipe that nobody reads.
func unread(t *testing.T) *os.File {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	r.Close()
	t.Cleanup(func() { w.Close() })
	return w
}

// TestFullOutput checks that output that cannot be written is an error of every verb.
func TestFullOutput(t *testing.T) {
	bin, err := built()
	if err != nil {
		t.Fatal(err)
	}
	for _, args := range []string{"--version", "help", "doctor", "scenario list", "scenario show browse", "scenario check browse.yaml"} {
		full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
		if err != nil {
			t.Fatal(err)
		}
		defer full.Close()
		var talk bytes.Buffer
		cmd := exec.Command(filepath.Join(bin, "classibench"), strings.Fields(args)...)
		cmd.Dir, cmd.Stdout, cmd.Stderr = "../../scenarios", full, &talk
		if cmd.Run(); exitStatus(cmd.ProcessState) != exitUsage || !strings.Contains(talk.String(), "write to the standard output: write /dev/stdout: no space left on device") || strings.Contains(talk.String(), "hint") {
			t.Errorf("%s: exit status %d, and it prints %q", args, exitStatus(cmd.ProcessState), talk.String())
		}
	}
}
