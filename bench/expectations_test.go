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

// likeBaseline is a short plan whose routes expect what the first target answers.
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

// Each address has its own page; of a form, what all but the first answers are alike counts.
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
		t.Errorf("got %s, want a warning of the page that is not there", text)
	}
}

func TestWrongAnswersAreInvalid(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"oops":    "oops does not answer 2 of 2 requests like shop:\n    GET /bread: shop answers with status 200 and “<p>All about breadbreadbreadbread</p>”, oops with status 200: “<title>Something went wrong</title>”\n    GET /milk: ",
		"hollow":  "hollow does not answer 2 of 2 requests like shop:\n    GET /bread: shop answers with status 200 and “<p>All about breadbreadbreadbread</p>”, hollow with status 200: “<html>",
		"failing": "failing with status 500: “no database”",
	} {
		r, err := likeBaseline(t, []string{"GET /bread", "GET /milk"}, "shop", name).Run(t.Context())
		if _, ok := errors.AsType[*bench.WrongAnswersError](err); !ok || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
		if r.Partial == "" || r.Capacity != nil {
			t.Errorf("%s: it was measured: %+v", name, r)
		}
	}
	_, err := likeBaseline(t, []string{"GET /bread"}, "shop", "oops").Gate(t.Context(), bench.Rules{Budget: 5 * time.Second})
	if _, ok := errors.AsType[*bench.WrongAnswersError](err); !ok {
		t.Errorf("gate: got %v", err)
	}
}

func TestBaselinesThatSayNothing(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"failing": "what is right is what failing answers, but to GET /deaf it answered with status 500: “no database”",
		"shop":    "what is right is what shop answers, but to GET /gone it answered with status 404: “",
		"deaf":    "what is right is what deaf answers, but to GET /deaf it gave no answer: ",
	} {
		path := map[bool]string{true: "GET /gone", false: "GET /deaf"}[name == "shop"]
		p := likeBaseline(t, []string{path}, name, "shop")
		_, err := p.Run(t.Context())
		if e, ok := errors.AsType[*bench.BaselineError](err); !ok || e.Varies || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

// A page of which nothing stays the same is known by its status alone, and that is noted.
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
