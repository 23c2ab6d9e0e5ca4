package target

import (
	"fmt"
	"strings"

	"github.com/classibench/classibench/scenarios"
)

// Unrestored returns a warning if requests may change data that no target restores
// before a trial, and "" otherwise.
func Unrestored(s *scenarios.Scenario) string {
	var names []string
	for _, t := range s.Targets {
		if t.Builtin == "" && len(t.Reset) == 0 && !t.UsesData() {
			names = append(names, t.Name)
		}
	}
	for _, r := range s.Mix {
		if !r.Safe() && len(names) > 0 {
			return fmt.Sprintf("%s may change data, and nothing restores the data of %s: each trial begins with what the earlier ones left. Name a command that restores it, with --reset or as reset in the scenario", r.Method+" "+r.Path, strings.Join(names, " and "))
		}
	}
	return ""
}
