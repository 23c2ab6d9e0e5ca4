package database

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strconv"
	"sync/atomic"

	"github.com/jackc/pgx/v5"
)

// A Host makes copies of a data set, in a server of its own or in one that runs.
type Host struct {
	Server *Server // nil if the server is another program's

	address string // of a server that runs
	version string
	fill    func(ctx context.Context, url string) error
	made    atomic.Int64
}

// New starts a throw-away server and fills its template database, of which each copy is
// a copy of files. fill fills the empty database at a URL.
func New(ctx context.Context, o Options, fill func(ctx context.Context, url string) error) (_ *Host, err error) {
	s, err := Start(ctx, o)
	if err != nil {
		return nil, err
	}
	h := &Host{Server: s, fill: fill, version: s.Version()}
	defer func() {
		if err != nil {
			err = errors.Join(err, h.Close())
		}
	}()
	err = h.asOwner(ctx, func(c *pgx.Conn) error {
		return execute(ctx, c, "CREATE ROLE "+program+" LOGIN", "CREATE DATABASE "+template+" OWNER "+program)
	})
	if err == nil {
		err = fill(ctx, s.url(program, template))
	}
	return h, err
}

// template is the database that the others are copies of.
const template = "template_ads"

// Connect uses the running server at a URL. Each copy is a schema of its own, which is
// filled again, since only a whole database can be a template.
func Connect(ctx context.Context, address string, fill func(ctx context.Context, url string) error) (*Host, error) {
	if u, err := url.Parse(address); err != nil || u.Scheme != "postgres" && u.Scheme != "postgresql" {
		return nil, errors.New("the address of a database begins with postgres://, as in postgres://user@host/database")
	}
	h := &Host{address: address, fill: fill}
	c, err := pgx.Connect(ctx, address)
	if err != nil {
		return nil, fmt.Errorf("connect to the database: %w", err)
	}
	h.version = c.PgConn().ParameterStatus("server_version")
	return h, c.Close(ctx)
}

// Version returns the version of the server.
func (h *Host) Version() string { return h.version }

// Separate reports whether copies have counters of their own: those of schemas are in one
// database, with those of its other users.
func (h *Host) Separate() bool { return h.Server != nil }

// Roots returns the root of the server's process tree, or nothing if it is another
// program's.
func (h *Host) Roots() []int {
	if h.Server == nil {
		return nil
	}
	return []int{h.Server.PID()}
}

// Close stops a throw-away server. Drop the copies in another one before.
func (h *Host) Close() error {
	if h.Server == nil {
		return nil
	}
	return h.Server.Stop()
}

// A Copy is a copy of the data set.
type Copy struct {
	URL  string // for programs
	host *Host
	name string
}

// Copy makes a copy.
func (h *Host) Copy(ctx context.Context) (*Copy, error) {
	n := strconv.FormatInt(h.made.Add(1), 10)
	if h.Server == nil {
		return h.copySchema(ctx, "classibench_"+strconv.Itoa(os.Getpid())+"_"+n)
	}
	c := &Copy{host: h, name: "ads_" + n}
	c.URL = h.Server.url(program, c.name)
	err := h.asOwner(ctx, func(db *pgx.Conn) error {
		return execute(ctx, db, "CREATE DATABASE "+c.name+" TEMPLATE "+template+" OWNER "+program)
	})
	return c, err
}

func (h *Host) copySchema(ctx context.Context, name string) (*Copy, error) {
	u, err := url.Parse(h.address)
	if err != nil {
		return nil, err
	}
	q := u.Query()
	q.Set("options", "-csearch_path="+name)
	u.RawQuery = q.Encode()
	c := &Copy{URL: u.String(), host: h, name: name}
	err = h.asOwner(ctx, func(db *pgx.Conn) error { return execute(ctx, db, "CREATE SCHEMA "+name) })
	if err != nil {
		return nil, err
	}
	if err := h.fill(ctx, c.URL); err != nil {
		return nil, errors.Join(err, c.Drop(context.WithoutCancel(ctx)))
	}
	return c, nil
}

// Drop removes the copy, and ends what is connected to it.
func (c *Copy) Drop(ctx context.Context) error {
	return c.host.asOwner(ctx, func(db *pgx.Conn) error {
		if c.host.Server == nil {
			return execute(ctx, db, "DROP SCHEMA IF EXISTS "+c.name+" CASCADE")
		}
		return execute(ctx, db, "DROP DATABASE IF EXISTS "+c.name+" WITH (FORCE)")
	})
}

// asOwner calls do with a connection that may create and drop, to no copy.
func (h *Host) asOwner(ctx context.Context, do func(*pgx.Conn) error) (err error) {
	address := h.address
	if h.Server != nil {
		if err := h.Server.Err(); err != nil {
			return err
		}
		address = h.Server.url(superuser, "postgres")
	}
	c, err := pgx.Connect(ctx, address)
	if err != nil {
		return fmt.Errorf("connect to the database: %w", err)
	}
	defer func() { err = errors.Join(err, c.Close(context.WithoutCancel(ctx))) }()
	return do(c)
}

func execute(ctx context.Context, c *pgx.Conn, statements ...string) error {
	for _, sql := range statements {
		if _, err := c.Exec(ctx, sql); err != nil {
			return fmt.Errorf("%s: %w", sql, err)
		}
	}
	return nil
}
