//go:build linux

package candidate

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/scenarios"
)

// If one target cannot be pinned, none is.
func TestCoresForAll(t *testing.T) {
	started := scenarios.Target{Name: "started", Kind: "server"}
	for name, c := range map[string]struct {
		targets []scenarios.Target
		pinned  bool
		says    string
	}{
		"started":           {[]scenarios.Target{started}, true, "pinned to"},
		"without pids":      {[]scenarios.Target{started, {Name: "live", Kind: "url"}}, false, "live cannot be kept on cores of its own: its processes are not known"},
		"this process":      {[]scenarios.Target{{Name: "live", Kind: "url", PIDs: []int{os.Getpid()}}, started}, false, "include this program"},
		"an ancestor of it": {[]scenarios.Target{{Name: "live", Kind: "url", PIDs: []int{os.Getppid()}}}, false, "include this program"},
	} {
		t.Run(name, func(t *testing.T) {
			s := setupOn(result.Environment{LoadCPUs: []int{0}, TargetCPUs: []int{1}, Pinning: "generator pinned to CPU 0, target to CPU 1"})
			if err := s.checkCores(c.targets); err != nil {
				t.Fatal(err)
			}
			if e := s.Environment; (len(e.TargetCPUs) > 0) != c.pinned || c.pinned != (len(e.LoadCPUs) > 0) || c.pinned != (e.Unpinned == "") || !strings.Contains(e.Pinning, c.says) {
				t.Errorf("got %+v, want pinned %v, %q", e, c.pinned, c.says)
			}
		})
	}
	s := setupOn(result.Environment{LoadCPUs: []int{0}, TargetCPUs: []int{1}})
	gone := exec.Command("true")
	if err := gone.Run(); err != nil {
		t.Fatal(err)
	}
	if err := s.checkCores([]scenarios.Target{{Name: "live", Kind: "url", PIDs: []int{gone.Process.Pid}}}); err == nil || !strings.Contains(err.Error(), "target live: there is no process") {
		t.Errorf("got %v for a process that has ended", err)
	}
}

func setupOn(e result.Environment) *Setup {
	return &Setup{Environment: e, options: Options{Logf: func(string, ...any) {}}}
}
