package tune

import (
	"errors"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"testing"

	"golang.org/x/sys/unix"
)

// mask reads a set of signals from /proc/self/status.
func mask(t *testing.T, name string) uint64 {
	t.Helper()
	b, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Fatal(err)
	}
	field := regexp.MustCompile(`(?m)^` + name + `:\s*([0-9a-f]+)$`).FindSubmatch(b)
	if field == nil {
		t.Fatalf("no field %s in %s", name, b)
	}
	set, err := strconv.ParseUint(string(field[1]), 16, 64)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// The end of a child sends no signal, and the child can be waited for all the same.
func TestChildrenAreMuteAndReaped(t *testing.T) {
	const child = 1 << (unix.SIGCHLD - 1)
	if mask(t, "SigCgt")&child == 0 {
		t.Fatal("the runtime has no handler for SIGCHLD: the package is of no use")
	}
	Gateway()
	if mask(t, "SigCgt")&child != 0 || mask(t, "SigIgn")&child != 0 {
		t.Error("SIGCHLD does not have its default action")
	}
	for range 3 {
		var failed *exec.ExitError
		if err := exec.Command("/bin/sh", "-c", "exit 7").Run(); !errors.As(err, &failed) || failed.ExitCode() != 7 {
			t.Errorf("got %v, want the status 7 of the child", err)
		}
	}
}
