package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/classibench/classibench/scenarios"
)

// The output is of "systemctl show --property MainPID,ControlGroup" (systemd 252): a service, a
// service that does not run, and a slice, which has no main process.
func TestUnitOf(t *testing.T) {
	for shown, want := range map[string][2]string{
		"MainPID=812\nControlGroup=/system.slice/apache2.service\n": {"812", "/system.slice/apache2.service"},
		"MainPID=0\nControlGroup=\n":                                {"0", ""},
		"ControlGroup=/user.slice\n":                                {"", "/user.slice"},
		"":                                                          {},
	} {
		if main, group := unitOf([]byte(shown)); main != want[0] || group != want[1] {
			t.Errorf("%q: main process %q, group %q, want %q", shown, main, group, want)
		}
	}
}

// A unit without a main process may have its processes in groups below its own.
func TestProcessesOfAControlGroup(t *testing.T) {
	v1, v2 := t.TempDir(), t.TempDir()
	for path, procs := range map[string]string{
		filepath.Join(v2, "web.slice", "cgroup.procs"):                   "",
		filepath.Join(v2, "web.slice", "a.service", "cgroup.procs"):      "12\n13\n",
		filepath.Join(v2, "web.slice", "a.service", "cgroup.threads"):    "12\n13\n99\n",
		filepath.Join(v2, "web.slice", "b.service", "x", "cgroup.procs"): "14\n",
		filepath.Join(v1, "old.service", "cgroup.procs"):                 "15\n",
	} {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(procs), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for group, want := range map[string][]string{"/web.slice": {"12", "13", "14"}, "/old.service": {"15"}, "/none": nil, "": nil} {
		if got, err := groupProcesses([]string{v2, v1}, group); err != nil || !slices.Equal(got, want) {
			t.Errorf("%q: %v, %v, want %v", group, got, err, want)
		}
	}
}

// The control group of this process holds it, in the hierarchy of the running kernel.
func TestProcessesOfTheOwnControlGroup(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("control groups are Linux's")
	}
	b, err := os.ReadFile("/proc/self/cgroup")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(b)) {
		group, unified := strings.CutPrefix(strings.TrimSpace(line), "0::")
		if !unified {
			continue
		}
		pids, err := groupProcesses(cgroups, group)
		if self := strconv.Itoa(os.Getpid()); err != nil || !slices.Contains(pids, self) {
			t.Errorf("group %s: %v, %q, want %s", group, err, pids, self)
		}
		return
	}
	t.Errorf("no group of version 2 in %q", b)
}

// Where systemd runs, its own unit of the log has a process of that name. Elsewhere the error
// names the other flags.
func TestUnit(t *testing.T) {
	var target scenarios.Target
	err := addUnit(&target, "systemd-journald.service")
	if _, booted := os.Stat("/run/systemd/system"); booted != nil {
		if err == nil || !strings.Contains(err.Error(), "--pid or --pidfile") {
			t.Errorf("%v, want the other flags", err)
		}
		return
	}
	out, runs := exec.Command("systemctl", "is-active", "systemd-journald.service").CombinedOutput()
	if runs != nil {
		t.Fatalf("systemd-journald is %s", out)
	}
	if err != nil || len(target.PIDs) == 0 {
		t.Errorf("processes %v, %v", target.PIDs, err)
	}
}
