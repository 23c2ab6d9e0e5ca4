package history

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
)

// The version of the schema is in the header of the file (PRAGMA user_version), which
// changes in the same transaction as the tables. A migration library is not necessary: it
// would add a table of versions to a file that people keep for years and open with other
// programs, and there are only the scripts migrations/1.sql, 2.sql … to run, forward only.

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

// ErrForeign means that a file is not a history. The file was not changed.
var ErrForeign = errors.New("it is not a history of classibench")

// ErrVersion means that a newer classibench made the history, with another schema.
var ErrVersion = errors.New("it has another version")

// application marks a file as a history (PRAGMA application_id): "clbh".
const application = 0x636c6268

// A querier is a database or a transaction.
type querier interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// version returns the version of the schema, 0 for an empty file.
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
		return 0, fmt.Errorf("%w: it is an SQLite database of another program", ErrForeign)
	}
	return version, nil
}

// migrate updates the schema to the latest version, or on an error not at all.
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
				return fmt.Errorf("migrate it to version %d: %w", v+1, err)
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

// write runs a function in a transaction.
func (h *History) write(ctx context.Context, do func(*sql.Tx) error) error {
	tx, err := h.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	if err := do(tx); err != nil {
		_ = tx.Rollback() // err is the cause
		return err
	}
	return tx.Commit()
}
