package parity

import (
	"slices"
	"strings"
	"testing"

	"github.com/classibench/classibench/bench/parity/differ"
	"github.com/classibench/classibench/bench/parity/order"
	"github.com/classibench/classibench/bench/parity/trial"
	"github.com/classibench/classibench/bench/parity/visitor"
	"github.com/classibench/classibench/bench/result"
)

// formBy returns a form of which the candidate's answers are given; the baseline shows no text in
// the last one.
func formBy(t *testing.T, place, got string, lines ...string) form {
	run := exchanges(t, lines...)
	last := len(run) - 1
	base := slices.Clone(run)
	base[last].Answer.Body = []byte("<p>Notes</p>")
	return form{
		shrunk: order.Shrunk{Sequence: stepsOfRun(run), Minimal: true, Shown: 3, Repeated: 3},
		best:   stepsOfRun(run), trial: trial.Trial{Baseline: base, Candidate: run},
		last: clue{step: last, differences: []differ.Difference{{Place: differ.Place(place), Want: nothing, Got: got}}},
	}
}

// leaking returns the form with a leak of the first visitor's value.
func leaking(f form, value string) *form {
	f.last.leaks = []visitor.Leak{{Visitor: 0, Value: value, Like: "bicycle", Place: "body"}}
	return &f
}

// Findings by different requests of one visitor may be the same with two visitors, where fewer are
// needed. They are reported once, and none names its own request as another victim.
func TestFindingsThatAreShownAlikeAreOne(t *testing.T) {
	two := leaking(formBy(t, "html p", "kqzwvbt", "0 /note?text=kqzwvbt -> 200 ok", "1 /notes -> 200 <p>kqzwvbt</p>"), "kqzwvbt")
	first := &found{candidate: "new", kind: result.KindLifetime, graver: two,
		form: formBy(t, "html p[2]", "kqzwvbt", "0 /login -> 200 ok", "0 /note?text=kqzwvbt -> 200 ok", "0 /notes -> 200 <p>kqzwvbt</p>")}
	second := &found{candidate: "new", kind: result.KindLifetime, graver: two,
		form: formBy(t, "html p[3]", "kqzwvbt x", "0 /list -> 200 ok", "0 /note?text=kqzwvbt -> 200 ok", "0 /notes -> 200 <p>kqzwvbt</p>")}
	other := &found{candidate: "new", kind: result.KindLifetime, form: formBy(t, "html h1", "Welcome", "0 /hello -> 200 ok", "0 /welcome -> 200 <h1>Welcome</h1>")}
	all := group([]*found{first, other, second})
	if len(all) != 2 {
		t.Fatalf("got %d findings, want 2", len(all))
	}
	if also := all[0].finding().Also; len(also) > 0 {
		t.Errorf("got the other victims %+v, want none", also)
	}
}

// The cause is told from the form with one visitor; the request that it names is that of the form
// that is shown.
func TestEvidenceNamesARequestThatIsShown(t *testing.T) {
	for name, c := range map[string]struct {
		shown []string
		want  string // "" is no mention of a request
	}{
		"it is earlier there": {[]string{"0 /note?text=kqzwvbt -> 200 ok", "1 /notes -> 200 <p>kqzwvbt</p>"}, "The answer holds a value of visitor 1 from request 1, "},
		"it is by another visitor": {[]string{"0 /a -> 200 ok", "1 /note?text=kqzwvbt -> 200 ok", "0 /notes -> 200 <p>kqzwvbt</p>"},
			"The answer holds a value of visitor 2 from request 2, "},
		"it is not there": {[]string{"0 /draft?text=kqzwvbt -> 200 ok", "1 /notes -> 200 <p>kqzwvbt</p>"}, ""},
	} {
		f := &found{candidate: "new", kind: result.KindLifetime,
			form:   formBy(t, "html p", "kqzwvbt", "0 /login -> 200 ok", "0 /a -> 200 ok", "0 /note?text=kqzwvbt -> 200 ok", "0 /notes -> 200 <p>kqzwvbt</p>"),
			graver: leaking(formBy(t, "html p", "kqzwvbt", c.shown...), "kqzwvbt")}
		got := strings.Join(f.finding().Evidence, " ")
		if c.want == "" && strings.Contains(got, "from request") || !strings.Contains(got, c.want) {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
}
