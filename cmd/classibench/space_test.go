//go:build linux

package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// small runs a command with little space in a directory: a file system of a megabyte, or,
// where none can be mounted, a limit on the size of files.
func small(dir string, command ...string) *exec.Cmd {
	mount := []string{"unshare", "-rm", "sh", "-c", `mount -t tmpfs -o size=1m none "$0" && exec "$@"`, dir}
	if exec.Command(mount[0], append(mount[1:], "true")...).Run() == nil {
		return exec.Command(mount[0], append(mount[1:], command...)...)
	}
	return exec.Command("sh", append([]string{"-c", `ulimit -f 1024 && exec "$@"`, "sh"}, command...)...)
}

// TestFullTemporaryDirectory runs verbs whose temporary files do not fit.
func TestFullTemporaryDirectory(t *testing.T) {
	bin, err := built()
	if err != nil {
		t.Fatal(err)
	}
	self := filepath.Join(bin, "classibench")
	cache, tmp := t.TempDir(), t.TempDir()
	run := func(cmd *exec.Cmd) (string, int) {
		var talk bytes.Buffer
		cmd.Dir, cmd.Env, cmd.Stderr = t.TempDir(), append(os.Environ(), "TMPDIR="+tmp, "XDG_CACHE_HOME="+cache), &talk
		_ = cmd.Run() // its exit status is checked
		return talk.String(), exitStatus(cmd.ProcessState)
	}
	scenario := filepath.Join(t.TempDir(), "small.yaml")
	if err := os.WriteFile(scenario, []byte("name: small\ndata: {ads: 1500}\nmix: [{name: home, get: /, expect: {body: a}}]\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{cache, tmp} { // for the data set, and for its copies
		said, code := run(small(dir, self, "compare", scenario))
		if code != exitUsage || !strings.Contains(said, "no space left: ") || !strings.Contains(said, dir) || !strings.Contains(said, "needs about") {
			t.Errorf("exit status %d, want %d with what was tried and the space that is needed\n%s", code, exitUsage, said)
		}
	}
	if left, _ := os.ReadDir(tmp); len(left) > 0 {
		t.Errorf("left: %v", left)
	}
}
