package bench

import (
	"os"
	"runtime"
	"runtime/debug"

	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/bench/usage"
)

// Describe describes the machine and the libraries that measure, and divides the cores
// between generator and targets, unless they share them. pids are the processes of targets
// that run already: their quotas count, too.
func Describe(share bool, pids ...int) result.Environment {
	facts, _ := usage.Describe() // unknown facts stay empty
	cpus := usage.CPUs()
	e := result.Environment{
		OS: runtime.GOOS, Arch: runtime.GOARCH, Kernel: facts.Kernel, CPU: facts.CPU, Cores: len(cpus),
		Memory: facts.Memory, Go: runtime.Version(), OpenFilesMax: facts.OpenFiles,
		Pinning: "generator and target share all CPUs, as requested",
	}
	if cores, from := usage.FindQuotas(pids...).Tightest(); cores > 0 {
		e.Quota = &result.Quota{Cores: cores, From: from}
	}
	e.Host, _ = os.Hostname()
	e.Versions = versions()
	if !share {
		e.LoadCPUs, e.TargetCPUs, e.Pinning = usage.Split(cpus)
	}
	return e
}

// Throttling counts what CPU quotas stop from now on, those of pids included. Call end at the
// end of a run: it adds that to the environment of the run's result.
func Throttling(pids ...int) (end func(e *result.Environment)) {
	quotas := usage.FindQuotas(pids...)
	before := quotas.Throttled()
	return func(e *result.Environment) {
		if e.Quota == nil {
			return
		}
		spent := quotas.Throttled().Sub(before)
		q := *e.Quota // other results share it
		q.ThrottledSeconds, q.ThrottledPeriods = spent.Time.Seconds(), spent.Periods
		e.Quota = &q
	}
}

// versions returns the versions of the libraries on which figures depend.
func versions() map[string]string {
	all := map[string]string{}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return all
	}
	for _, d := range info.Deps {
		switch d.Path {
		case "github.com/tsenart/vegeta/v12", "github.com/valyala/fasthttp", "github.com/mattn/go-sqlite3":
			all[d.Path] = d.Version
		}
	}
	return all
}
