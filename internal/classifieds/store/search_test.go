package store_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/classibench/classibench/internal/classifieds/store"
)

func TestMatch(t *testing.T) {
	for typed, want := range map[string]string{
		"":                   "",
		" -*\"'()&|":         "",
		"oak":                `"oak"`,
		"Oak  table":         `"Oak" "table"`,
		"oak OR table":       `"oak" "OR" "table"`,
		`"oak table"`:        `"oak" "table"`,
		"title:oak NEAR/2 x": `"title" "oak" "NEAR" "2" "x"`,
		"café 東京":            `"café" "東京"`,
		"child's":            `"child" "s"`,
		"1 2 3 4 5 6 7 8 9":  `"1" "2" "3" "4" "5" "6" "7" "8"`,
	} {
		if got := store.Match(typed); got != want {
			t.Errorf("%q is parsed as %s, want %s", typed, got, want)
		}
	}
}

func TestSearch(t *testing.T) {
	s := open(t, makeData(t))
	bicycles := must(s.Category("bicycles")).ID
	for _, c := range []struct {
		name string
		q    store.Query
		fits func(store.Ad) bool
	}{
		{"a word", store.Query{Words: "tandem"}, has("tandem")},
		{"capitals", store.Query{Words: "TANDEM"}, has("tandem")},
		{"two words", store.Query{Words: "folding tandem"}, func(ad store.Ad) bool { return has("tandem")(ad) && has("folding")(ad) }},
		{"a category", store.Query{Words: "folding", Category: bicycles}, func(ad store.Ad) bool { return has("folding")(ad) && ad.Category.ID == bicycles }},
		{"prices", store.Query{Words: "bike", Min: 10_000, Max: 20_000}, func(ad store.Ad) bool { return has("bike")(ad) && ad.Price >= 10_000 && ad.Price <= 20_000 }},
		{"older ads", store.Query{Words: "bike", Before: 300}, func(ad store.Ad) bool { return has("bike")(ad) && ad.ID < 300 }},
		{"nothing", store.Query{Words: "zeppelin"}, has("zeppelin")},
		{"no word", store.Query{Words: "!"}, func(store.Ad) bool { return false }},
	} {
		t.Run(c.name, func(t *testing.T) {
			var want, got []int64
			for id := int64(ads); id > 0; id-- {
				if ad := must(s.Ad(id)); c.fits(ad) {
					want = append(want, id)
				}
			}
			for _, ad := range must(s.Search(c.q, ads)) {
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
func has(word string) func(store.Ad) bool {
	return func(ad store.Ad) bool {
		text := strings.FieldsFunc(strings.ToLower(ad.Title+" "+ad.Body), func(r rune) bool { return !strings.ContainsRune("abcdefghijklmnopqrstuvwxyz0123456789", r) })
		return slices.Contains(text, word)
	}
}

// FuzzSearch searches for any text.
func FuzzSearch(f *testing.F) {
	for _, typed := range []string{"oak table", `"`, "a OR b", "NOT", "-x *", "title:a", "\x00", "é̂", "\xff", "(", "NEAR/2"} {
		f.Add(typed)
	}
	s := open(f, makeData(f))
	f.Fuzz(func(t *testing.T, typed string) {
		if _, err := s.Search(store.Query{Words: typed}, 5); err != nil {
			t.Errorf("%q: %v", typed, err)
		}
	})
}
