// Package storetest tests a store of the classifieds: each database has to give the same
// answers.
package storetest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/classibench/classibench/internal/classifieds"
	"github.com/classibench/classibench/internal/classifieds/listings"
)

// The size of the data set of the tests, for dataset.Spec.
const (
	Ads        = 600
	Categories = 8
)

const ads = Ads

// A Source makes a new data set, and returns a function that opens a store of it. It may
// be called repeatedly.
type Source func(testing.TB) (open func() (classifieds.Store, error))

// Run runs all tests.
func Run(t *testing.T, source Source) {
	RunAlone(t, source)
	t.Run("together", func(t *testing.T) { testTogether(t, source) })
}

// RunAlone runs the tests that use a store from one goroutine. Those that only read share
// a data set.
func RunAlone(t *testing.T, source Source) {
	type test struct {
		name string
		run  func(*testing.T, Source)
	}
	shared := source(t)
	same := func(testing.TB) func() (classifieds.Store, error) { return shared }
	for _, c := range []test{{"pages", testPages}, {"latest", testLatest}, {"not found", testNotFound}, {"search", testSearch}} {
		t.Run(c.name, func(t *testing.T) { c.run(t, same) })
	}
	for _, c := range []test{{"life", testLife}, {"photos by hash", testHash}, {"a write is whole", testWriteIsWhole}, {"words of other languages", testAccents}} {
		t.Run(c.name, func(t *testing.T) { c.run(t, source) })
	}
}

