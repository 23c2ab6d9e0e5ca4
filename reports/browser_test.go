package reports

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/reports/internal/files"
	"github.com/classibench/classibench/reports/internal/palette"
	"github.com/classibench/classibench/reports/internal/reporttest"
)

// A plot has the colours that suit the reader's screen, in the page and as a separate file;
// on paper it has those for light.
func TestPlotsFollowTheReader(t *testing.T) {
	ctx, dir := reporttest.Browser(t), t.TempDir()
	if err := WriteDir(dir, reporttest.Variants(t)["capacity only"]); err != nil {
		t.Fatal(err)
	}
	tab, cancel := chromedp.NewContext(ctx)
	defer cancel()
	for _, l := range reporttest.Looks {
		want := palette.Soft.Light
		if l.Scheme == "dark" && l.Media != "print" {
			want = palette.Soft.Dark
		}
		for _, name := range []string{files.Page, "gain.svg"} {
			t.Run(l.Name+"/"+name, func(t *testing.T) {
				if err := l.Visit(tab, filepath.Join(dir, name)); err != nil {
					t.Fatal(err)
				}
				got, err := chromedp.Run(tab, chromedp.Evaluate[string](`getComputedStyle(document.querySelector("text.f-soft")).fill`))
				if err != nil {
					t.Fatal(err)
				}
				if rgb := fmt.Sprintf("rgb(%d, %d, %d)", want>>16, want>>8&0xff, want&0xff); got != rgb {
					t.Errorf("the letters of the plot are %s, want %s", got, rgb)
				}
			})
		}
	}
}

// Names and addresses without a blank break where they have to.
func TestBrowserUnbroken(t *testing.T) {
	r := reporttest.Changed(reporttest.Sample(t), func(r *result.Result) {
		long := strings.Repeat("x", 200)
		reporttest.Rename(r, "persistent", long)
		r.Scenario.Name = long
		r.Warnings = append(r.Warnings, result.Warning{About: "environment", Text: "http://127.0.0.1:8080/" + long})
	})
	reporttest.WantSound(t, reporttest.Browser(t), false, func(w io.Writer) error { return HTML(w, r) })
}

func TestBrowser(t *testing.T) {
	ctx := reporttest.Browser(t)
	for name, r := range reporttest.Variants(t) {
		t.Run(name, func(t *testing.T) {
			keep := name == "whole" || name == "in part" || name == "low rate"
			reporttest.WantSound(t, ctx, keep, func(w io.Writer) error { return HTML(w, r) })
		})
	}
}
