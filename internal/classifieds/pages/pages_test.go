package pages

import (
	"crypto/sha256"
	"encoding/hex"
	"math"
	"testing"
	"time"

	"github.com/classibench/classibench/internal/classifieds/listings"
)

// TestStylesheetPath checks that the path changes with the content.
func TestStylesheetPath(t *testing.T) {
	sum := sha256.Sum256(Stylesheet)
	if want := "/site." + hex.EncodeToString(sum[:4]) + ".css"; StylesheetPath != want {
		t.Errorf("the stylesheet has changed: StylesheetPath must be %q, not %q", want, StylesheetPath)
	}
	if len(Stylesheet) > 6<<10 {
		t.Errorf("the stylesheet has %d bytes, which is too large", len(Stylesheet))
	}
}

func TestPrice(t *testing.T) {
	for cents, want := range map[int64]string{
		0: "Free", 1: "$0.01", 99: "$0.99", 100: "$1", 1250: "$12.50", 99_999: "$999.99", 100_000: "$1,000", 123_456_700: "$1,234,567",
		100_000_000_000: "$1,000,000,000", 1_000_005_00: "$1,000,005",
	} {
		if got := Price(cents); got != want {
			t.Errorf("%d cents are %q, want %q", cents, got, want)
		}
	}
	if got := Count(math.MaxInt64); got != "9,223,372,036,854,775,807" {
		t.Errorf("the largest count is %q", got)
	}
}

func TestDay(t *testing.T) {
	for d := time.Date(2024, time.January, 1, 23, 59, 0, 0, time.UTC); d.Year() == 2024; d = d.AddDate(0, 0, 1) {
		if got, want := Day(d), d.Format("2 Jan 2006"); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestFill(t *testing.T) {
	for cents, want := range map[int64]string{0: "0", 5: "0.05", 2500: "25", 1250: "12.50", 100_000_000_001: "1000000000.01"} {
		ad := listings.Ad{Summary: listings.Summary{Price: cents}, Category: listings.Category{Slug: "cars"}}
		if f := Fill(ad); f.Values["price"] != want || f.Values["category"] != "cars" {
			t.Errorf("%d cents are filled in as %q in %q, want %q", cents, f.Values["price"], f.Values["category"], want)
		}
	}
}
