// Package history keeps the results of many runs in one SQLite file and finds
// where their figures changed: a loss of 1% a week passes every gate, and shows
// only over months.
//
// [OpenOrMake] and [History.Add] keep what [NewRun] takes from a result;
// [Open], [History.Runs] and [Compare] return it as series with the changes in
// them, in the order in which commits descend from each other ([Ancestry]). Only
// runs of the same [Setting] are compared with each other.
//
// Package result reads result.json, and package reports draws histories.
package history

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"

	"github.com/classibench/classibench/internal/input"
	_ "github.com/mattn/go-sqlite3" // the driver "sqlite3"
)

// A History is a file of runs. Several processes may use it at once.
type History struct {
	db   *sql.DB
	path string
}

// Open opens a history for reading, also one of an older version. The error wraps
// fs.ErrNotExist if there is no file, ErrForeign if it is not a history, and ErrVersion
// if a newer classibench made it.
func Open(ctx context.Context, path string) (*History, error) {
	if _, err := os.Stat(path); err != nil {
		return nil, fmt.Errorf("open the history: %w", err)
	}
	return open(ctx, path, "mode=ro", func(h *History) error {
		v, err := h.version(ctx, h.db)
		if err == nil && (v < 1 || v > latest()) {
			err = fmt.Errorf("%w: it has version %d and this classibench reads up to %d", ErrVersion, v, latest())
		}
		return err
	})
}

// OpenOrMake opens a history for adding runs. It creates the file or updates its schema if
// necessary. Its errors wrap the same errors as those of Open.
func OpenOrMake(ctx context.Context, path string) (*History, error) {
	return open(ctx, path, "mode=rwc", func(h *History) error { return h.migrate(ctx) })
}

func open(ctx context.Context, path, mode string, ready func(*History) error) (*History, error) {
	if err := checkHeader(path); err != nil {
		return nil, fmt.Errorf("open the history %s: %w", path, err)
	}
	db, err := sql.Open("sqlite3", dsn(path, mode))
	if err != nil {
		return nil, fmt.Errorf("open the history %s: %w", path, err)
	}
	h := &History{db, path}
	if err := ready(h); err != nil {
		return nil, fmt.Errorf("open the history %s: %w", path, errors.Join(err, db.Close()))
	}
	return h, nil
}

// checkHeader checks the header of SQLite files, so that the error about another file does
// not call it damaged.
func checkHeader(path string) error {
	f, err := input.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer f.Close()
	const magic = "SQLite format 3\x00"
	head := make([]byte, len(magic))
	switch n, err := io.ReadFull(f, head); {
	case n == 0 && errors.Is(err, io.EOF): // nothing was written to it yet
		return nil
	case err != nil && !errors.Is(err, io.ErrUnexpectedEOF):
		return err
	case string(head[:n]) != magic:
		return ErrForeign
	}
	return nil
}

// dsn returns the driver's name of a file. Writers lock the file at the beginning of a
// transaction and wait for each other: a writer that took its lock later could only fail.
func dsn(path, mode string) string {
	file := url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath()}
	file.RawQuery = mode + "&_txlock=immediate&_busy_timeout=10000&_foreign_keys=1"
	return file.String()
}

// Close closes the file.
func (h *History) Close() error { return h.db.Close() }
