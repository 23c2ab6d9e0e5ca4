package candidate

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	"github.com/classibench/classibench/bench/instance"
	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/bench/target"
	"github.com/classibench/classibench/internal/classifieds/dataset"
	"github.com/classibench/classibench/scenarios"
)

// builtin returns a candidate for one of the two builds of the classifieds.
func (s *Setup) builtin(t scenarios.Target, b build) instance.Candidate {
	shown := shownAs(t, b)
	return s.onCopy(shown, func(db string) scenarios.Target {
		return scenarios.Target{Command: append([]string{b.path}, shown.Command[1:]...), Env: map[string]string{"CLASSIFIEDS_DB": db, unlimited: "off"}, Settings: t.Settings}
	})
}

// shownAs returns the entry of a built-in target in a result.
func shownAs(t scenarios.Target, b build) result.Target {
	if t.Builtin == "cgi" {
		return result.Target{Name: t.Name, Kind: target.CGI, Command: []string{filepath.Base(b.path)}, Build: b.how}
	}
	return result.Target{Name: t.Name, Kind: target.Server, Command: []string{filepath.Base(b.path), "-listen", "{addr}"}, Build: b.how, Instances: several(t)}
}

// several returns the number of a target's instances, or 0 if there is only one.
func several(t scenarios.Target) int {
	if n := t.Instances(); n > 1 {
		return n
	}
	return 0
}

// unlimited is the variable that takes off the limits for each client: all requests come from
// one, and a CGI program has no such limits.
const unlimited = "CLASSIFIEDS_LIMITS"

// BurdenedPair returns two servers of the classifieds, of which the second does an amount
// of work more for each request ("classibench calibrated").
func (s *Setup) BurdenedPair(a, b string, work int) []instance.Candidate {
	return []instance.Candidate{s.burdened(a, 0), s.burdened(b, work)}
}

func (s *Setup) burdened(name string, work int) instance.Candidate {
	amount := strconv.Itoa(work)
	shown := result.Target{Name: name, Kind: target.Server, Command: []string{filepath.Base(s.self), "calibrated", "--work", amount}}
	return s.onCopy(shown, func(db string) scenarios.Target {
		return scenarios.Target{Command: []string{s.self, "calibrated", "--listen", "{addr}", "--db", db, "--work", amount}}
	})
}

// onCopy returns a candidate that gets a new copy of the data set for each start.
func (s *Setup) onCopy(shown result.Target, on func(db string) scenarios.Target) instance.Candidate {
	var last string
	return instance.Candidate{Target: shown, Fresh: func(ctx context.Context) (target.Target, error) {
		db, err := s.freshCopy(ctx, shown.Name, &last)
		if err != nil {
			return target.Target{}, err
		}
		t := on(db)
		t.Name, t.Kind = shown.Name, shown.Kind
		return s.target(t)
	}}
}

// freshCopy copies the data set for a start, and removes the copy of the previous start,
// whose directory is in last.
func (s *Setup) freshCopy(ctx context.Context, name string, last *string) (string, error) {
	if err := os.RemoveAll(*last); err != nil {
		return "", fmt.Errorf("remove the data of the previous trial: %w", err)
	}
	dir, err := os.MkdirTemp(s.dir, "data-")
	if err != nil {
		return "", s.roomy(fmt.Errorf("make a directory for the data of %s: %w", name, err))
	}
	*last = dir
	db := filepath.Join(dir, "ads.db")
	if err := dataset.Copy(ctx, db, s.data); err != nil {
		return "", s.roomy(fmt.Errorf("prepare the data of %s in %s: %w", name, dir, err))
	}
	return db, nil
}
