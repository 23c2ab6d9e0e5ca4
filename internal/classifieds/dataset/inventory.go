package dataset

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/classibench/classibench/internal/classifieds/listings"
	"github.com/classibench/classibench/internal/classifieds/store"
)

// An Inventory lists the values of a data set that requests can use.
type Inventory struct {
	Categories []string // slugs, the largest first
	Words      []string // a search finds each of them; words of the largest categories first
	Ads        int      // their ids are 1 to Ads
	Photos     []string // their names in addresses
}

// Pools returns the inventory by the names that scenarios use.
func (v Inventory) Pools() map[string]Pool {
	return map[string]Pool{"categories": Values(v.Categories), "words": Values(v.Words), "ads": IDs(v.Ads), "photos": Values(v.Photos)}
}

// A Pool is a numbered list of values.
type Pool interface {
	Len() int
	At(i int) string
}

// Values is a Pool of the strings themselves.
type Values []string

// Len returns the number of values.
func (v Values) Len() int { return len(v) }

// At returns the i-th value, counted from 0.
func (v Values) At(i int) string { return v[i] }

// IDs is a Pool of the numbers 1 to n.
type IDs int

// Len returns n.
func (n IDs) Len() int { return int(n) }

// At returns i+1.
func (n IDs) At(i int) string { return strconv.Itoa(i + 1) }

// words returns one word for each thing, the largest categories first: the first
// thing of each kind, then the second, and so on.
func (w *writer) words() []string {
	kinds := slices.Clone(w.kinds)
	slices.SortStableFunc(kinds, func(a, b kind) int { return int(1000 * (b.weight - a.weight)) })
	var words []string
	for round := range 12 {
		for _, k := range kinds {
			if round >= len(k.things) {
				continue
			}
			fields := strings.Fields(k.things[round])
			if word := fields[len(fields)-1]; !slices.Contains(words, word) {
				words = append(words, word)
			}
		}
	}
	return words
}

// ReadInventory reads the inventory of a data set. The error wraps listings.ErrSchema
// if the data set has another version.
func ReadInventory(ctx context.Context, path string) (v Inventory, err error) {
	if _, err := os.Stat(path); err != nil {
		return v, fmt.Errorf("read the inventory: %w", err)
	}
	db, err := sql.Open("sqlite3", dsn(path, "mode=ro"))
	if err != nil {
		return v, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	var version int
	if err := db.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version); err != nil {
		return v, fmt.Errorf("read the inventory of %s: %w", path, err)
	}
	if version != store.Version {
		return v, fmt.Errorf("read the inventory of %s: %w: it has schema %d, want %d", path, listings.ErrSchema, version, store.Version)
	}
	return v, v.read(ctx, db)
}

func (v *Inventory) read(ctx context.Context, db *sql.DB) error {
	var words, slugs, photos string
	err := db.QueryRowContext(ctx, `SELECT
		(SELECT value FROM meta WHERE key = 'ads'), (SELECT value FROM meta WHERE key = 'words'), 
		(SELECT coalesce(group_concat(hash, char(10)), '') FROM (SELECT hash FROM photos ORDER BY id)),
		(SELECT group_concat(slug, char(10)) FROM (SELECT slug FROM categories ORDER BY ads DESC, id))`).Scan(&v.Ads, &words, &photos, &slugs)
	if err != nil {
		return fmt.Errorf("read the inventory: %w", err)
	}
	v.Words, v.Categories, v.Photos = strings.Split(words, "\n"), strings.Split(slugs, "\n"), strings.Fields(photos)
	return nil
}
