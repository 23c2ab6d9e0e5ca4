package usage

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Split divides logical CPUs between a load generator and its target, the same way
// for every target. The target gets the larger part of an odd number. With more
// than two CPUs, hyperthreads of one core stay on one side, since they slow each
// other down. One CPU cannot be divided: then both parts are nil, which means no
// pinning. how describes the result in a sentence.
func Split(cpus []int) (load, target []int, how string) {
	if !canPin {
		return nil, nil, "generator and target share all CPUs: this system does not let a process choose"
	}
	return split(cpus, siblings)
}

func split(cpus []int, siblings func(int) []int) (load, target []int, how string) {
	if len(cpus) < 2 {
		return nil, nil, "generator and target share one CPU: not pinned, and each slows the other down"
	}
	cores := group(cpus, siblings)
	if len(cores) == 1 {
		half := len(cpus) / 2
		load, target = cpus[:half], cpus[half:]
		return load, target, describe(load, target) + ", hyperthreads of one core: each side slows the other down"
	}
	for i, core := range cores {
		if i < len(cores)/2 {
			load = append(load, core...)
		} else {
			target = append(target, core...)
		}
	}
	slices.Sort(load)
	slices.Sort(target)
	how = describe(load, target)
	if len(cores) < len(cpus) {
		how += ", no core divided"
	}
	return load, target, how
}

// group groups CPUs by core.
func group(cpus []int, siblings func(int) []int) (cores [][]int) {
	seen := map[int]bool{}
	for _, cpu := range cpus {
		if seen[cpu] {
			continue
		}
		var core []int
		for _, s := range siblings(cpu) {
			if slices.Contains(cpus, s) && !seen[s] {
				seen[s] = true
				core = append(core, s)
			}
		}
		cores = append(cores, core)
	}
	return cores
}

func describe(load, target []int) string {
	return fmt.Sprintf("generator pinned to %s, target to %s", name(load), name(target))
}

func name(cpus []int) string {
	if len(cpus) == 1 {
		return "CPU " + formatList(cpus)
	}
	return "CPUs " + formatList(cpus)
}

// formatList formats CPUs as the kernel does: "0-3,8".
func formatList(cpus []int) string {
	var parts []string
	for i := 0; i < len(cpus); {
		j := i
		for j+1 < len(cpus) && cpus[j+1] == cpus[j]+1 {
			j++
		}
		part := strconv.Itoa(cpus[i])
		if j > i {
			part += "-" + strconv.Itoa(cpus[j])
		}
		parts = append(parts, part)
		i = j + 1
	}
	return strings.Join(parts, ",")
}

// mostCPUs is the largest CPU number plus one in a list, far above the limit of any
// kernel.
const mostCPUs = 1 << 16

// parseList parses a list of CPUs of the kernel, such as "0-3,8".
func parseList(s string) ([]int, error) {
	if s == "" {
		return nil, nil
	}
	var cpus []int
	for part := range strings.SplitSeq(s, ",") {
		first, last, span := strings.Cut(part, "-")
		if !span {
			last = first
		}
		from, err := strconv.ParseUint(first, 10, 16)
		if err != nil {
			return nil, fmt.Errorf("want a list of CPUs such as 0-3,8, not %q: %w", s, err)
		}
		to, err := strconv.ParseUint(last, 10, 16)
		if err != nil || to < from || len(cpus) > mostCPUs {
			return nil, fmt.Errorf("want a list of CPUs such as 0-3,8, not %q", s)
		}
		for cpu := from; cpu <= to; cpu++ {
			cpus = append(cpus, int(cpu))
		}
	}
	return cpus, nil
}

func numbered(n int) []int {
	cpus := make([]int, n)
	for i := range cpus {
		cpus[i] = i
	}
	return cpus
}
