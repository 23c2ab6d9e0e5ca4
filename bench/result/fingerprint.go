package result

import "fmt"

// Differences lists in what an earlier result was measured otherwise than one in this
// environment will be, with a scenario of this digest and this seed: a gain is a ratio,
// but its size depends on all of these.
func (r *Result) Differences(now Environment, digest string, seed int64) []string {
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
		{"scenario", r.Scenario.Digest, digest},
		{"seed", r.Scenario.Seed, seed},
	} {
		if x.then != x.now {
			all = append(all, fmt.Sprintf("%s %v, here %v", x.name, x.then, x.now))
		}
	}
	return all
}
