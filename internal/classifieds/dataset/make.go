// Package dataset makes the data of the classifieds: a database that is a function
// of a [Spec], byte for byte (on one architecture: prices and pictures use
// floating-point arithmetic, whose last bit differs between architectures). Anyone
// can make it again, with its secret: it is for measurements, not for a real site.
//
// [Make] makes a data set, [Ensure] keeps data sets in a cache, [Copy] copies one
// for a target, and [ReadInventory] reads the values that requests can use. Only
// this package has the schema's migrations: a site that opens its data only checks
// their version.
package dataset

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/mattn/go-sqlite3"
	"github.com/pressly/goose/v3"

	"github.com/classibench/classibench/internal/classifieds/listings"
	"github.com/classibench/classibench/internal/scratch"
)

// A Spec describes a data set. Zero fields mean the defaults.
type Spec struct {
	Ads        int   // 50,000
	Categories int   // 40
	Seed       int64 // 1
}

const maxAds = 20_000_000

func (s Spec) filled() (Spec, error) {
	if s.Ads == 0 {
		s.Ads = 50_000
	}
	if s.Categories == 0 {
		s.Categories = 40
	}
	if s.Seed == 0 {
		s.Seed = 1
	}
	return s, s.Check()
}

// Check returns an error if there cannot be a data set with these numbers of ads and
// categories. Zero is no number here.
func (s Spec) Check() error {
	if s.Ads < 1 || s.Ads > maxAds || s.Categories < 1 || s.Categories > 1000 {
		return fmt.Errorf("make a data set of %d ads in %d categories: want from 1 to %d ads in 1 to 1000 categories", s.Ads, s.Categories, maxAds)
	}
	return nil
}

// Make makes the data set of s at path. It replaces a file there only at the end:
// until then, and after an error, that file is unchanged. progress, if not nil,
// receives the number of written ads and the total.
func Make(ctx context.Context, path string, s Spec, progress func(done, total int)) (err error) {
	if s, err = s.filled(); err != nil {
		return err
	}
	dir, err := scratch.NewDir(filepath.Dir(path), ".initdb-")
	if err != nil {
		return fmt.Errorf("make data set %s: %w", path, err)
	}
	defer dir.Remove()
	fresh := filepath.Join(dir.Path, "ads.db")
	if err := build(ctx, fresh, s, progress); err != nil {
		return fmt.Errorf("make data set %s: %w", path, err)
	}
	for _, tail := range []string{"-wal", "-shm"} { // of the replaced file
		if err := os.Remove(path + tail); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("make data set %s: %w", path, err)
		}
	}
	return os.Rename(fresh, path)
}

// build fills the tables before it makes the indexes, which takes half the time. It
// syncs nothing until the end, because an incomplete file is discarded anyway.
func build(ctx context.Context, path string, s Spec, progress func(int, int)) (err error) {
	db, err := sql.Open(driverName, dsn(path, "mode=rwc&_journal_mode=OFF&_synchronous=OFF&_cache_size=-65536"))
	if err != nil {
		return err
	}
	db.SetMaxOpenConns(1)
	defer func() { err = errors.Join(err, db.Close()) }()
	if err := migrate(ctx, db, 1); err != nil {
		return err
	}
	w, err := newWriter(s)
	if err != nil {
		return err
	}
	if err := w.fill(ctx, db, progress); err != nil {
		return err
	}
	if err := migrate(ctx, db, latest); err != nil {
		return err
	}
	if err := inTransaction(ctx, db, w.hang(ctx)); err != nil {
		return err
	}
	return polish(ctx, db)
}

// polish prepares the file for reading: few segments in the word index, statistics
// for the planner, write-ahead logging, everything on disk. It sets the time of the
// migrations to a fixed value.
func polish(ctx context.Context, db *sql.DB) error {
	for _, q := range []string{
		"INSERT INTO search (search) VALUES ('optimize')", "UPDATE goose_db_version SET tstamp = '2026-06-30 20:00:00'", "ANALYZE", "PRAGMA synchronous = FULL", "PRAGMA journal_mode = WAL",
	} {
		if _, err := db.ExecContext(ctx, q); err != nil {
			return fmt.Errorf("%s: %w", q, err)
		}
	}
	return nil
}

func dsn(path, settings string) string {
	return (&url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath(), RawQuery: settings}).String()
}

// driverName is the driver of SQLite with the function photo_hash, which a migration uses.
const driverName = "sqlite3 for data sets"

func init() {
	sql.Register(driverName, &sqlite3.SQLiteDriver{ConnectHook: func(c *sqlite3.SQLiteConn) error {
		return c.RegisterFunc("photo_hash", listings.Hash, true)
	}})
}

