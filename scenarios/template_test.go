package scenarios_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/classibench/classibench/scenarios"
)

// show formats parts with placeholders in angle brackets.
func show(parts []scenarios.Part) string {
	var b strings.Builder
	for _, p := range parts {
		switch {
		case p.Raw:
			b.WriteString("<" + p.Draw + " raw>")
		case p.Draw != "":
			b.WriteString("<" + p.Draw + ">")
		default:
			b.WriteString(p.Text)
		}
	}
	return b.String()
}

func TestParts(t *testing.T) {
	for template, want := range map[string]string{
		"":                             "",
		"/ads/{ad}?q={word}":           "/ads/<ad>?q=<word>",
		"{a}{b}":                       "<a><b>",
		"/{path...}":                   "/<path raw>",
		`{"ok":true}`:                  `{"ok":true}`,
		`{"a":{"b":{"id":{id}}}}`:      `{"a":{"b":{"id":<id>}}}`,
		`{"id":"{id}","in":[{}]}`:      `{"id":"<id>","in":[{}]}`,
		"{}{ }{ ad }{a.b}{a-b}{a..}":   "{}{ }{ ad }{a.b}{a-b}{a..}",
		"a{":                           "a{",
		"{ad":                          "{ad",
		"ad}":                          "ad}",
		"{a{b}":                        "{a<b>",
		"{ä}":                          "{ä}",
		"{{ad}}":                       "{ad}",
		"{{path...}}":                  "{path...}",
		"{{{ad}}}":                     "{<ad>}",
		"{{{{ad}}}}":                   "{{ad}}",
		"{{ad}":                        "{<ad>",
		"{ad}}":                        "<ad>}",
		"{{ad}}}":                      "{ad}}",
		"{{ .Name }} {{}} {{#if x}}":   "{{ .Name }} {{}} {{#if x}}",
		"body { color: red } {a}, {_}": "body { color: red } <a>, <_>",
		"first\n{x}\nlast":             "first\n<x>\nlast",
	} {
		if got := show(scenarios.Parts(template)); got != want {
			t.Errorf("%s: got %s, want %s", template, got, want)
		}
	}
}

// Every text can be written as a template. A text without a name in braces needs no
// change.
func FuzzParts(f *testing.F) {
	for _, seed := range []string{"", "{a}", "{{a...}}", "{{{a}}", "}}a{{", `{"a":{"b":{}}}`, "{a}{b}}", "{\xff}", "{{a}b}"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var want []scenarios.Part
		if text != "" {
			want = []scenarios.Part{{Text: text}}
		}
		if diff := cmp.Diff(want, scenarios.Parts(scenarios.Literal(text))); diff != "" {
			t.Errorf("%q, written %q: -want +got\n%s", text, scenarios.Literal(text), diff)
		}
		for _, p := range scenarios.Parts(text) {
			if p.Draw != "" && (p.Text != "" || !strings.Contains(text, "{"+p.Draw)) || p.Draw == "" && (p.Text == "" || p.Raw) {
				t.Errorf("%q contains the part %+v", text, p)
			}
		}
	})
}
