package history

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
)

// The schema's version stands in the file's header (PRAGMA user_version), where
// it changes in the same transaction as the tables do. There is no migration
// library: the files migrations/1.sql, 2.sql … are all that there is to run, a
// file is only ever brought forward, and a table of versions would be one more
// thing in a file that people keep for years and open with other programs.

// latest is the newest version of the schema: the number of migrations.
func latest() int {
	files, err := migrations.ReadDir("migrations")
	if err != nil {
		panic(err) // the directory is part of the program
	}
	return len(files)
}

//go:embed migrations/*.sql
var migrations embed.FS

// ErrForeign says that a file is no history: nothing of it was touched.
var ErrForeign = errors.New("it is not a history of classibench")

// ErrVersion says that a history was made by a classibench with another schema.
var ErrVersion = errors.New("it has another version")

// application marks a file as a history (PRAGMA application_id): "clbh".
const application = 0x636c6268

// A querier is a database or a transaction.
type querier interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// version returns the version of the schema, 0 for a file without anything.
func (h *History) version(ctx context.Context, from querier) (int, error) {
	var id, version, tables int
	err := from.QueryRowContext(ctx, `SELECT (SELECT application_id FROM pragma_application_id),
		(SELECT user_version FROM pragma_user_version), (SELECT count(*) FROM sqlite_master)`).Scan(&id, &version, &tables)
	switch {
	case err != nil:
		return 0, err
	case id == 0 && version == 0 && tables == 0:
		return 0, nil
	case id != application:
		return 0, fmt.Errorf("%w: it is an SQLite database of something else", ErrForeign)
	}
	return version, nil
}

// migrate brings the schema up to the latest version: all of the way or not at
// all.
func (h *History) migrate(ctx context.Context) error {
	return h.write(ctx, func(tx *sql.Tx) error {
		v, err := h.version(ctx, tx)
		if err != nil {
			return err
		}
		if v > latest() {
			return fmt.Errorf("%w: it has version %d and this classibench knows up to %d", ErrVersion, v, latest())
		}
		for ; v < latest(); v++ {
			if err := step(ctx, tx, v+1); err != nil {
				return fmt.Errorf("bring it to version %d: %w", v+1, err)
			}
		}
		return nil
	})
}

func step(ctx context.Context, tx *sql.Tx, to int) error {
	script, err := migrations.ReadFile(fmt.Sprintf("migrations/%d.sql", to))
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, fmt.Sprintf("%s;\nPRAGMA application_id = %d; PRAGMA user_version = %d", script, application, to))
	return err
}

// write runs a transaction.
func (h *History) write(ctx context.Context, do func(*sql.Tx) error) error {
	tx, err := h.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	if err := do(tx); err != nil {
		_ = tx.Rollback() // the error that led to it says more
		return err
	}
	return tx.Commit()
}
