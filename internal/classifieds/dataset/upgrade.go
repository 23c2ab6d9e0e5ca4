package dataset

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"

	"github.com/classibench/classibench/internal/classifieds/listings"
	"github.com/classibench/classibench/internal/input"
)

// Upgrade migrates the data set at path, which an earlier version made, to the schema of
// this one. It keeps all ads. It returns the schema that it found. After an error, the data
// set is as it was. The error wraps listings.ErrSchema if the file is not a data set, or is of
// a later version.
func Upgrade(ctx context.Context, path string) (from int64, err error) {
	if _, err := os.Stat(path); err != nil {
		return 0, fmt.Errorf("upgrade the data set: %w", err)
	}
	if err := input.Check(path); err != nil {
		return 0, fmt.Errorf("upgrade the data set: %w", err)
	}
	db, err := sql.Open(driverName, dsn(path, "mode=rw"))
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	if err := db.QueryRowContext(ctx, "PRAGMA user_version").Scan(&from); err != nil {
		return 0, fmt.Errorf("upgrade the data set %s: %w", path, err)
	}
	if from < 1 || from > latest {
		return from, fmt.Errorf("upgrade the data set %s: %w: it has schema %d, this program knows 1 to %d", path, listings.ErrSchema, from, latest)
	}
	if err := migrate(ctx, db, latest); err != nil {
		return from, fmt.Errorf("upgrade the data set %s: %w", path, err)
	}
	return from, nil
}
