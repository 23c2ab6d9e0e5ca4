//go:build cgo

package store_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/classibench/classibench/internal/classifieds"
	"github.com/classibench/classibench/internal/classifieds/classifiedstest"
	"github.com/classibench/classibench/internal/classifieds/dataset"
	"github.com/classibench/classibench/internal/classifieds/listings"
	"github.com/classibench/classibench/internal/classifieds/store"
	"github.com/classibench/classibench/internal/classifieds/storetest"
)

// pristine is the data set that TestMain makes. Tests use copies of it.
var pristine string

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	dir, err := os.MkdirTemp("", "store-test-")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	pristine = filepath.Join(dir, "ads.db")
	if err := dataset.Make(context.Background(), pristine, dataset.Spec{Ads: storetest.Ads, Categories: storetest.Categories}, nil); err != nil {
		panic(err)
	}
	return m.Run()
}

func makeData(tb testing.TB) string {
	tb.Helper()
	path := filepath.Join(tb.TempDir(), "ads.db")
	if err := dataset.Copy(tb.Context(), path, pristine); err != nil {
		tb.Fatal(err)
	}
	return path
}

func open(tb testing.TB, path string) *store.Store {
	tb.Helper()
	s, err := store.Open(path)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := s.Close(); err != nil {
			tb.Error(err)
		}
	})
	return s
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// TestStore runs the tests that every database passes.
func TestStore(t *testing.T) {
	storetest.Run(t, func(tb testing.TB) func() (classifieds.Store, error) {
		path := makeData(tb)
		return func() (classifieds.Store, error) { return store.Open(path) }
	})
}

func TestOpenRefuses(t *testing.T) {
	dir := t.TempDir()
	text := filepath.Join(dir, "text.db")
	if err := os.WriteFile(text, []byte(strings.Repeat("not a database, but a letter\n", 100)), 0o644); err != nil {
		t.Fatal(err)
	}
	other := makeData(t)
	s := open(t, other)
	if err := s.Exec("PRAGMA user_version = 99"); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, path string
		is         error
		want       string
	}{
		{"a missing file", filepath.Join(dir, "none.db"), fs.ErrNotExist, "make a data set with: classibench initdb " + filepath.Join(dir, "none.db")},
		{"another version", other, listings.ErrSchema, "it has schema 99, this program needs 3; make a new one with: classibench initdb --force " + other},
		{"a file that is no database", text, nil, "check that it is an SQLite file, or make a data set with: classibench initdb"},
		{"a directory", dir, nil, "open the classifieds' data"},
		{"a device", os.DevNull, nil, "is no file (Dc"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, err := store.Open(c.path)
			if err == nil {
				s.Close()
				t.Fatal("it opens")
			}
			if !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), c.path) || c.is != nil && !errors.Is(err, c.is) {
				t.Errorf("got the error %q, want one that contains %q", err, c.want)
			}
		})
	}
	if _, err := os.Stat(filepath.Join(dir, "none.db")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Open created the missing file: %v", err)
	}
}

// The address of another database may hold a password, which errors must not show.
func TestOpenAnAddress(t *testing.T) {
	for _, address := range []string{"postgres://ads:secret@db/ads", "postgresql://db/ads?password=secret", "postgres:/ads:secret@db/ads"} {
		s, err := store.Open(address)
		if err == nil {
			s.Close()
		}
		if err == nil || strings.Contains(err.Error(), "secret") || !strings.Contains(err.Error(), "reads a file of SQLite") {
			t.Errorf("%s: got the error %v", address, err)
		}
	}
}

// A locked file is not called one of another kind.
func TestOpenLocked(t *testing.T) {
	err := store.Unreadable("ads.db", fmt.Errorf("%w: database is locked", listings.ErrBusy))
	if !errors.Is(err, listings.ErrBusy) || !strings.Contains(err.Error(), "fuser ads.db names it") || strings.Contains(err.Error(), "initdb") {
		t.Error(err)
	}
}

// TestOpenChangesNothing also opens a path with characters that are special in a
// URI.
func TestOpenChangesNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a?b#c%20d é&mode=memory.db")
	if err := os.Rename(makeData(t), path); err != nil {
		t.Fatal(err)
	}
	before := must(os.ReadFile(path))
	s, err := store.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	must(s.Latest(t.Context(), 5))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(before, must(os.ReadFile(path))) {
		t.Error("the file has changed")
	}
}

