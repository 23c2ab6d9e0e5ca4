package candidate

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/classibench/classibench/bench/load"
	"github.com/classibench/classibench/internal/classifieds/dataset"
	"github.com/classibench/classibench/internal/classifieds/listings"
	"github.com/classibench/classibench/internal/unit"
	"github.com/classibench/classibench/scenarios"
)

// makeData finds or makes a data set and reads its lists.
func (s *Setup) makeData(ctx context.Context, d scenarios.Data) error {
	dir, err := CacheDir("data")
	if err != nil {
		return err
	}
	update, end := s.options.Meter("making a data set of " + unit.Count(d.Ads, "ad"))
	s.data, err = dataset.Ensure(ctx, dir, dataset.Spec{Ads: d.Ads, Seed: d.Seed}, update)
	end()
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil:
		return wrong(err, "check that the disk has space and %s is writable, or set XDG_CACHE_HOME to another directory", dir)
	}
	s.Pools, err = pools(ctx, s.data)
	return err
}

// needsData reports whether a scenario or a target uses the data set.
func needsData(sc *scenarios.Scenario, targets []scenarios.Target) bool {
	for _, d := range sc.Draw {
		if d.From != "" {
			return true
		}
	}
	for _, t := range targets {
		if t.Builtin != "" || t.UsesData() {
			return true
		}
	}
	return false
}

// pools returns the lists of the data set that placeholders are drawn from.
func pools(ctx context.Context, data string) (map[string]load.Pool, error) {
	inventory, err := dataset.ReadInventory(ctx, data)
	switch {
	case errors.Is(err, listings.ErrSchema), errors.Is(err, fs.ErrNotExist):
		return nil, wrong(err, "remove %s; it will be made again", data)
	case err != nil:
		return nil, err
	}
	all := map[string]load.Pool{}
	for name, pool := range inventory.Pools() {
		all[name] = pool
	}
	return all, nil
}

// CacheDir makes and returns a directory of ours in the user's cache directory, or in the
// directory for temporary files where the user has none.
func CacheDir(name string) (string, error) {
	base, err := os.UserCacheDir()
	if err != nil {
		base = os.TempDir()
	}
	dir := filepath.Join(base, "classibench", name)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", wrong(fmt.Errorf("make the cache directory: %w", err), "set XDG_CACHE_HOME to another directory")
	}
	return dir, nil
}
