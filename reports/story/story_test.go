package story_test

import (
	"fmt"
	"io"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/reports/internal/reporttest"
	"github.com/classibench/classibench/reports/story"
)

func TestStory(t *testing.T) {
	r := reporttest.Changed(reporttest.Sample(t), func(r *result.Result) {
		for i, hits := range []float64{5e5, 1e6, 2e6, 4e6, 8e6} {
			r.Replay.Stages[i].HitsPerDay = hits
		}
		for i, hits := range []float64{16e6, 32e6} {
			x := r.Replay.Trials[1].Stages[1]
			x.Meets = i == 0
			r.Replay.Doubled = append(r.Replay.Doubled, result.Doubled{Target: "persistent", Result: x,
				Stage: result.Stage{Rate: fmt.Sprintf("%.0f hits/day", hits), HitsPerDay: hits, Offered: 2.7 * hits / 86400}})
		}
	})
	got := reporttest.Written(t, func(w io.Writer) error { return story.Markdown(w, r, "persistent") })
	reporttest.Golden(t, "story.md", got)
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

// The page in docs agrees with its result.
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
	if diff := cmp.Diff(string(page), string(now)); diff != "" {
		t.Errorf("docs/success-story.md differs (-page +now; classibench report --story docs/story/result.json > docs/success-story.md):\n%s", diff)
	}
}
