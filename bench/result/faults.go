package result

import (
	"fmt"
	"maps"
	"slices"
)

// Faults are the wrong answers of a closed loop, by target and kind.
type Faults map[string]map[string]Fault

// Add adds the faults of a target. The first example of each kind is kept.
func (b Faults) Add(target string, found map[string]Fault) {
	for kind, f := range found {
		if b[target] == nil {
			b[target] = map[string]Fault{}
		}
		known := b[target][kind]
		if known.Count == 0 {
			known.Example = f.Example
		}
		known.Count += f.Count
		b[target][kind] = known
	}
}

// Warnings reports each kind of wrong answer, however rare.
func (b Faults) Warnings(about string) (all []Warning) {
	for _, target := range slices.Sorted(maps.Keys(b)) {
		for _, kind := range slices.Sorted(maps.Keys(b[target])) {
			f := b[target][kind]
			all = append(all, Warning{about, fmt.Sprintf("%s: %d × %s, for example: %s", target, f.Count, kind, f.Example)})
		}
	}
	return all
}
