package candidate

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"

	"github.com/classibench/classibench/bench/instance"
	"github.com/classibench/classibench/bench/target"
	"github.com/classibench/classibench/bench/usage"
	"github.com/classibench/classibench/internal/classifieds/dataset"
	"github.com/classibench/classibench/internal/database"
	"github.com/classibench/classibench/internal/shell"
	"github.com/classibench/classibench/scenarios"
)

// ThrowAway is the value of Options.DB for a PostgreSQL server of this run.
const ThrowAway = "postgres"

// urlVariable is the variable of the environment in which programs get their database.
const urlVariable = "DATABASE_URL"

// addDatabase starts a server or connects to one, and describes it.
func (s *Setup) addDatabase(ctx context.Context, targets []scenarios.Target) (err error) {
	if err := checkDatabase(targets); err != nil {
		return err
	}
	if s.options.DB == ThrowAway {
		return s.startOwn(ctx)
	}
	if s.Database, err = database.Connect(ctx, s.options.DB, s.fill); err != nil {
		return wrong(err, "check it with: psql '%s'; or let classibench start one of its own: --db %s", shell.Conceal(shell.WithoutPassword(s.options.DB)), ThrowAway)
	}
	s.Environment.Database = fmt.Sprintf("PostgreSQL %s, which was running already: its processes and settings are not known, it may do other work, and it is not kept on cores of its own", s.Database.Version())
	return nil
}

func (s *Setup) startOwn(ctx context.Context) (err error) {
	if err := s.admit(); err != nil {
		return err
	}
	s.options.Logf("starting PostgreSQL, and loading the data set into it …")
	s.Database, err = database.New(ctx, database.Options{Dir: s.dir}, s.fill)
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, database.ErrNotInstalled):
		return wrong(err, "install it, or name one that runs: --db postgres://user@host/database")
	case err != nil:
		return wrong(err, "name a directory with space, which all users can enter, with TMPDIR")
	}
	where := "it shares all cores with generator and targets"
	if cpus := s.Environment.TargetCPUs; len(cpus) > 0 {
		if s.pin, err = usage.PinTree(cpus, s.Database.Roots()...); err != nil {
			return wrong(fmt.Errorf("keep PostgreSQL on the cores of the targets: %w", err), "use --no-pin to measure without pinning")
		}
		where = "it is on the cores of the targets, so what a target makes it do is paid from the target's share"
	}
	s.Environment.Database = fmt.Sprintf("PostgreSQL %s, started for this run with its default settings, on a Unix socket; %s", s.Database.Version(), where)
	return nil
}

// admit lets the user that root starts the server as get to its directory.
func (s *Setup) admit() error {
	if os.Geteuid() != 0 {
		return nil
	}
	return errors.Join(os.Chmod(s.dir, 0o711), checkEntry(s.dir))
}

func (s *Setup) fill(ctx context.Context, url string) error { return dataset.Load(ctx, url, s.data) }

// Guard returns a context that is canceled, with the cause, when the database server of the
// setup ends by itself.
func (s *Setup) Guard(ctx context.Context) (guarded context.Context, release func()) {
	guarded, cancel := context.WithCancelCause(ctx)
	if s.Database == nil || s.Database.Server == nil {
		return guarded, func() { cancel(nil) }
	}
	go func() {
		select {
		case <-guarded.Done():
		case <-s.Database.Server.Done():
			cancel(s.Database.Server.Err())
		}
	}()
	return guarded, func() { cancel(nil) }
}

// closeDatabase drops what is left of the copies, and stops a server of ours.
func (s *Setup) closeDatabase() (err error) {
	if s.Database == nil {
		return nil
	}
	if !s.Database.Separate() {
		for _, c := range s.copies {
			err = errors.Join(err, c.Drop(context.Background()))
		}
	}
	return errors.Join(err, s.Database.Close())
}

// A copying is the copies of the database for the starts of a candidate: the previous one
// is dropped when the next is made.
type copying struct {
	setup *Setup
	name  string
}

// fresh makes a copy for a start.
func (c *copying) fresh(ctx context.Context) (*database.Copy, error) {
	if last := c.last(); last != nil {
		if err := last.Drop(ctx); err != nil {
			return nil, fmt.Errorf("drop the database of the previous trial: %w", err)
		}
		delete(c.setup.copies, c.name)
	}
	made, err := c.setup.Database.Copy(ctx)
	if err != nil {
		return nil, fmt.Errorf("copy the database for %s: %w", c.name, err)
	}
	c.setup.copies[c.name] = made
	return made, nil
}

func (c *copying) last() *database.Copy { return c.setup.copies[c.name] }

// OnDatabase returns the targets with what they need, besides, for PostgreSQL.
func OnDatabase(targets []scenarios.Target) (all []scenarios.Target) {
	for _, t := range targets {
		if t.Files == "perl" {
			t.Needs = append(slices.Clone(t.Needs), scenarios.Need{What: "perl -MDBD::Pg -e 1", Package: "libdbd-pg-perl"})
		}
		all = append(all, t)
	}
	return all
}

// noDatabase are the included programs that know SQLite only.
var noDatabase = map[string]bool{"php": true, "python": true}

// checkDatabase refuses targets that would use another database than the others.
func checkDatabase(targets []scenarios.Target) error {
	for _, t := range targets {
		if noDatabase[t.Files] {
			return wrong(fmt.Errorf("target %s: the program %q knows only SQLite", t.Name, t.Files), "leave --db out, or compare targets that read %s", urlVariable)
		}
	}
	return nil
}

// onDatabase returns a candidate for one of the builds for PostgreSQL.
func (s *Setup) onDatabase(t scenarios.Target, b build) instance.Candidate {
	shown := shownAs(t, b)
	c := &copying{s, t.Name}
	return instance.Candidate{Target: shown, Database: c.last, Fresh: func(ctx context.Context) (target.Target, error) {
		db, err := c.fresh(ctx)
		if err != nil {
			return target.Target{}, err
		}
		return s.target(scenarios.Target{
			Name: shown.Name, Kind: shown.Kind, Command: append([]string{b.path}, shown.Command[1:]...), Env: map[string]string{urlVariable: db.URL, unlimited: "off"}, Settings: t.Settings,
		})
	}}
}

// withDatabase gives each start of a target of the user a copy of the database. The variable
// is one of the target's, since a gateway passes only those on to its programs.
func (s *Setup) withDatabase(c *instance.Candidate, t scenarios.Target, last *string) {
	copies := &copying{s, c.Name}
	c.Database = copies.last
	c.Fresh = func(ctx context.Context) (target.Target, error) {
		db, err := copies.fresh(ctx)
		if err != nil {
			return target.Target{}, err
		}
		with := t
		if with.Env = maps.Clone(t.Env); with.Env == nil {
			with.Env = map[string]string{}
		}
		with.Env[urlVariable] = db.URL
		return s.restored(ctx, with, last)
	}
}
