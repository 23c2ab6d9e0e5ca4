package verify

import (
	"strings"
	"testing"

	"github.com/classibench/classibench/bench/result"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestCompareLines(t *testing.T) {
	want := strings.Split("a b c d e f g h same", " ")
	got := strings.Split("a b c d E f g h same", " ")
	rows := compareLines(want, got)
	if rows[0].Kind != rowGap || rows[0].Left != 1 || rows[4].Kind != rowChanged || rows[4].Got[0].Text != "E" || rows[8].Left != 1 {
		t.Errorf("got %+v", rows)
	}
	if rows := compareLines(want, want); rows != nil {
		t.Errorf("equal texts give %+v", rows)
	}
}

func TestCompareWords(t *testing.T) {
	w, g := compareWords(`<p class="a">Hello Ann</p>`, `<p class="a">Hello Bob</p>`)
	if diff := cmp.Diff([]span{{`<p class="a">Hello `, false}, {"Ann", true}, {"</p>", false}}, w); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]span{{`<p class="a">Hello `, false}, {"Bob", true}, {"</p>", false}}, g); diff != "" {
		t.Error(diff)
	}
	if w, g = compareWords("nothing", "is alike here, by far"); len(w) != 1 || len(g) != 1 || !w[0].Differs || !g[0].Differs {
		t.Errorf("lines that share nothing: %+v, %+v", w, g)
	}
	long := strings.Repeat("word ", 400)
	if w, _ = compareWords(long+"x", long+"y"); !strings.Contains(w[0].Text, " … ") || len(w[0].Text) > 400 {
		t.Errorf("a long equal part is shown as %q", w[0].Text)
	}
}

// Of short lines nothing is lost: each side can be read from its spans.
func TestRowsHoldBothTexts(t *testing.T) {
	line := rapid.StringMatching(`[a-c <>]{0,6}`)
	rapid.Check(t, func(t *rapid.T) {
		want, got := rapid.SliceOfN(line, 0, 6).Draw(t, "want"), rapid.SliceOfN(line, 0, 6).Draw(t, "got")
		rows := compareLines(want, got)
		var w, g []string
		for _, r := range rows {
			if r.Kind == rowGap {
				return // the texts are longer than their context
			}
			if r.Want != nil {
				w = append(w, joined(r.Want))
			}
			if r.Got != nil {
				g = append(g, joined(r.Got))
			}
		}
		if rows == nil {
			w, g = want, got
		}
		if strings.Join(w, "\n") != strings.Join(want, "\n") && len(w)+len(g) > 0 && !hasEmpty(want, got) {
			t.Fatalf("want %q is shown as %q", want, w)
		}
		if strings.Join(g, "\n") != strings.Join(got, "\n") && len(w)+len(g) > 0 && !hasEmpty(want, got) {
			t.Fatalf("got %q is shown as %q", got, g)
		}
	})
}

// hasEmpty reports whether a line is empty: it has no span.
func hasEmpty(texts ...[]string) bool {
	for _, lines := range texts {
		for _, line := range lines {
			if line == "" {
				return true
			}
		}
	}
	return false
}

func joined(all []span) (s string) {
	for _, x := range all {
		s += x.Text
	}
	return s
}

func TestBodyLines(t *testing.T) {
	for in, want := range map[string][]string{
		"":                            nil,
		"a\r\nb\n":                    {"a", "b"},
		`{"a":1}`:                     {"{", `  "a": 1`, "}"},
		"\x00\x1b[31m\xff\u202e":      {`\x00\x1b[31m\xff\u202e`},
		strings.Repeat("<p></p>", 18): strings.Split(strings.TrimSuffix(strings.Repeat("<p>\n</p>\n", 18), "\n"), "\n"),
	} {
		if diff := cmp.Diff(want, bodyLines(result.VerifiedAnswer{Body: in})); diff != "" {
			t.Errorf("%.40q: %s", in, diff)
		}
	}
}

func TestMaskedFields(t *testing.T) {
	v := verification("starman")
	f := port()
	f.Victim.Route = "x"
	if got := masked(v, f); !got["x-request-id"] || !got["date"] || !got["server"] || !got["content-length"] || got["location"] || got["set-cookie"] {
		t.Errorf("got %v", got)
	}
	f.Place = "header Date"
	if masked(v, f)["date"] {
		t.Error("a finding about Date hides it")
	}
}
