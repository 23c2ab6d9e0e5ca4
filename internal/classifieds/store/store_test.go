package store_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/classibench/classibench/internal/classifieds/dataset"
	"github.com/classibench/classibench/internal/classifieds/store"
)

const ads = 600 // in the data set of the tests

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
	if err := dataset.Make(context.Background(), pristine, dataset.Spec{Ads: ads, Categories: 8}, nil); err != nil {
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
		{"another version", other, store.ErrSchema, "it has schema 99, this program needs 2; make a new one with: classibench initdb --force " + other},
		{"a file that is no database", text, nil, "check that it is an SQLite file, or make a data set with: classibench initdb"},
		{"a directory", dir, nil, "open the classifieds' data"},
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
	must(s.Latest(5))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(before, must(os.ReadFile(path))) {
		t.Error("the file has changed")
	}
}

// TestPages reads all pages of every category: each ad must appear once, newest
// first.
func TestPages(t *testing.T) {
	s := open(t, makeData(t))
	total := 0
	for _, c := range must(s.Categories()) {
		last := int64(1 << 62)
		seen := 0
		for before := int64(0); ; before = last {
			found, page, err := s.InCategory(c.Slug, before, 7)
			if err != nil {
				t.Fatal(err)
			}
			if found != c {
				t.Fatalf("category %s is %+v, want %+v", c.Slug, found, c)
			}
			for _, ad := range page {
				if ad.ID >= last {
					t.Fatalf("%s: ad %d comes after ad %d", c.Slug, ad.ID, last)
				}
				if whole := must(s.Ad(ad.ID)); whole.Category != c || whole.Summary != ad {
					t.Errorf("the list has %+v, but the ad is %+v", ad, whole)
				}
				last = ad.ID
			}
			seen += len(page)
			if len(page) < 7 {
				break
			}
		}
		if int64(seen) != c.Ads {
			t.Errorf("%s has %d ads on its pages, but a count of %d", c.Slug, seen, c.Ads)
		}
		total += seen
	}
	if total != ads {
		t.Errorf("%d ads are on the pages, want %d", total, ads)
	}
}

func TestLatest(t *testing.T) {
	s := open(t, makeData(t))
	for i, ad := range must(s.Latest(10)) {
		if ad.ID != int64(ads-i) {
			t.Errorf("place %d has ad %d, want %d", i, ad.ID, ads-i)
		}
	}
}

func TestNotFound(t *testing.T) {
	s := open(t, makeData(t))
	someone := store.Ad{Summary: store.Summary{ID: ads + 1}, Category: store.Category{ID: 1}}
	for name, err := range map[string]error{
		"ad":       second(s.Ad(ads + 1)),
		"photo":    second(s.Photo(ads + 1)),
		"category": second(s.Category("none")),
		"page":     third(s.InCategory("none", 0, 7)),
		"change":   s.Change(someone, nil, nil),
		"photos":   s.Change(someone, []store.Photo{picture}, nil),
		"remove":   s.Remove(ads + 1),
		"reply":    s.AddReply(store.Reply{Ad: ads + 1}),
		"flag":     s.Flag(ads + 1),
	} {
		if !errors.Is(err, store.ErrNotFound) {
			t.Errorf("missing %s: got %v, want ErrNotFound", name, err)
		}
	}
}

func second[T any](_ T, err error) error        { return err }
func third[T, U any](_ T, _ U, err error) error { return err }

var picture = store.Photo{Type: "image/png", Width: 3, Height: 2, Data: []byte("a picture")}

// draft returns an ad with words that no other ad has.
func draft(s *store.Store, slug string) store.Ad {
	return store.Ad{
		Summary:  store.Summary{Title: "Zeppelin, nearly new", Place: "Harbour", Price: 1234, Posted: time.Unix(1782820800, 0).UTC()},
		Category: must(s.Category(slug)), Body: "Filled with xylophones.", Seller: "Zoë", Email: "zoe@example.org",
	}
}

