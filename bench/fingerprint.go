package bench

import "fmt"

// Differing lists in what an earlier result was measured otherwise than a plan
// will be: a gain is a ratio, but its size depends on all of these.
func Differing(r *Result, p *Plan) []string {
	var all []string
	for _, x := range []struct {
		name      string
		then, now any
	}{
		{"CPU", r.Environment.CPU, p.Environment.CPU},
		{"kernel", r.Environment.Kernel, p.Environment.Kernel},
		{"cores", r.Environment.Cores, p.Environment.Cores},
		{"architecture", r.Environment.Arch, p.Environment.Arch},
		{"cores of the target", len(r.Environment.TargetCPUs), len(p.Environment.TargetCPUs)},
		{"Go", r.Environment.Go, p.Environment.Go},
		{"scenario", r.Scenario.Digest, p.Digest},
		{"seed", r.Scenario.Seed, p.Seed},
	} {
		if x.then != x.now {
			all = append(all, fmt.Sprintf("%s %v, here %v", x.name, x.then, x.now))
		}
	}
	return all
}
