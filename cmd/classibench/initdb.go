package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/classibench/classibench/internal/classifieds/dataset"
	"github.com/classibench/classibench/internal/classifieds/store"
	"github.com/classibench/classibench/internal/scratch"
	"github.com/classibench/classibench/internal/unit"
)

func (p *program) initdbCommand() *cobra.Command {
	var (
		spec    dataset.Spec
		force   bool
		upgrade bool
	)
	c := &cobra.Command{
		Use:   "initdb FILE",
		Short: "Make a data set for the classifieds",
		Long: `Make a data set: an SQLite database with the classifieds' schema, filled with ads.

The same --ads, --categories and --seed give the same data set on any machine of
one architecture.

With --upgrade, FILE is a data set that an earlier version made: it gets the schema
of this version, and keeps its ads. Stop the programs that use it before.`,
		Example: `  classibench initdb ads.db
  classibench initdb --upgrade ads.db
  classibench initdb --ads 1000000 --seed 7 big.db`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if upgrade {
				return p.upgradedb(c, args[0])
			}
			return p.initdb(c, args[0], spec, force)
		},
	}
	c.Flags().IntVar(&spec.Ads, "ads", 50_000, "`number` of ads")
	c.Flags().IntVar(&spec.Categories, "categories", 40, "`number` of categories")
	c.Flags().Int64Var(&spec.Seed, "seed", 1, "`seed` of the random data")
	c.Flags().BoolVar(&force, "force", false, "replace FILE if it exists")
	c.Flags().BoolVar(&upgrade, "upgrade", false, "migrate FILE to the schema of this version, and keep its ads")
	for _, other := range []string{"ads", "categories", "seed", "force"} {
		c.MarkFlagsMutuallyExclusive("upgrade", other)
	}
	return c
}

func (p *program) upgradedb(c *cobra.Command, path string) error {
	from, err := dataset.Upgrade(c.Context(), path)
	switch {
	case c.Context().Err() != nil:
		return c.Context().Err()
	case errors.Is(err, fs.ErrNotExist):
		return usageError(err, "make a data set with: classibench initdb %s", path)
	case err != nil:
		return usageError(err, "%s is unchanged", path)
	}
	if from == store.Version {
		p.logf("%s has schema %d already", path, from)
		return nil
	}
	p.logf("upgraded %s from schema %d to %d", path, from, store.Version)
	return nil
}

func (p *program) initdb(c *cobra.Command, path string, spec dataset.Spec, force bool) error {
	if err := spec.Check(); err != nil {
		return usageError(err, "leave --ads or --categories out for the default")
	}
	if _, err := os.Lstat(path); err == nil && !force {
		return usageError(fmt.Errorf("make %s: %w", path, fs.ErrExist), "--force replaces it")
	} else if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return usageError(err, "")
	}
	if err := scratch.Replaceable(path); err != nil {
		return usageError(err, "%s is unchanged", path)
	}
	began := time.Now()
	meter := p.newMeter("making " + path)
	err := dataset.Make(c.Context(), path, spec, meter.update)
	meter.end()
	switch {
	case c.Context().Err() != nil:
		return c.Context().Err()
	case err != nil:
		return usageError(err, "an earlier file %s is unchanged", path)
	}
	p.logf("made %s: %s in %s, in %s", path, unit.Count(spec.Ads, "ad"), unit.Count(spec.Categories, "category", "categories"), unit.Seconds(time.Since(began).Seconds()))
	return nil
}