// TestLife adds, changes and removes an ad, with its photos, replies and flags.
func TestLife(t *testing.T) {
	s := open(t, makeData(t))
	ad := draft(s, "bicycles")
	bicycles, cars := ad.Category.Ads, must(s.Category("cars")).Ads
	id := must(s.Add(ad, []store.Photo{picture, picture}))
	if id != ads+1 {
		t.Errorf("the new ad is %d, want %d", id, ads+1)
	}
	got := must(s.Ad(id))
	if got.Title != ad.Title || got.Body != ad.Body || got.Price != 1234 || !got.Posted.Equal(ad.Posted) || got.Seller != "Zoë" || len(got.Pictures) != 2 {
		t.Errorf("the ad is %+v", got)
	}
	counts(t, s, "bicycles", bicycles+1)
	finds(t, s, "zeppelin xylophones", id)

	photo := got.Pictures[0].ID
	if p := must(s.Photo(photo)); p.Type != picture.Type || !bytes.Equal(p.Data, picture.Data) || p.Width != 3 {
		t.Errorf("the photo is %+v", p)
	}
	got.Title, got.Category = "Airship", must(s.Category("cars"))
	if err := s.Change(got, []store.Photo{picture}, []int64{photo, 1}); err != nil {
		t.Fatal(err)
	}
	changed := must(s.Ad(id))
	if changed.Title != "Airship" || changed.Photos != 2 || len(changed.Pictures) != 2 || changed.Pictures[0].ID == photo {
		t.Errorf("after removing and adding a photo, the ad is %+v", changed)
	}
	must(s.Photo(1)) // belongs to another ad: it must stay
	counts(t, s, "bicycles", bicycles)
	counts(t, s, "cars", cars+1)
	finds(t, s, "zeppelin")
	finds(t, s, "airship", id)

	for i := range 3 {
		if err := s.AddReply(store.Reply{Ad: id, Sent: int64(i), Name: "Bob", Email: "bob@example.org", Body: fmt.Sprint("message ", i)}); err != nil {
			t.Fatal(err)
		}
	}
	if replies := must(s.Replies(id, 2)); len(replies) != 2 || replies[0].Body != "message 2" || replies[1].Sent != 1 {
		t.Errorf("the replies are %+v", replies)
	}
	if err := errors.Join(s.Flag(id), s.Flag(id)); err != nil || must(s.Ad(id)).Flags != 2 {
		t.Errorf("the ad has %d flags (%v), want 2", must(s.Ad(id)).Flags, err)
	}

	if err := s.Remove(id); err != nil {
		t.Fatal(err)
	}
	counts(t, s, "cars", cars)
	finds(t, s, "airship")
	if _, err := s.Photo(changed.Pictures[0].ID); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("the photo of a removed ad: %v", err)
	}
	if replies := must(s.Replies(id, 9)); len(replies) != 0 {
		t.Errorf("the replies to a removed ad are %+v", replies)
	}
	if again := must(s.Add(ad, nil)); again == id {
		t.Errorf("id %d was reused: the old edit link opens the new ad", id)
	}
}

func counts(t *testing.T, s *store.Store, slug string, want int64) {
	t.Helper()
	if c := must(s.Category(slug)); c.Ads != want {
		t.Errorf("%s counts %d ads, want %d", slug, c.Ads, want)
	}
}

func finds(t *testing.T, s *store.Store, words string, want ...int64) {
	t.Helper()
	var got []int64
	for _, ad := range must(s.Search(store.Query{Words: words}, 10)) {
		got = append(got, ad.ID)
	}
	if !slices.Equal(got, want) {
		t.Errorf("%q finds %v, want %v", words, got, want)
	}
}

// TestWriteIsWhole adds an ad whose second photo violates the schema.
func TestWriteIsWhole(t *testing.T) {
	s := open(t, makeData(t))
	if _, err := s.Add(draft(s, "bicycles"), []store.Photo{picture, {Type: "image/png"}}); err == nil {
		t.Fatal("Add accepted a photo without data")
	}
	finds(t, s, "zeppelin")
	if _, err := s.Photo(ads/10 + 1); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("the first photo was kept: %v", err)
	}
	must(s.Add(draft(s, "bicycles"), nil)) // fails if the lock is still held
}

// TestTogether runs many writers and readers in two stores, like two processes.
func TestTogether(t *testing.T) {
	path := makeData(t)
	one, two := open(t, path), open(t, path)
	before := must(one.Category("bicycles")).Ads
	var all errgroup.Group
	const workers, each = 16, 15
	for i := range workers {
		s := []*store.Store{one, two}[i%2]
		all.Go(func() error {
			for range each {
				ad := draft(s, "bicycles")
				id, err := s.Add(ad, nil)
				if err != nil {
					return err
				}
				if _, err := s.Ad(id); err != nil {
					return err
				}
				if _, _, err := s.InCategory("bicycles", 0, 26); err != nil {
					return err
				}
			}
			return nil
		})
	}
	if err := all.Wait(); err != nil {
		t.Fatal(err)
	}
	counts(t, two, "bicycles", before+workers*each)
}

// TestPreparedOnce checks that a repeated query is not prepared again.
func TestPreparedOnce(t *testing.T) {
	s := open(t, makeData(t))
	preparing := s.CountPreparing()
	ask := func(i int64) {
		must(s.Categories())
		must(s.Latest(int(10 + i)))
		must(s.Secret())
		slug := []string{"bicycles", "cars", "furniture"}[i%3]
		_, _, err := s.InCategory(slug, 500-i, int(20+i))
		must(i, err)
		must(s.Ad(10 * (i + 1)))
		must(s.Photo(i + 1))
		must(s.Replies(10*(i+1), int(5+i)))
		must(s.Search(store.Query{Words: "oak", Category: i%3 + 1, Min: 100 * i, Max: 100_000 + i, Before: 500 - i}, int(20+i)))
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
