package reports

import (
	"io"
	"regexp"
	"strings"
	"testing"

	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/reports/internal/reporttest"
	"github.com/classibench/classibench/reports/internal/text"
)

func pageOf(t *testing.T, r *result.Result) string {
	t.Helper()
	return string(reporttest.Written(t, func(w io.Writer) error { return HTML(w, r) }))
}

// The page loads no other files.
func TestPageLoadsNothing(t *testing.T) {
	refers := regexp.MustCompile(`(?i)\b(?:src|href|action|data|poster|srcset|xlink:href)\s*=\s*"([^"]*)"|url\(([^)]*)\)|@import`)
	for name, r := range reporttest.Variants(t) {
		page := pageOf(t, r)
		for _, m := range refers.FindAllStringSubmatch(page, -1) {
			if to := m[1] + m[2]; m[0] == "@import" || !strings.HasPrefix(to, "#") && to != "data:," {
				t.Errorf("%s: the page refers to %q", name, m[0])
			}
		}
		if !strings.Contains(page, `content="default-src &#39;none&#39;`) && !strings.Contains(page, `content="default-src 'none'`) {
			t.Errorf("%s: the page's policy lets it load something", name)
		}
	}
}

// Nothing that came from outside becomes an element.
func TestPageEscapes(t *testing.T) {
	page := pageOf(t, reporttest.Variants(t)["hostile"])
	for _, element := range []string{"<script", "<img", "</title><script", "<b>&amp;amp;"} {
		if i := strings.Index(page, element); i >= 0 {
			t.Errorf("the page holds %q", page[i:min(i+60, len(page))])
		}
	}
	if !strings.Contains(page, "&lt;script&gt;") {
		t.Error("what came from outside is not shown")
	}
}

// Identifiers are unique, links find them, tables have captions and heads with
// a scope, plots have a text.
func TestPageIsAccessible(t *testing.T) {
	for name, r := range reporttest.Variants(t) {
		page := pageOf(t, r)
		ids := map[string]int{}
		for _, m := range regexp.MustCompile(`\sid="([^"]+)"`).FindAllStringSubmatch(page, -1) {
			if ids[m[1]]++; ids[m[1]] > 1 {
				t.Errorf("%s: the identifier %q is there twice", name, m[1])
			}
		}
		for _, m := range regexp.MustCompile(`(?:href="#|aria-labelledby=")([^"]+)"`).FindAllStringSubmatch(page, -1) {
			if ids[m[1]] == 0 {
				t.Errorf("%s: a link to %q finds nothing", name, m[1])
			}
		}
		for _, m := range regexp.MustCompile(`<th\b[^>]*>`).FindAllString(page, -1) {
			if !strings.Contains(m, "scope=") {
				t.Errorf("%s: a head without a scope: %s", name, m)
			}
		}
		for _, pair := range [][2]string{{"<table", "<caption>"}, {"<svg", `role="img" aria-label="`}, {"<figure", "<figcaption>"}} {
			if got, want := strings.Count(page, pair[1]), strings.Count(page, pair[0]); got != want {
				t.Errorf("%s: %d times %s, but %d times %s", name, want, pair[0], got, pair[1])
			}
		}
		if n := strings.Count(page, "<h1"); n != 1 {
			t.Errorf("%s: %d headings of the first level, want 1", name, n)
		}
	}
}

// Each warning appears exactly once, beside its subject.
func TestEveryDoubtIsShown(t *testing.T) {
	r := reporttest.Variants(t)["doubtful"]
	shown := map[string]string{
		"page":     pageOf(t, r),
		"text":     string(reporttest.Written(t, func(w io.Writer) error { return Text(w, r, text.Options{Width: 200}) })),
		"Markdown": string(reporttest.Written(t, func(w io.Writer) error { return Markdown(w, r) })),
	}
	for where, text := range shown {
		text = regexp.MustCompile(`\s+`).ReplaceAllString(strings.NewReplacer("&#39;", "'", `\`, "").Replace(text), " ")
		for _, w := range r.Warnings {
			if n := strings.Count(text, w.Text); n == 0 || n > 1 && w.Text != r.Replay.Trials[1].Invalid {
				t.Errorf("%s: the doubt %q is shown %d times, want once", where, w.Text, n)
			}
		}
	}
}
