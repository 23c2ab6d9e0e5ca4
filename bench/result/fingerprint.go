package result

import (
	"cmp"
	"fmt"
)

// SourceDigest is the SHA-256 of the scenario's source.
func (s Scenario) SourceDigest() string { return cmp.Or(s.Source, s.Digest) }

// Differences lists how the environment, the scenario (the digest of its source) and the
// seed differ from those of an earlier result. A gain is a ratio, but its size depends on
// all of these.
func (r *Result) Differences(now Environment, source string, seed int64) []string {
	var all []string
	for _, x := range []struct {
		name      string
		then, now any
	}{
		{"CPU", r.Environment.CPU, now.CPU},
		{"kernel", r.Environment.Kernel, now.Kernel},
		{"cores", r.Environment.Cores, now.Cores},
		{"architecture", r.Environment.Arch, now.Arch},
		{"cores of the target", len(r.Environment.TargetCPUs), len(now.TargetCPUs)},
		{"Go", r.Environment.Go, now.Go},
		{"CPU quota in cores", r.Environment.Quota.limit(), now.Quota.limit()},
		{"scenario", r.Scenario.SourceDigest(), source},
		{"seed", r.Scenario.Seed, seed},
	} {
		if x.then != x.now {
			all = append(all, fmt.Sprintf("%s %v, here %v", x.name, x.then, x.now))
		}
	}
	return all
}
