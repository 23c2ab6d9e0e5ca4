package candidate

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"github.com/classibench/classibench/bench/load"
	"github.com/classibench/classibench/internal/classifieds/dataset"
	"github.com/classibench/classibench/internal/classifieds/listings"
	"github.com/classibench/classibench/internal/unit"
	"github.com/classibench/classibench/scenarios"
)

// makeData finds or makes a data set and reads its lists.
func (s *Setup) makeData(ctx context.Context, d scenarios.Data) error {
	spec := dataset.Spec{Ads: d.Ads, Seed: d.Seed}
	dir, err := CacheDir("data")
	if err == nil {
		if s.data, err = dataset.Cached(ctx, dir, spec); errors.Is(err, dataset.ErrDamaged) {
			s.options.Logf("%v; making it again …", err)
		}
		if errors.Is(err, dataset.ErrDamaged) || errors.Is(err, fs.ErrNotExist) {
			s.data, err = s.keepData(ctx, dir, spec)
		}
	}
	if unwritable(err) {
		s.options.Logf("the cache cannot be used (%v): making a data set for this run alone", err)
		s.data, err = s.keepData(ctx, s.dir, spec)
	}
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil:
		return wrong(err, "check that the disk has space, or set XDG_CACHE_HOME to a directory on another one: a data set of %d ads needs about %d MB", spec.Ads, 1+spec.Ads/500)
	}
	s.Pools, err = pools(ctx, s.data)
	return err
}

// keepData makes a data set in a directory, and shows the progress.
func (s *Setup) keepData(ctx context.Context, dir string, spec dataset.Spec) (string, error) {
	update, end := s.options.Meter("making a data set of " + unit.Count(spec.Ads, "ad"))
	defer end()
	return dataset.Keep(ctx, dir, spec, update)
}

// unwritable reports whether a directory cannot be written at all, for another reason than
// a lack of space. A broken link exists, and is no directory.
func unwritable(err error) bool {
	for _, errno := range []error{fs.ErrPermission, fs.ErrExist, syscall.EROFS, syscall.ENOTDIR, syscall.ELOOP} {
		if errors.Is(err, errno) {
			return true
		}
	}
	return false
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
