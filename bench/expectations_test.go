package bench_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/classibench/classibench/bench"
	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/scenarios"
)

// likeBaseline returns a short plan whose routes expect the answers of the first target.
func likeBaseline(t *testing.T, paths []string, names ...string) *bench.Plan {
	p := short(t, names...)
	p.Scenario.Mix = nil
	for _, path := range paths {
		method, path, _ := strings.Cut(path, " ")
		p.Scenario.Mix = append(p.Scenario.Mix, scenarios.Route{Name: method + path, Weight: 1, Method: method, Path: path, Expect: scenarios.Expect{Baseline: true}})
	}
	p.Settings.Capacity.Budget = 2 * time.Second
	return p
}

// Each address has its own page. The right answers to a form are those after the first.
func TestTheBaselineSaysWhatIsRight(t *testing.T) {
	t.Parallel()
	p := likeBaseline(t, []string{"GET /bread", "GET /{thing}", "HEAD /bread", "POST /new"}, "shop", "shop")
	p.Scenario.Draw = map[string]scenarios.Draw{"thing": {List: []string{"bread", "milk", "gone"}}}
	r, err := p.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for name, x := range r.Capacity.Throughput {
		if x.Hits == 0 || x.Errors > 0 {
			t.Errorf("%s: %d right answers and %d errors", name, x.Hits, x.Errors)
		}
	}
	if text := fmt.Sprint(r.Warnings); !strings.Contains(text, "shop answers GET /gone with status 404 (“") {
		t.Errorf("got %s, want a warning about the missing page", text)
	}
}

func TestWrongAnswersAreInvalid(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"oops":    "oops does not answer 2 of 2 requests like shop:\n    GET /bread: shop answers with status 200 and “<p>All about breadbreadbreadbread</p>”, oops with status 200: “<title>Something went wrong</title>”; the first difference is “",
		"hollow":  "hollow does not answer 2 of 2 requests like shop:\n    GET /bread: shop answers with status 200 and “<p>All about breadbreadbreadbread</p>”, hollow with status 200: “<html>",
		"failing": "failing with status 500: “no database”",
	} {
		r, err := likeBaseline(t, []string{"GET /bread", "GET /milk"}, "shop", name).Run(t.Context())
		if wrong, ok := errors.AsType[*bench.AnswersError](err); !ok || !wrong.Expected || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
		if r.Partial == "" || r.Capacity != nil {
			t.Errorf("%s: it was measured: %+v", name, r)
		}
	}
	_, err := likeBaseline(t, []string{"GET /bread"}, "shop", "oops").Gate(t.Context(), bench.Rules{Budget: 5 * time.Second})
	if wrong, ok := errors.AsType[*bench.AnswersError](err); !ok || !wrong.Expected {
		t.Errorf("gate: got %v", err)
	}
}

func TestBaselinesThatSayNothing(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"failing": "failing defines the right answers, but to GET /deaf it answered with status 500: “no database”",
		"deaf":    "deaf defines the right answers, but to GET /deaf it gave no answer: ",
	} {
		path := map[bool]string{true: "GET /gone", false: "GET /deaf"}[name == "shop"]
		p := likeBaseline(t, []string{path}, name, "shop")
		_, err := p.Run(t.Context())
		if e, ok := errors.AsType[*bench.BaselineError](err); !ok || e.Varies || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

// A wrong path on the command line must not measure pages that say so.
func TestABaselineWithErrorsOnly(t *testing.T) {
	t.Parallel()
	_, err := likeBaseline(t, []string{"GET /gone"}, "shop", "shop").Run(t.Context())
	e, ok := errors.AsType[*bench.BaselineError](err)
	if want := "shop defines the right answers, but to GET /gone it answered with status 404: “"; !ok || e.Varies || !strings.Contains(err.Error(), want) || !strings.HasSuffix(err.Error(), "and it has no other answer than errors") {
		t.Errorf("got %v, want %s", err, want)
	}
}

// A page without a constant text is recognized by its status alone, with a warning.
func TestPagesThatVaryAltogether(t *testing.T) {
	t.Parallel()
	r, err := likeBaseline(t, []string{"GET /"}, "dice", "dice").Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	is := func(w result.Warning) bool {
		return w.About == "answers" && strings.Contains(w.Text, "only the status of the answers to GET / is checked: no text of the page stays the same, as in “")
	}
	if len(r.Warnings) == 0 || !is(r.Warnings[0]) {
		t.Errorf("got %+v", r.Warnings)
	}
}