//go:embed migrations/*.sql
var migrations embed.FS

// latest is the newest schema version.
const latest = 3

// migrate migrates the schema of SQLite to a version.
func migrate(ctx context.Context, db *sql.DB, version int64) error {
	return schema{goose.DialectSQLite3, migrations, "migrations"}.migrate(ctx, db, version)
}

// A schema has the migrations for one kind of database, in a directory.
type schema struct {
	dialect goose.Dialect
	files   fs.FS
	dir     string
}

func (s schema) migrate(ctx context.Context, db *sql.DB, version int64) error {
	dir, err := fs.Sub(s.files, s.dir)
	if err != nil {
		return err
	}
	p, err := goose.NewProvider(s.dialect, db, dir)
	if err != nil {
		return err
	}
	if _, err := p.UpTo(ctx, version); err != nil {
		return fmt.Errorf("migrate the schema of %s to version %d: %w", s.dialect, version, err)
	}
	return nil
}

const adsAtOnce = 2000 // per transaction

// fill writes all rows, except for the photos.
func (w *writer) fill(ctx context.Context, db *sql.DB, progress func(int, int)) error {
	s := w.spec
	if err := inTransaction(ctx, db, func(tx *sql.Tx) error { return w.frame(ctx, tx) }); err != nil {
		return err
	}
	for from := 1; from <= s.Ads; from += adsAtOnce {
		to := min(from+adsAtOnce-1, s.Ads)
		err := inTransaction(ctx, db, func(tx *sql.Tx) error { return w.stretch(ctx, tx, from, to) })
		if err != nil {
			return fmt.Errorf("write ads %d to %d: %w", from, to, err)
		}
		if progress != nil {
			progress(to, s.Ads)
		}
	}
	return inTransaction(ctx, db, func(tx *sql.Tx) error { return w.finish(ctx, tx) })
}

func inTransaction(ctx context.Context, db *sql.DB, f func(*sql.Tx) error) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	if err := f(tx); err != nil {
		return errors.Join(err, tx.Rollback())
	}
	return tx.Commit()
}

// frame writes the rows that do not belong to an ad: the categories, the secret of
// the edit links, the inventory.
func (w *writer) frame(ctx context.Context, tx *sql.Tx) error {
	for i, k := range w.kinds {
		if _, err := tx.ExecContext(ctx, "INSERT INTO categories (id, slug, name) VALUES (?, ?, ?)", i+1, k.slug, k.name); err != nil {
			return err
		}
	}
	secret := rand.New(rand.NewPCG(uint64(w.spec.Seed), 0)).Uint64()
	_, err := tx.ExecContext(ctx, "INSERT INTO meta (key, value) VALUES ('secret', ?), ('words', ?), ('ads', ?)",
		fmt.Sprintf("%016x", secret), strings.Join(w.words(), "\n"), w.spec.Ads)
	return err
}

// stretch writes a range of ads.
func (w *writer) stretch(ctx context.Context, tx *sql.Tx, from, to int) error {
	insert, err := tx.PrepareContext(ctx, "INSERT INTO ads (id, category, price, posted, photos, title, place, seller, email, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
	if err != nil {
		return err
	}
	defer insert.Close()
	for id := int64(from); id <= int64(to); id++ {
		a := w.write(id)
		if _, err := insert.ExecContext(ctx, a.id, a.category, a.price, a.posted, w.photos(id), a.title, a.place, a.seller, a.email, a.body); err != nil {
			return err
		}
	}
	return nil
}

// hang writes the photos. They come after the migrations, of which the last makes their
// table again.
func (w *writer) hang(ctx context.Context) func(*sql.Tx) error {
	return func(tx *sql.Tx) error {
		gap := w.photoGap()
		for id := int64(1); w.photos(id*gap) > 0; id++ {
			data := w.picture(id)
			if _, err := tx.ExecContext(ctx, "INSERT INTO photos (id, ad, hash, type, width, height, data) VALUES (?, ?, ?, 'image/jpeg', ?, ?, ?)",
				id, id*gap, listings.Hash(data), pictureWidth, pictureHeight, data); err != nil {
				return err
			}
		}
		return nil
	}
}

// finish counts the ads of the categories, and makes the word index.
func (w *writer) finish(ctx context.Context, tx *sql.Tx) error {
	for _, q := range []string{
		"UPDATE categories SET ads = (SELECT count(*) FROM ads WHERE category = categories.id)",
		"INSERT INTO search (search) VALUES ('rebuild')",
	} {
		if _, err := tx.ExecContext(ctx, q); err != nil {
			return fmt.Errorf("%s: %w", q, err)
		}
	}
	return nil
}
