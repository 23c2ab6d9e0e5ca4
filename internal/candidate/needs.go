package candidate

import (
	"context"
	"fmt"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/classibench/classibench/internal/shell"
	"github.com/classibench/classibench/scenarios"
)

// needTime is how long a command line of a need may take.
const needTime = 10 * time.Second

// Missing is a target that cannot run here, with the Debian packages that it lacks.
type Missing struct {
	Target   string
	Packages []string
}

func (m Missing) String() string {
	return fmt.Sprintf("%s is left out: it needs packages that are not installed (Debian: apt-get install %s)", m.Target, strings.Join(m.Packages, " "))
}

// Installed returns the targets whose needs are installed, and those with missing needs. A
// command line that does not end within ten seconds, or before the context, does not succeed.
func Installed(ctx context.Context, targets []scenarios.Target) (here []scenarios.Target, missing []Missing) {
	look := &inspection{ctx, map[string]bool{}}
	for _, t := range targets {
		if packages := look.lacks(t); len(packages) > 0 {
			missing = append(missing, Missing{t.Name, packages})
		} else {
			here = append(here, t)
		}
	}
	return here, missing
}

// Packages returns all missing packages, each once.
func Packages(missing []Missing) (all []string) {
	for _, m := range missing {
		all = append(all, m.Packages...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// CheckInstalled returns an error if missing needs leave a scenario without a comparison.
func CheckInstalled(here []scenarios.Target, missing []Missing) error {
	if len(missing) == 0 || len(here) > 1 {
		return nil
	}
	var names []string
	for _, m := range missing {
		names = append(names, m.Target)
	}
	return wrong(fmt.Errorf("%s cannot run here, and nothing is left to compare", strings.Join(names, ", ")), "Debian: apt-get install %s", strings.Join(Packages(missing), " "))
}

// An inspection checks each need once, since targets of a scenario share needs.
type inspection struct {
	ctx   context.Context
	known map[string]bool
}

func (i *inspection) lacks(t scenarios.Target) (packages []string) {
	for _, n := range t.Needs {
		there, seen := i.known[n.What]
		if !seen {
			there = installed(i.ctx, n.What)
			i.known[n.What] = there
		}
		if !there {
			packages = append(packages, strings.Fields(n.Package)...)
		}
	}
	slices.Sort(packages)
	return slices.Compact(packages)
}

// installed checks for a file or a command, or runs a command line and reports whether it succeeds.
func installed(ctx context.Context, what string) bool {
	words, err := shell.Split(what)
	switch {
	case err != nil || len(words) == 0:
		return false
	case len(words) > 1:
		ctx, cancel := context.WithTimeout(ctx, needTime)
		defer cancel()
		return command(ctx, "", words[0], words[1:]...).Run() == nil
	case strings.Contains(what, "/"):
		found, err := filepath.Glob(what)
		return err == nil && len(found) > 0
	}
	_, err = exec.LookPath(what)
	return err == nil
}
