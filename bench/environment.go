package bench

import (
	"os"
	"runtime"

	"github.com/classibench/classibench/bench/usage"
)

// Describe says what machine this is, and divides its cores between generator
// and target, unless they are to share them.
func Describe(share bool) Environment {
	facts, _ := usage.Describe() // what cannot be found out stays empty
	cpus := usage.CPUs()
	e := Environment{
		OS: runtime.GOOS, Arch: runtime.GOARCH, Kernel: facts.Kernel, CPU: facts.CPU, Cores: len(cpus),
		Memory: facts.Memory, Go: runtime.Version(), OpenFilesMax: facts.OpenFiles,
		Pinning: "generator and target share all CPUs, as was asked for",
	}
	e.Host, _ = os.Hostname()
	if !share {
		e.LoadCPUs, e.TargetCPUs, e.Pinning = usage.Split(cpus)
	}
	return e
}

// Unpin gives up the cores of their own that generator and targets were to have,
// for a reason that is shown wherever the result is.
func (e *Environment) Unpin(why string) {
	e.LoadCPUs, e.TargetCPUs, e.Unpinned = nil, nil, why
	e.Pinning = "neither generator nor targets are pinned: " + why
}

// sharing is the doubt about a result whose generator and targets should have had
// cores of their own, and did not.
func (e Environment) sharing(about string) []Warning {
	if e.Unpinned == "" {
		return nil
	}
	return []Warning{{about, "generator and targets shared all cores and slowed each other down, which makes a fast target look slower than it is: " + e.Unpinned}}
}

// targetCores is how many cores a target may use.
func (e Environment) targetCores() int {
	if len(e.TargetCPUs) > 0 {
		return len(e.TargetCPUs)
	}
	return max(1, e.Cores)
}

// generatorCores is how many cores the generator may use.
func (e Environment) generatorCores() int {
	if len(e.LoadCPUs) > 0 {
		return len(e.LoadCPUs)
	}
	return max(1, e.Cores)
}
