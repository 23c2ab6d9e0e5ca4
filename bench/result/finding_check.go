package result

import (
	"fmt"
	"slices"
	"strings"
)

// Hazards is the number of the last hazard; see docs/verify.md.
const Hazards = 17

// kinds are the kinds of findings, the most urgent first.
var kinds = []string{KindLifetime, KindConcurrency, KindPort, KindGrowth}

// repeatable rejects findings that cannot be run again.
func (f Finding) repeatable() error {
	switch {
	case f.Length == 0:
		return fmt.Errorf("has no sequence")
	case f.Kind == KindGrowth && (f.Growth == nil || f.Growth.Requests < 1 || f.Growth.Resource == ""):
		return fmt.Errorf("is of kind growth, and lacks the resource or the number of requests")
	}
	return nil
}

// consistent rejects values that no verification can produce.
func (f Finding) consistent() error {
	switch {
	case !slices.Contains(kinds, f.Kind):
		return fmt.Errorf("is of the unknown kind %q", f.Kind)
	case f.Hazard < 0 || f.Hazard > Hazards:
		return fmt.Errorf("names the unknown hazard %d", f.Hazard)
	case f.Length != len(f.Sequence):
		return fmt.Errorf("has the length %d and a sequence of %d requests: it was edited", f.Length, len(f.Sequence))
	case f.Length == 0 && f.Kind != KindGrowth:
		return fmt.Errorf("has no sequence")
	case f.Shown < 0 || f.Shown > f.Repeated:
		return fmt.Errorf("was shown %d times in %d repetitions: it was edited", f.Shown, f.Repeated)
	}
	for i, s := range f.Sequence {
		if s.Visitor < 1 || s.Method == "" || s.URL == "" {
			return fmt.Errorf("has a request without visitor, method or url, which is number %d of its sequence: visitor %d, %q %q", i+1, s.Visitor, s.Method, s.URL)
		}
		if !strings.HasPrefix(s.URL, "/") { // after an address, @other.example would name another host
			return fmt.Errorf("has a request to %q, which is no path: it was edited", s.URL)
		}
	}
	return nil
}
