//go:build cgo

package store_test

import (
	"testing"

	"github.com/classibench/classibench/internal/classifieds/listings"
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

// FuzzSearch searches for any text.
func FuzzSearch(f *testing.F) {
	for _, typed := range []string{"oak table", `"`, "a OR b", "NOT", "-x *", "title:a", "\x00", "é̂", "\xff", "(", "NEAR/2"} {
		f.Add(typed)
	}
	s := open(f, makeData(f))
	f.Fuzz(func(t *testing.T, typed string) {
		if _, err := s.Search(t.Context(), listings.Query{Words: typed}, 5); err != nil {
			t.Errorf("%q: %v", typed, err)
		}
	})
}