// TestPreparedOnce checks that a repeated query is not prepared again.
func TestPreparedOnce(t *testing.T) {
	s := open(t, makeData(t))
	preparing := s.CountPreparing()
	ask := func(i int64) {
		must(s.Categories(t.Context()))
		must(s.Latest(t.Context(), int(10+i)))
		must(s.Secret(t.Context()))
		slug := []string{"bicycles", "cars", "furniture"}[i%3]
		_, _, err := s.InCategory(t.Context(), slug, 500-i, int(20+i))
		must(i, err)
		must(s.Ad(t.Context(), 10*(i+1)))
		must(s.PhotoByID(t.Context(), i+1))
		must(s.Photo(t.Context(), must(s.Ad(t.Context(), 10*(i+1))).Pictures[0].Hash))
		must(s.Replies(t.Context(), 10*(i+1), int(5+i)))
		must(s.Search(t.Context(), listings.Query{Words: "oak", Category: i%3 + 1, Min: 100 * i, Max: 100_000 + i, Before: 500 - i}, int(20+i)))
	}
	ask(0)
	ask(1)
	if *preparing == 0 {
		t.Fatal("the compiler requested no authorization: the test shows nothing")
	}
	*preparing = 0
	for i := range int64(6) {
		ask(i)
	}
	if *preparing != 0 {
		t.Errorf("statements are prepared again: the compiler requested %d authorizations", *preparing)
	}
}

func TestBusy(t *testing.T) {
	path := makeData(t)
	storetest.RunBusy(t, open(t, path), func() func() { return classifiedstest.Lock(t, path) })
}

// Reads wait for a lock of the whole file until their visitors leave, or have waited long enough,
// whether or not they have a connection.
func TestBusyReads(t *testing.T) {
	path := makeData(t)
	classifiedstest.Unlogged(t, path)
	s := open(t, path)
	storetest.RunBusyReads(t, s, func() func() { return classifiedstest.LockFile(t, path) })
	defer classifiedstest.LockFile(t, path)()
	s.SetPatience(50 * time.Millisecond)
	var readers sync.WaitGroup
	for range 10 * runtime.GOMAXPROCS(0) {
		readers.Go(func() {
			if _, err := s.Latest(t.Context(), 5); !errors.Is(err, listings.ErrBusy) || !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("a patient visitor: got %v, want ErrBusy and the deadline", err)
			}
		})
	}
	readers.Wait()
}

// A write for which the disk has no room changes nothing, and is possible again when there is.
func TestFull(t *testing.T) {
	s := open(t, makeData(t))
	before := must(s.Latest(t.Context(), 1))[0]
	ad := must(s.Ad(t.Context(), before.ID))
	photo := listings.Photo{Type: "image/png", Width: 1, Height: 1, Data: make([]byte, 100_000)}
	for _, c := range []struct {
		pages string // SQLite makes the limit at least as large as the file
		want  error
	}{{"1", listings.ErrFull}, {"1000000", nil}} {
		if err := s.Exec("PRAGMA max_page_count = " + c.pages); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Add(t.Context(), ad, []listings.Photo{photo}); !errors.Is(err, c.want) {
			t.Errorf("with at most %s pages: got %v, want %v", c.pages, err, c.want)
		}
		if newest := must(s.Latest(t.Context(), 1))[0]; c.want != nil && newest != before {
			t.Errorf("the refused ad is there: %+v", newest)
		}
	}
}

// After a restore as docs/deploy.md has it, ids of ads that are lost are not given again.
func TestRestore(t *testing.T) {
	classifiedstest.Needs(t, "/usr/bin/sqlite3", "sqlite3")
	path := makeData(t)
	here := strings.NewReplacer("/srv/ads/", filepath.Dir(path)+"/")
	s := must(store.Open(path))
	for _, command := range storetest.Documented(t, ".backup") {
		storetest.Shell(t, here.Replace(command))
	}
	lost := must(s.Ad(t.Context(), 10))
	lost.ID = must(s.Add(t.Context(), lost, nil))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{"rm -f /srv/ads/ads.db-wal", "cp /srv/ads/backup.db", "sqlite_sequence"} {
		for _, command := range storetest.Documented(t, part) {
			storetest.Shell(t, here.Replace(command))
		}
	}
	s = open(t, path)
	if ad, err := s.Ad(t.Context(), lost.ID); !errors.Is(err, listings.ErrNotFound) {
		t.Fatalf("the backup has the lost ad: %+v, %v", ad, err)
	}
	storetest.RunRestored(t, s)
}
