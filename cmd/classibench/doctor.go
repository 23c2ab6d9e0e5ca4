package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/spf13/cobra"

	"github.com/classibench/classibench/bench/usage"
	"github.com/classibench/classibench/internal/candidate"
	"github.com/classibench/classibench/internal/terminal"
	"github.com/classibench/classibench/scenarios"
)

// A finding is the outcome of one check.
type finding struct {
	Check string `json:"check"`
	State state  `json:"state"`
	Found string `json:"found"`
	Mend  string `json:"mend,omitempty"`
}

type state string

const (
	good    state = "ok"
	doubt   state = "note"    // works, with less to measure or more noise
	missing state = "missing" // compare cannot work
)

func (p *program) doctorCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "doctor",
		Short: "Check what this machine can measure, and list what is missing",
		Long:  "Check what this machine can measure, and list what is missing and how to install it.\n\nExits with status 1 if something is missing that compare needs.",
		Args:  cobra.NoArgs,
		RunE:  func(c *cobra.Command, _ []string) error { return p.doctor(c.Context()) },
	}
	p.jsonFlag(c)
	return c
}

func (p *program) doctor(ctx context.Context) error {
	findings := examine(ctx)
	if err := p.printFindings(findings); err != nil {
		return err
	}
	for _, f := range findings {
		if f.State == missing {
			return fail(exitNo, errors.New("something is missing that compare needs"), "install or set what the lines that begin with \"missing\" name")
		}
	}
	return nil
}

func (p *program) printFindings(findings []finding) error {
	if p.json {
		return p.printJSON(findings)
	}
	for _, f := range findings {
		fmt.Fprintf(p.stdout, "%-8s %-12s %s\n", f.State, f.Check, terminal.Line(f.Found))
		if f.Mend != "" {
			fmt.Fprintf(p.stdout, "%-8s %-12s → %s\n", "", "", terminal.Line(f.Mend))
		}
	}
	return nil
}

func examine(ctx context.Context) []finding {
	return append([]finding{
		checkSystem(), checkGo(ctx), checkCompiler(ctx), checkStatic(ctx), checkCores(), checkQuota(),
		checkFiles(), checkPorts(), checkPressure(), checkCache(), checkBrowser(),
	}, checkPrograms(ctx)...)
}

// checkPrograms checks whether the scenarios of the programs that ship can run.
func checkPrograms(ctx context.Context) (all []finding) {
	for _, name := range scenarios.Programs() {
		s, err := scenarios.Load(name)
		if err != nil {
			all = append(all, finding{name, missing, err.Error(), "the program is damaged: build it again"})
			continue
		}
		here, lacking := candidate.Installed(ctx, s.Targets)
		if len(lacking) == 0 {
			all = append(all, finding{name, good, fmt.Sprintf("compare %s: all %d targets can run", name, len(here)), ""})
			continue
		}
		all = append(all, finding{name, doubt, fmt.Sprintf("compare %s: %d of %d targets can run", name, len(here), len(s.Targets)),
			"Debian: apt-get install " + strings.Join(candidate.Packages(lacking), " ")})
	}
	return all
}

func checkSystem() finding {
	if runtime.GOOS != "linux" {
		return finding{"system", doubt, runtime.GOOS + ": latency and throughput only", "run on Linux to see CPU, run queue and defunct processes"}
	}
	facts, _ := usage.Describe() // unknown facts are empty
	return finding{"system", good, fmt.Sprintf("Linux %s, %s, %.3g GiB of memory", facts.Kernel, facts.CPU, float64(facts.Memory)/(1<<30)), ""}
}

func checkGo(ctx context.Context) finding {
	out, err := exec.CommandContext(ctx, "go", "version").Output()
	built := candidate.Built()
	where, _ := exec.CommandContext(ctx, "go", "env", "GOCACHE", "GOMODCACHE").Output()
	if caches := strings.Split(string(where), "\n"); err == nil && !built && len(caches) > 1 && (caches[0] == "off" || caches[1] == "") {
		return finding{"go", missing, "go has no directory for its caches: HOME is not set", "set HOME, or GOCACHE and GOMODCACHE, to directories that can be written"}
	}
	if err == nil {
		return finding{"go", good, strings.TrimSpace(string(out)), ""}
	}
	if built {
		return finding{"go", good, "none, but the classifieds are built", ""}
	}
	return finding{"go", missing, "no go in PATH", "install Go from your system's packages or go.dev"}
}

