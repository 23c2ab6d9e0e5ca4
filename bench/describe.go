package bench

import (
	"os"
	"runtime"

	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/bench/usage"
)

// Describe says what machine this is, and divides its cores between generator
// and target, unless they are to share them.
func Describe(share bool) result.Environment {
	facts, _ := usage.Describe() // what cannot be found out stays empty
	cpus := usage.CPUs()
	e := result.Environment{
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
