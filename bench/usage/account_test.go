//go:build linux

package usage

import (
	"math"
	"os/exec"
	"strconv"
	"testing"
	"time"
)

// The account of a tree holds the children that it reaped; that of the process alone does
// not.
func TestAccounts(t *testing.T) {
	pid, word, _, _ := child(t, "forker", "8", "20ms")
	all, _ := strconv.ParseInt(word, 10, 64)
	tree := newTree(t, pid)
	before, err := ReadProcess(pid)
	if err != nil {
		t.Fatal(err)
	}
	whole, err := tree.Account()
	if err != nil {
		t.Fatal(err)
	}
	alone, err := ReadProcess(pid)
	if err != nil {
		t.Fatal(err)
	}
	if off := math.Abs(float64(whole.CPU)-float64(all)) / 1e6; off > 25 {
		t.Errorf("the tree used %v, want %v: what getrusage reports", whole.CPU, time.Duration(all))
	}
	if alone.CPU >= whole.CPU-100*time.Millisecond {
		t.Errorf("the process alone used %v of %v, though its children burnt 160 ms", alone.CPU, whole.CPU)
	}
	const leastFaults = 8 * 10         // no program of Go runs with fewer than ten
	own := whole.Faults - whole.Reaped // the process lives, and may have a fault between two readings
	if whole.Reaped < leastFaults || own < before.Faults || own > alone.Faults {
		t.Errorf("%d page faults, %d of them of reaped children, and %d to %d of the process alone", whole.Faults, whole.Reaped, before.Faults, alone.Faults)
	}
	if alone.Switches == 0 || whole.Switches == 0 {
		t.Errorf("context switches: %d, %d", alone.Switches, whole.Switches)
	}
	if rest := alone.Minus(whole); rest != (Account{Switches: rest.Switches}) {
		t.Errorf("less than nothing: %+v", rest)
	}
}

// Children that were waited for are in the account of those that were reaped, to the
// microsecond.
func TestReaped(t *testing.T) {
	before, err := Reaped()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("/bin/sh", "-c", "i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done")
	if err := cmd.Run(); err != nil {
		t.Fatal(err)
	}
	after, err := Reaped()
	if err != nil {
		t.Fatal(err)
	}
	used := after.Minus(before)
	if want := cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(); used.CPU < want {
		t.Errorf("got %v, want at least the %v of the child", used.CPU, want)
	}
	if used.Faults == 0 || used.Reaped != used.Faults || used.Switches == 0 {
		t.Errorf("%+v", used)
	}
}

func TestParseSwitches(t *testing.T) {
	status := "Name:\tcat\nvoluntary_ctxt_switches:\t12\nnonvoluntary_ctxt_switches:\t30\n"
	if got := parseSwitches([]byte(status)); got != 42 {
		t.Errorf("got %d, want 42", got)
	}
	if got := parseSwitches([]byte("Name:\tcat\n")); got != 0 {
		t.Errorf("got %d of none", got)
	}
}
