package story_test

import (
	"fmt"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/reports/internal/reporttest"
	"github.com/classibench/classibench/reports/story"
)

// doubledSample is a result with rates after the replay, the last of which was not met, or
// is invalid with a reason.
func doubledSample(t *testing.T, invalid string) *result.Result {
	return reporttest.Changed(reporttest.Sample(t), func(r *result.Result) {
		for i, hits := range []float64{5e5, 1e6, 2e6, 4e6, 8e6} {
			r.Replay.Stages[i].HitsPerDay = hits
		}
		for i, hits := range []float64{16e6, 32e6} {
			x := r.Replay.Trials[1].Stages[1]
			x.Meets = i == 0
			r.Replay.Doubled = append(r.Replay.Doubled, result.Doubled{Target: "persistent", Result: x,
				Stage: result.Stage{Rate: fmt.Sprintf("%.0f hits/day", hits), HitsPerDay: hits, Offered: 2.7 * hits / 86400}})
		}
		r.Replay.Doubled[1].Invalid = invalid
	})
}

func TestStory(t *testing.T) {
	r := doubledSample(t, "")
	got := reporttest.Written(t, func(w io.Writer) error { return story.Markdown(w, r, "persistent") })
	reporttest.Golden(t, "story.md", got)
}

func TestStoryOfAnInvalidRate(t *testing.T) {
	for _, x := range doubledSample(t, "").Replay.Trials[1].Stages {
		if !x.Meets {
			t.Fatal("persistent missed the objective before its rate was doubled")
		}
	}
	r := doubledSample(t, "the load generator fell behind")
	got := string(reporttest.Written(t, func(w io.Writer) error { return story.Markdown(w, r, "persistent") }))
	for _, want := range []string{"invalid at 32 million: the load generator fell behind", "up to 16 million hits a day; the measurement at 32 million is invalid: the load generator fell behind"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not in\n%s", want, got)
		}
	}
	if strings.Contains(got, "the most that was offered") {
		t.Errorf("the invalid rate is left out:\n%s", got)
	}
}

// Every result has a story, also one that lacks nearly everything.
func TestStoryOfAnyResult(t *testing.T) {
	for name, r := range reporttest.Variants(t) {
		candidate := r.Targets[len(r.Targets)-1].Name
		if got := reporttest.Written(t, func(w io.Writer) error { return story.Markdown(w, r, candidate) }); len(got) < 1000 {
			t.Errorf("%s: %s", name, got)
		}
	}
}

// The page in docs agrees with its result, up to the section of other runs.
func TestTheStoryInDocsIsOfItsResult(t *testing.T) {
	r, err := result.Read("../../docs/story/result.json")
	if err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile("../../docs/success-story.md")
	if err != nil {
		t.Fatal(err)
	}
	now := reporttest.Written(t, func(w io.Writer) error { return story.Markdown(w, r, "mod_perl") })
	generated, _, found := strings.Cut(string(page), "\n## With PostgreSQL")
	if !found {
		t.Error("docs/success-story.md has no section about PostgreSQL")
	}
	if diff := cmp.Diff(generated, string(now)); diff != "" {
		t.Errorf("docs/success-story.md differs (-page +now; classibench report --story docs/story/result.json > docs/success-story.md):\n%s", diff)
	}
}
