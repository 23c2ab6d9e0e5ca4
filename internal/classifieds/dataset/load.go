package dataset

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx", for goose
	"github.com/pressly/goose/v3"
)

//go:embed postgres/*.sql
var ofPostgres embed.FS

// Load fills an empty database of PostgreSQL, or an empty schema of one, with the data set
// in the SQLite file from. So both databases have the same rows.
func Load(ctx context.Context, url, from string) (err error) {
	src, err := sql.Open("sqlite3", dsn(from, "mode=ro"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, src.Close()) }()
	if err := migratePostgres(ctx, url, 1); err != nil {
		return err
	}
	to, err := pgx.Connect(ctx, url)
	if err != nil {
		return fmt.Errorf("load the data set: %w", err)
	}
	defer func() { err = errors.Join(err, to.Close(context.WithoutCancel(ctx))) }()
	for _, t := range tables {
		if err := t.copy(ctx, to, src); err != nil {
			return fmt.Errorf("load the table %s: %w", t.name, err)
		}
	}
	if err := migratePostgres(ctx, url, latest); err != nil {
		return err
	}
	// Fresh statistics for the planner, and all rows marked as visible.
	_, err = to.Exec(ctx, "VACUUM ANALYZE meta, categories, ads, photos, replies")
	return err
}

// migratePostgres migrates the schema to a version.
func migratePostgres(ctx context.Context, url string, version int64) (err error) {
	db, err := sql.Open("pgx", url)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	return schema{goose.DialectPostgres, ofPostgres, "postgres"}.migrate(ctx, db, version)
}

// A table is copied as it is.
type table struct {
	name    string
	columns []string
	counted bool // its ids are given by a sequence
}

var tables = []table{
	{name: "meta", columns: []string{"key", "value"}},
	{name: "categories", columns: []string{"id", "slug", "name", "ads"}},
	{name: "ads", columns: []string{"id", "category", "price", "posted", "photos", "flags", "title", "place", "seller", "email", "body"}, counted: true},
	{name: "photos", columns: []string{"id", "ad", "type", "width", "height", "data"}, counted: true},
	{name: "replies", columns: []string{"id", "ad", "sent", "name", "email", "body"}, counted: true},
}

func (t table) copy(ctx context.Context, to *pgx.Conn, from *sql.DB) error {
	rows, err := from.QueryContext(ctx, "SELECT "+strings.Join(t.columns, ", ")+" FROM "+t.name)
	if err != nil {
		return err
	}
	defer rows.Close()
	_, err = to.CopyFrom(ctx, pgx.Identifier{t.name}, t.columns, &rowsOf{rows: rows, columns: len(t.columns)})
	if err != nil || !t.counted {
		return err
	}
	// No id is used twice, also none of a row that was removed.
	var used int64
	if err := from.QueryRowContext(ctx, "SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = ?", t.name).Scan(&used); err != nil {
		return err
	}
	_, err = to.Exec(ctx, "SELECT setval(pg_get_serial_sequence('"+t.name+"', 'id'), greatest(max(id), $1, 1), greatest(max(id), $1) > 0) FROM "+t.name, used)
	return err
}

// rowsOf are rows of SQLite as a source of pgx.
type rowsOf struct {
	rows    *sql.Rows
	columns int
}

func (r *rowsOf) Next() bool { return r.rows.Next() }
func (r *rowsOf) Err() error { return r.rows.Err() }

func (r *rowsOf) Values() ([]any, error) {
	values, places := make([]any, r.columns), make([]any, r.columns)
	for i := range values {
		places[i] = &values[i]
	}
	return values, r.rows.Scan(places...)
}