func checkCompiler(ctx context.Context) finding {
	out, err := exec.CommandContext(ctx, candidate.CCompiler(), "--version").Output()
	if err == nil {
		first, _, _ := strings.Cut(string(out), "\n")
		return finding{"C compiler", good, first, ""}
	}
	if candidate.Built() {
		return finding{"C compiler", good, "none, but the classifieds are built", ""}
	}
	return finding{"C compiler", missing, fmt.Sprintf("%s does not run: %v", candidate.CCompiler(), err), "Debian: apt-get install gcc libc6-dev; Fedora: dnf install gcc glibc-static"}
}

// checkStatic links a program statically: a CGI program that needs the dynamic
// linker pays for it at every request.
func checkStatic(ctx context.Context) finding {
	cmd := exec.CommandContext(ctx, candidate.CCompiler(), "-static", "-x", "c", "-", "-o", os.DevNull)
	cmd.Stdin = strings.NewReader("int main(void) { return 0; }\n")
	if err := cmd.Run(); err != nil {
		return finding{"static C", doubt, "programs cannot be linked statically", "Fedora: dnf install glibc-static; without it each CGI request pays for the dynamic linker"}
	}
	return finding{"static C", good, "programs can be linked statically", ""}
}

func checkCores() finding {
	cpus := usage.CPUs()
	_, _, how := usage.Split(cpus)
	if len(cpus) < 2 {
		return finding{"cores", doubt, fmt.Sprintf("%d: %s", len(cpus), how), "with two cores or more, generator and target do not disturb each other"}
	}
	return finding{"cores", good, fmt.Sprintf("%d: %s", len(cpus), how), ""}
}

func checkQuota() finding {
	quota, from := usage.FindQuotas().Tightest()
	if quota == 0 {
		return finding{"cgroup", good, "no limit on CPU time", ""}
	}
	return finding{"cgroup", doubt, fmt.Sprintf("CPU time is limited to %.3g cores", quota), fmt.Sprintf("throttling looks like a slow target: lift the limit in %s for the measurement", from)}
}

// enoughFiles is enough for an overloaded replay, which holds a connection for each of
// thousands of waiting hits.
const enoughFiles = 8192

func checkFiles() finding {
	facts, _ := usage.Describe()
	n := facts.OpenFiles
	if n > 0 && n < enoughFiles {
		return finding{"descriptors", doubt, fmt.Sprintf("%d files may be open at once", n), fmt.Sprintf("ulimit -n %d: an overloaded replay holds a connection for each waiting hit", enoughFiles)}
	}
	return finding{"descriptors", good, fmt.Sprintf("%d files may be open at once", n), ""}
}

func checkPorts() finding {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return finding{"loopback", missing, fmt.Sprintf("cannot listen on 127.0.0.1: %v", err), "targets and generator connect over loopback: allow programs to listen there"}
	}
	l.Close()
	return finding{"loopback", good, "ports are free on 127.0.0.1", ""}
}

func checkPressure() finding {
	if _, err := os.Stat("/proc/pressure/cpu"); err != nil {
		return finding{"pressure", doubt, "no CPU pressure from this kernel", "needs Linux 4.20 with CONFIG_PSI; a boot with psi=1"}
	}
	return finding{"pressure", good, "the kernel reports how long tasks wait for a CPU", ""}
}

func checkCache() finding {
	dir, err := candidate.CacheDir("")
	if err != nil {
		return finding{"cache", missing, err.Error(), "set XDG_CACHE_HOME to a directory that can be written"}
	}
	probe, err := os.CreateTemp(dir, ".doctor-")
	if err != nil {
		return finding{"cache", missing, err.Error(), "set XDG_CACHE_HOME to a directory that can be written"}
	}
	probe.Close()
	os.Remove(probe.Name())
	return finding{"cache", good, filepath.Clean(dir), ""}
}

func checkBrowser() finding {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return finding{"browser", good, path + " (only the project's own tests need it)", ""}
		}
	}
	return finding{"browser", doubt, "no Chromium: only the project's own tests need it", "Debian: apt-get install chromium"}
}
