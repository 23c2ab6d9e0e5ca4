package bench

import (
	"fmt"
	"maps"
	"slices"

	"github.com/classibench/classibench/bench/instance"
	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/bench/usage"
)

// strays lists, by target, processes that left the cores of the targets, with the CPUs on
// which they ran. Such a target gets more CPU time than the others, or takes it from the
// generator.
type strays map[string][]string

// find adds the strays of some instances. Processes that cannot be read count as being on
// their cores.
func (s strays) find(cpus []int, instances ...*instance.Instance) {
	for _, e := range instances {
		if found, err := usage.Strays(cpus, e.Running.Roots()...); err == nil && len(found) > 0 {
			s[e.Name] = found
		}
	}
}

func (s strays) warnings(about string) (all []result.Warning) {
	for _, name := range slices.Sorted(maps.Keys(s)) {
		all = append(all, result.Warning{About: about, Text: strayWords(name, s[name])})
	}
	return all
}

func strayWords(name string, found []string) string {
	more := ""
	if len(found) > 1 {
		more = fmt.Sprintf(", as may %d more", len(found)-1)
	}
	return fmt.Sprintf("%s chose its CPUs itself: %s%s. It was not kept on the same cores as the other targets, so the comparison is not fair: start it without taskset, worker_cpu_affinity and the like, or give all targets all cores (--no-pin)",
		name, found[0], more)
}