func open(tb testing.TB, from func() (classifieds.Store, error)) classifieds.Store {
	tb.Helper()
	s, err := from()
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

func second[T any](_ T, err error) error        { return err }
func third[T, U any](_ T, _ U, err error) error { return err }

var picture = listings.Photo{Type: "image/png", Width: 3, Height: 2, Data: []byte("a picture")}

// draft returns an ad with words that no other ad has.
func draft(ctx context.Context, s classifieds.Store, slug string) listings.Ad {
	return listings.Ad{
		Summary:  listings.Summary{Title: "Zeppelin, nearly new", Place: "Harbour", Price: 1234, Posted: time.Unix(1782820800, 0).UTC()},
		Category: must(s.Category(ctx, slug)), Body: "Filled with xylophones.", Seller: "Zoë", Email: "zoe@example.org",
	}
}

// testPages reads all pages of every category: each ad must appear once, newest
// first.
func testPages(t *testing.T, source Source) {
	s := open(t, source(t))
	total := 0
	for _, c := range must(s.Categories(t.Context())) {
		last := int64(1 << 62)
		seen := 0
		for before := int64(0); ; before = last {
			found, page, err := s.InCategory(t.Context(), c.Slug, before, 7)
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
				if whole := must(s.Ad(t.Context(), ad.ID)); whole.Category != c || whole.Summary != ad {
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

func testLatest(t *testing.T, source Source) {
	s := open(t, source(t))
	for i, ad := range must(s.Latest(t.Context(), 10)) {
		if ad.ID != int64(ads-i) {
			t.Errorf("place %d has ad %d, want %d", i, ad.ID, ads-i)
		}
	}
}

func testNotFound(t *testing.T, source Source) {
	s := open(t, source(t))
	someone := listings.Ad{Summary: listings.Summary{ID: ads + 1}, Category: listings.Category{ID: 1}}
	for name, err := range map[string]error{
		"ad":       second(s.Ad(t.Context(), ads+1)),
		"photo":    second(s.Photo(t.Context(), listings.Hash(nil))),
		"photo id": second(s.PhotoByID(t.Context(), ads+1)),
		"category": second(s.Category(t.Context(), "none")),
		"page":     third(s.InCategory(t.Context(), "none", 0, 7)),
		"change":   s.Change(t.Context(), someone, nil, nil),
		"photos":   s.Change(t.Context(), someone, []listings.Photo{picture}, nil),
		"remove":   s.Remove(t.Context(), ads+1),
		"reply":    s.AddReply(t.Context(), listings.Reply{Ad: ads + 1}),
		"flag":     s.Flag(t.Context(), ads+1),
	} {
		if !errors.Is(err, listings.ErrNotFound) {
			t.Errorf("missing %s: got %v, want ErrNotFound", name, err)
		}
	}
}

// TestLife adds, changes and removes an ad, with its photos, replies and flags.
func testLife(t *testing.T, source Source) {
	s := open(t, source(t))
	ad := draft(t.Context(), s, "bicycles")
	bicycles, cars := ad.Category.Ads, must(s.Category(t.Context(), "cars")).Ads
	id := must(s.Add(t.Context(), ad, []listings.Photo{picture, picture}))
	if id != ads+1 {
		t.Errorf("the new ad is %d, want %d", id, ads+1)
	}
	got := must(s.Ad(t.Context(), id))
	if got.Title != ad.Title || got.Body != ad.Body || got.Price != 1234 || !got.Posted.Equal(ad.Posted) || got.Seller != "Zoë" || len(got.Pictures) != 2 {
		t.Errorf("the ad is %+v", got)
	}
	counts(t, s, "bicycles", bicycles+1)
	finds(t, s, "zeppelin xylophones", id)

	photo := got.Pictures[0].ID
	if p := must(s.PhotoByID(t.Context(), photo)); p.Type != picture.Type || !bytes.Equal(p.Data, picture.Data) || p.Width != 3 {
		t.Errorf("the photo is %+v", p)
	}
	got.Title, got.Category = "Airship", must(s.Category(t.Context(), "cars"))
	if err := s.Change(t.Context(), got, []listings.Photo{picture}, []int64{photo, 1}); err != nil {
		t.Fatal(err)
	}
	changed := must(s.Ad(t.Context(), id))
	if changed.Title != "Airship" || changed.Photos != 2 || len(changed.Pictures) != 2 || changed.Pictures[0].ID == photo {
		t.Errorf("after removing and adding a photo, the ad is %+v", changed)
	}
	must(s.PhotoByID(t.Context(), 1)) // belongs to another ad: it must stay
	counts(t, s, "bicycles", bicycles)
	counts(t, s, "cars", cars+1)
	finds(t, s, "zeppelin")
	finds(t, s, "airship", id)

	for i := range 3 {
		if err := s.AddReply(t.Context(), listings.Reply{Ad: id, Sent: int64(i), Name: "Bob", Email: "bob@example.org", Body: fmt.Sprint("message ", i)}); err != nil {
			t.Fatal(err)
		}
	}
	if replies := must(s.Replies(t.Context(), id, 2)); len(replies) != 2 || replies[0].Body != "message 2" || replies[1].Sent != 1 {
		t.Errorf("the replies are %+v", replies)
	}
	if err := errors.Join(s.Flag(t.Context(), id), s.Flag(t.Context(), id)); err != nil || must(s.Ad(t.Context(), id)).Flags != 2 {
		t.Errorf("the ad has %d flags (%v), want 2", must(s.Ad(t.Context(), id)).Flags, err)
	}

	if err := s.Remove(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	counts(t, s, "cars", cars)
	finds(t, s, "airship")
	if _, err := s.PhotoByID(t.Context(), changed.Pictures[0].ID); !errors.Is(err, listings.ErrNotFound) {
		t.Errorf("the photo of a removed ad: %v", err)
	}
	if replies := must(s.Replies(t.Context(), id, 9)); len(replies) != 0 {
		t.Errorf("the replies to a removed ad are %+v", replies)
	}
	if again := must(s.Add(t.Context(), ad, nil)); again == id {
		t.Errorf("id %d was reused: the old edit link opens the new ad", id)
	}
}

func counts(t *testing.T, s classifieds.Store, slug string, want int64) {
	t.Helper()
	if c := must(s.Category(t.Context(), slug)); c.Ads != want {
		t.Errorf("%s counts %d ads, want %d", slug, c.Ads, want)
	}
}

func finds(t *testing.T, s classifieds.Store, words string, want ...int64) {
	t.Helper()
	var got []int64
	for _, ad := range must(s.Search(t.Context(), listings.Query{Words: words}, 10)) {
		got = append(got, ad.ID)
	}
	if !slices.Equal(got, want) {
		t.Errorf("%q finds %v, want %v", words, got, want)
	}
}

// testHash gives two ads the same photo, removes both, and adds another photo: the hash of the
// first leads to it or to nothing, and no id comes back.
func testHash(t *testing.T, source Source) {
	s := open(t, source(t))
	hash := listings.Hash(picture.Data)
	var ids []int64
	for range 2 {
		id := must(s.Add(t.Context(), draft(t.Context(), s, "bicycles"), []listings.Photo{picture}))
		shown := must(s.Ad(t.Context(), id)).Pictures[0]
		if shown.Hash != hash {
			t.Errorf("the hash of the photo is %q, want %q", shown.Hash, hash)
		}
		ids = append(ids, id, shown.ID)
	}
	for left := 1; left >= 0; left-- {
		if err := s.Remove(t.Context(), ids[2*left]); err != nil {
			t.Fatal(err)
		}
		if p, err := s.Photo(t.Context(), hash); left > 0 && !bytes.Equal(p.Data, picture.Data) || left == 0 && !errors.Is(err, listings.ErrNotFound) {
			t.Errorf("with %d ads that show it, the photo is %q, %v", left, p.Data, err)
		}
	}
	other := picture
	other.Data = []byte("another picture")
	id := must(s.Add(t.Context(), draft(t.Context(), s, "bicycles"), []listings.Photo{other}))
	if shown := must(s.Ad(t.Context(), id)).Pictures[0]; shown.ID <= ids[3] || id <= ids[2] || shown.Hash == hash {
		t.Errorf("ad %d with photo %+v has an id or a hash that was used before: %v, %s", id, shown, ids, hash)
	}
}

// testWriteIsWhole adds an ad whose second photo violates the schema.
func testWriteIsWhole(t *testing.T, source Source) {
	s := open(t, source(t))
	if _, err := s.Add(t.Context(), draft(t.Context(), s, "bicycles"), []listings.Photo{picture, {Type: "image/png"}}); err == nil {
		t.Fatal("Add accepted a photo without data")
	}
	finds(t, s, "zeppelin")
	if _, err := s.PhotoByID(t.Context(), ads/10+1); !errors.Is(err, listings.ErrNotFound) {
		t.Errorf("the first photo was kept: %v", err)
	}
	must(s.Add(t.Context(), draft(t.Context(), s, "bicycles"), nil)) // fails if the lock is still held
}

// testTogether runs many writers and readers in two stores, like two processes.
func testTogether(t *testing.T, source Source) {
	data := source(t)
	one, two := open(t, data), open(t, data)
	before := must(one.Category(t.Context(), "bicycles")).Ads
	var all errgroup.Group
	const workers, each = 16, 15
	for i := range workers {
		s := []classifieds.Store{one, two}[i%2]
		all.Go(func() error {
			for range each {
				ad := draft(t.Context(), s, "bicycles")
				id, err := s.Add(t.Context(), ad, nil)
				if err != nil {
					return err
				}
				if _, err := s.Ad(t.Context(), id); err != nil {
					return err
				}
				if _, _, err := s.InCategory(t.Context(), "bicycles", 0, 26); err != nil {
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
