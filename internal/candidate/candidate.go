// Package candidate makes targets ready to be started: it finds or builds their programs,
// makes and copies their data, divides the cores, and checks out the trees of a git
// revision.
//
// [New] prepares what targets share; [Setup.Candidates] and [Setup.Trees] return an
// [instance.Candidate] for each target or tree, which package instance starts. The package
// measures nothing. Hints of an [Error] name flags of the command classibench.
//
// A target has several types, one for each use. A [scenarios.Target] is the entry in a
// scenario, which can be read and checked without starting anything. A [target.Target] has
// the command lines for one start, with its data and cores. An [instance.Candidate] returns
// a [target.Target] for each start; an [instance.Instance] is running. A [result.Target] is
// the entry in result.json, for readers that link none of the others.
package candidate

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/classibench/classibench/bench"
	"github.com/classibench/classibench/bench/instance"
	"github.com/classibench/classibench/bench/load"
	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/bench/target"
	"github.com/classibench/classibench/bench/usage"
	"github.com/classibench/classibench/internal/classifieds/listings"
	"github.com/classibench/classibench/internal/database"
	"github.com/classibench/classibench/internal/scratch"
	"github.com/classibench/classibench/scenarios"
)

// Options control how targets are made ready.
type Options struct {
	DB      string                                                       // ThrowAway, or the address of a PostgreSQL server that runs; "" is SQLite
	Share   bool                                                         // generator and targets share all cores
	Rebuild bool                                                         // build the classifieds of the working directory, even if there are builds
	Logf    func(format string, args ...any)                             // reports a step
	Meter   func(step string) (update func(done, total int), end func()) // shows the progress of a long step
}

// A Setup holds the shared data and cores of candidates. Close it when none of them runs.
type Setup struct {
	Environment result.Environment   // with the cores of generator and targets
	Pools       map[string]load.Pool // lists of the data set; nil if there is no data set
	Database    *database.Host       // nil without Options.DB

	options Options
	self    string // path of this program, which serves CGI programs
	targets int    // number of targets, for the space that they need
	scratch *scratch.Dir
	dir     string                    // its path: for files that last as long as the setup
	data    string                    // path of the data set
	copies  map[string]*database.Copy // of the database, by target
	pin     *usage.Pin                // of the database server
	builds  map[string]build          // of the classifieds, by recipe

	mu          sync.Mutex
	temporaries map[string]string // directories for temporary files, by target
}

// New prepares data and cores for targets that get the requests of a scenario.
func New(ctx context.Context, sc *scenarios.Scenario, targets []scenarios.Target, o Options) (_ *Setup, err error) {
	s := &Setup{Environment: bench.Describe(o.Share, scenarios.PIDs(targets)...), options: o, copies: map[string]*database.Copy{}, builds: map[string]build{}}
	if s.self, err = os.Executable(); err != nil {
		return nil, fmt.Errorf("find the path of this program, which serves CGI programs: %w", err)
	}
	s.targets = max(len(targets), 2)
	if s.scratch, err = scratch.NewDir("", temporary); err != nil {
		return nil, s.roomy(wrong(fmt.Errorf("make a directory for temporary files: %w", err), "name another with TMPDIR"))
	}
	s.dir = s.scratch.Path
	if needsData(sc, targets) || o.DB != "" {
		err = s.makeData(ctx, sc.Data)
	}
	if err == nil {
		err = s.checkCores(targets)
	}
	if err == nil && o.DB != "" {
		err = s.addDatabase(ctx, targets)
	}
	if err != nil {
		return nil, errors.Join(s.roomy(err), s.Close())
	}
	return s, nil
}

// Dir is a directory for files that last as long as the setup.
func (s *Setup) Dir() string { return s.dir }

// Close removes the setup's files, and its database.
func (s *Setup) Close() error {
	return errors.Join(s.closeDatabase(), s.scratch.Remove())
}

// temporary is the beginning of the names of directories of setups.
const temporary = "classibench-"

// StartHint returns the hint of a target that did not start. Users read it after the setup is
// closed, so it names none of its files.
func StartHint(e *target.StartError) string {
	switch {
	case strings.Contains(e.Error(), listings.ErrSchema.Error()):
		return "all targets get the data set of this classibench, whose schema is not that of the program: build both from the same commit; if base and head of a gate differ in the schema, choose a --base that has the schema of the head"
	case strings.Contains(e.Hint, filepath.Join(os.TempDir(), temporary)):
		return "build the program by hand and start it: the build of this run has been removed"
	}
	return e.Hint
}

// BuiltinPair returns the classifieds as a CGI program and as a server.
func BuiltinPair() []scenarios.Target {
	return []scenarios.Target{{Name: "cgi", Builtin: "cgi"}, {Name: "persistent", Builtin: "persistent"}}
}

// Targets returns the targets of a scenario, or the built-in pair.
func Targets(sc *scenarios.Scenario) []scenarios.Target {
	if len(sc.Targets) == 0 {
		return BuiltinPair()
	}
	return sc.Targets
}

// Candidates makes targets ready.
func (s *Setup) Candidates(ctx context.Context, targets []scenarios.Target) ([]instance.Candidate, error) {
	var all []instance.Candidate
	for _, t := range targets {
		c, err := s.candidate(ctx, t)
		if err != nil {
			return nil, s.roomy(err)
		}
		all = append(all, c)
	}
	return all, nil
}

func (s *Setup) candidate(ctx context.Context, t scenarios.Target) (instance.Candidate, error) {
	switch {
	case t.Builtin == "":
		return s.own(t)
	case s.Database != nil:
		b, err := s.classifieds(ctx, t.Builtin+" "+ThrowAway)
		return s.onDatabase(t, b), err
	}
	b, err := s.classifieds(ctx, t.Builtin)
	return s.builtin(t, b), err
}

// An Error is why a target cannot be made ready, with a hint for the user.
type Error struct {
	Err  error
	Hint string

	space bool // it names the space that is needed
}

func (e *Error) Error() string { return e.Err.Error() }

// Unwrap returns the error without the hint.
func (e *Error) Unwrap() error { return e.Err }

func wrong(err error, hint string, args ...any) error {
	return &Error{Err: err, Hint: fmt.Sprintf(hint, args...)}
}
