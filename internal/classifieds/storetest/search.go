package storetest

import (
	"slices"
	"strings"
	"testing"

	"github.com/classibench/classibench/internal/classifieds/listings"
)

func testSearch(t *testing.T, source Source) {
	s := open(t, source(t))
	bicycles := must(s.Category(t.Context(), "bicycles")).ID
	for _, c := range []struct {
		name string
		q    listings.Query
		fits func(listings.Ad) bool
	}{
		{"a word", listings.Query{Words: "tandem"}, has("tandem")},
		{"capitals", listings.Query{Words: "TANDEM"}, has("tandem")},
		{"two words", listings.Query{Words: "folding tandem"}, func(ad listings.Ad) bool { return has("tandem")(ad) && has("folding")(ad) }},
		{"a category", listings.Query{Words: "folding", Category: bicycles}, func(ad listings.Ad) bool { return has("folding")(ad) && ad.Category.ID == bicycles }},
		{"prices", listings.Query{Words: "bike", Min: 10_000, Max: 20_000}, func(ad listings.Ad) bool { return has("bike")(ad) && ad.Price >= 10_000 && ad.Price <= 20_000 }},
		{"older ads", listings.Query{Words: "bike", Before: 300}, func(ad listings.Ad) bool { return has("bike")(ad) && ad.ID < 300 }},
		{"nothing", listings.Query{Words: "zeppelin"}, has("zeppelin")},
		{"no word", listings.Query{Words: "!"}, func(listings.Ad) bool { return false }},
	} {
		t.Run(c.name, func(t *testing.T) {
			var want, got []int64
			for id := int64(ads); id > 0; id-- {
				if ad := must(s.Ad(t.Context(), id)); c.fits(ad) {
					want = append(want, id)
				}
			}
			for _, ad := range must(s.Search(t.Context(), c.q, ads)) {
				got = append(got, ad.ID)
			}
			if !slices.Equal(got, want) {
				t.Errorf("got %v, want %v", got, want)
			}
			if c.name != "nothing" && c.name != "no word" && len(want) == 0 {
				t.Error("no ad matches: the test shows nothing")
			}
		})
	}
}

// has reports whether a word is in title or text.
func has(word string) func(listings.Ad) bool {
	return func(ad listings.Ad) bool {
		text := strings.FieldsFunc(strings.ToLower(ad.Title+" "+ad.Body), func(r rune) bool { return !strings.ContainsRune("abcdefghijklmnopqrstuvwxyz0123456789", r) })
		return slices.Contains(text, word)
	}
}

// testAccents searches for words with accents, in other scripts, and of parts that a
// parser of texts could take for one word.
func testAccents(t *testing.T, source Source) {
	s := open(t, source(t))
	ad := draft(t.Context(), s, "bicycles")
	ad.Title, ad.Body = "Crème brûlée 東京 ÄPFEL", "See shop.example.org/tea-pot, 3/4 full, child's, made_by_hand, a+b."
	id := must(s.Add(t.Context(), ad, nil))
	for _, words := range []string{"creme", "CRÈME brulee", "東京", "äpfel", "apfel", "shop org", "example", "tea pot", "3 4 full", "example child's", "made hand by"} {
		finds(t, s, words, id)
	}
	finds(t, s, "creme table")
}
