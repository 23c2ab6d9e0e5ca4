package database

import (
	"context"

	"github.com/jackc/pgx/v5"
)

// Counts are what has happened in a database so far.
type Counts struct {
	Connections  int64 // sessions that began
	Transactions int64 // committed or rolled back
	Rows         int64 // returned by scans, and fetched by indexes
	Blocks       int64 // read, or found in shared memory
	Refused      int64 // connections to the copy, since there were too many; 0 for another program's server
}

// Sub returns what has happened since other counts.
func (c Counts) Sub(before Counts) Counts {
	return Counts{c.Connections - before.Connections, c.Transactions - before.Transactions, c.Rows - before.Rows, c.Blocks - before.Blocks, c.Refused - before.Refused}
}

// Counts reads the counters of the copy's database. A connection reports its counts at its
// end, and once a second while it is busy.
func (c *Copy) Counts(ctx context.Context) (n Counts, err error) {
	err = c.host.asOwner(ctx, func(db *pgx.Conn) error { return c.read(ctx, db, &n) })
	return n, err
}

// Final ends the connections of programs to the copy, so that they report all of their
// counts, and reads the counters.
func (c *Copy) Final(ctx context.Context) (n Counts, err error) {
	err = c.host.asOwner(ctx, func(db *pgx.Conn) error {
		if c.host.Separate() {
			if err := c.disconnect(ctx, db); err != nil {
				return err
			}
		}
		return c.read(ctx, db, &n)
	})
	return n, err
}

// endTimeout is how long PostgreSQL waits for the end of a connection, in milliseconds.
const endTimeout = 5000

func (c *Copy) disconnect(ctx context.Context, db *pgx.Conn) error {
	_, err := db.Exec(ctx, "SELECT pg_terminate_backend(pid, $2) FROM pg_stat_activity WHERE datname = $1", c.name, int64(endTimeout))
	return err
}

func (c *Copy) read(ctx context.Context, db *pgx.Conn, n *Counts) error {
	name := c.name
	if !c.host.Separate() {
		name = db.Config().Database
	}
	if c.host.Server != nil {
		n.Refused = int64(c.host.Server.Refused(c.name))
	}
	return db.QueryRow(ctx, `SELECT sessions, xact_commit + xact_rollback, tup_returned + tup_fetched, blks_read + blks_hit
		FROM pg_stat_database WHERE datname = $1`, name).Scan(&n.Connections, &n.Transactions, &n.Rows, &n.Blocks)
}
