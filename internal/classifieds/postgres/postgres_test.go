package postgres_test

import (
	"context"
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/classibench/classibench/internal/classifieds"
	"github.com/classibench/classibench/internal/classifieds/dataset"
	"github.com/classibench/classibench/internal/classifieds/listings"
	"github.com/classibench/classibench/internal/classifieds/postgres"
	"github.com/classibench/classibench/internal/classifieds/store"
	"github.com/classibench/classibench/internal/classifieds/storetest"
	"github.com/classibench/classibench/internal/database"
	"github.com/classibench/classibench/internal/database/databasetest"
)

var host *database.Host

func TestMain(m *testing.M) { os.Exit(databasetest.Main(m, &host, fill)) }

// fill makes the same data set as for the tests of SQLite.
func fill(ctx context.Context, url string) error {
	dir, err := os.MkdirTemp("", "postgres-test-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "ads.db")
	if err := dataset.Make(ctx, path, dataset.Spec{Ads: storetest.Ads, Categories: storetest.Categories}, nil); err != nil {
		return err
	}
	return dataset.Load(ctx, url, path)
}

// TestStore runs the tests that every database passes, with a pool.
func TestStore(t *testing.T) {
	storetest.Run(t, func(tb testing.TB) func() (classifieds.Store, error) {
		c := databasetest.Need(tb, host)
		return func() (classifieds.Store, error) { return postgres.Open(c.URL) }
	})
}

// TestStoreOnce runs them with a single connection, except for the test with many
// goroutines.
func TestStoreOnce(t *testing.T) {
	storetest.RunAlone(t, func(tb testing.TB) func() (classifieds.Store, error) {
		c := databasetest.Need(tb, host)
		return func() (classifieds.Store, error) { return postgres.OpenOnce(c.URL) }
	})
}

// A stylesheet needs no connection.
func TestOpenOnceConnectsLater(t *testing.T) {
	s, err := postgres.OpenOnce("postgres://nobody@localhost:1/none?host=" + url.QueryEscape(t.TempDir()))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Latest(t.Context(), 1); err == nil || !strings.Contains(err.Error(), "DATABASE_URL names the database") {
		t.Errorf("got the error %v, want one that names DATABASE_URL", err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

func TestOpenRefuses(t *testing.T) {
	empty := databasetest.Need(t, host)
	s, err := postgres.OpenOnce(empty.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := s.Exec("UPDATE meta SET value = '99' WHERE key = 'schema'"); err != nil {
		t.Fatal(err)
	}
	_, err = postgres.Open(empty.URL)
	if !errors.Is(err, listings.ErrSchema) || !strings.Contains(err.Error(), "it has schema 99, this program needs 3") {
		t.Errorf("a data set of another version: got the error %v", err)
	}
	if err := s.Exec("DROP TABLE meta"); err != nil {
		t.Fatal(err)
	}
	if _, err := postgres.Open(empty.URL); !errors.Is(err, listings.ErrSchema) || !strings.Contains(err.Error(), "no data set of the classifieds") {
		t.Errorf("a database without a data set: got the error %v", err)
	}
	if _, err := postgres.Open("postgres://[::"); err == nil {
		t.Error("a wrong URL is accepted")
	}
}

// An id that was used in the file, by an ad that was removed, is not used again.
func TestLoadKeepsUsedIDs(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ads.db")
	if err := dataset.Make(t.Context(), path, dataset.Spec{Ads: 20, Categories: 2}, nil); err != nil {
		t.Fatal(err)
	}
	file, err := store.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	ad, err := file.Ad(t.Context(), 20)
	if err != nil {
		t.Fatal(err)
	}
	if err := file.Remove(t.Context(), ad.ID); err != nil {
		t.Fatal(err)
	}
	s := loaded(t, path)
	if id, err := s.Add(t.Context(), ad, []listings.Photo{{Type: "image/png", Width: 1, Height: 1, Data: []byte("x")}}); err != nil || id != 21 {
		t.Errorf("the new ad is %d, %v, want 21", id, err)
	}
	if added, err := s.Ad(t.Context(), 21); err != nil || added.Pictures[0].ID != 3 {
		t.Errorf("its photo is %+v, %v, want one with the id 3", added.Pictures, err)
	}
}

// loaded opens a database with the data set of a file.
func loaded(t *testing.T, path string) *postgres.Store {
	t.Helper()
	at := databasetest.Need(t, host).URL
	db, err := pgx.Connect(t.Context(), at)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close(context.Background())
	if _, err := db.Exec(t.Context(), "CREATE SCHEMA loaded"); err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(at)
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	q.Set("search_path", "loaded")
	u.RawQuery = q.Encode()
	if err := dataset.Load(t.Context(), u.String(), path); err != nil {
		t.Fatal(err)
	}
	s, err := postgres.Open(u.String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// Bytes that PostgreSQL has no text for are not an error of the site.
func TestTextsThatAreNone(t *testing.T) {
	s, err := postgres.Open(databasetest.Need(t, host).URL)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for _, slug := range []string{"a\x00b", "\xff"} {
		if _, err := s.Category(t.Context(), slug); !errors.Is(err, listings.ErrNotFound) {
			t.Errorf("category %q: got %v, want ErrNotFound", slug, err)
		}
	}
	for _, typed := range []string{"\x00", "\xff", "a\x00b", "̂", "' OR 1", "&|!():*"} {
		if _, err := s.Search(t.Context(), listings.Query{Words: typed}, 5); err != nil {
			t.Errorf("search for %q: %v", typed, err)
		}
	}
}

func TestBusy(t *testing.T) {
	url := databasetest.Need(t, host).URL
	s, err := postgres.Open(url)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	storetest.RunBusy(t, s, func() func() { return lock(t, url, "EXCLUSIVE") })
}

// Reads that a lock keeps out end when their visitors leave, or have waited long enough.
// Afterwards a pool has connections again.
func TestBusyReads(t *testing.T) {
	url := databasetest.Need(t, host).URL
	pool, err := postgres.Open(url)
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	lockAll := func() func() { return lock(t, url, "ACCESS EXCLUSIVE", "categories", "photos", "replies", "meta") }
	storetest.RunBusyReads(t, pool, lockAll)
	defer lockAll()()
	alone, err := postgres.OpenOnce(url)
	if err != nil {
		t.Fatal(err)
	}
	defer alone.Close()
	for kind, s := range map[string]*postgres.Store{"a pool": pool, "a connection": alone} {
		s.SetPatience(50 * time.Millisecond)
		if _, err := s.Latest(t.Context(), 5); !errors.Is(err, listings.ErrBusy) || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("with %s: got %v, want ErrBusy and the deadline", kind, err)
		}
	}
}

// A write whose lock the server refuses, as its lock_timeout says, is busy too.
func TestRefusedLock(t *testing.T) {
	url := databasetest.Need(t, host).URL
	defer lock(t, url, "EXCLUSIVE")()
	s, err := postgres.Open(url + "&lock_timeout=20")
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := s.Flag(t.Context(), 1); !errors.Is(err, listings.ErrBusy) {
		t.Errorf("got %v, want ErrBusy", err)
	}
}

// The codes of the server's errors lead to answers. A trigger can give them too.
func TestCodes(t *testing.T) {
	s, err := postgres.Open(databasetest.Need(t, host).URL)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := s.Exec("CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = TG_ARGV[0]; END $$"); err != nil {
		t.Fatal(err)
	}
	for code, want := range map[string]error{"53100": listings.ErrFull, "55P03": listings.ErrBusy, "40P01": listings.ErrBusy, "57014": listings.ErrBusy} {
		if err := s.Exec("CREATE OR REPLACE TRIGGER refuse BEFORE UPDATE ON ads EXECUTE FUNCTION refuse('" + code + "')"); err != nil {
			t.Fatal(err)
		}
		if err := s.Flag(t.Context(), 1); !errors.Is(err, want) {
			t.Errorf("%s: got %v, want %v", code, err, want)
		}
	}
}

// The command for the counters in docs/deploy.md gives them a lead.
func TestRestore(t *testing.T) {
	url := databasetest.Need(t, host).URL
	for _, command := range storetest.Documented(t, "setval") {
		storetest.Shell(t, command, "DATABASE_URL="+url)
	}
	s, err := postgres.Open(url)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	storetest.RunRestored(t, s)
}

// lock locks the ads, and other tables, in one of the modes of LOCK TABLE: EXCLUSIVE against
// writing, ACCESS EXCLUSIVE against reading too.
func lock(t *testing.T, url, mode string, others ...string) (release func()) {
	other, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := other.Exec(t.Context(), "BEGIN; LOCK TABLE "+strings.Join(append(others, "ads"), ", ")+" IN "+mode+" MODE"); err != nil {
		t.Fatal(err)
	}
	return func() {
		if err := other.Close(t.Context()); err != nil {
			t.Error(err)
		}
	}
}
