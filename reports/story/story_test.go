package story_test

import (
	"io"
	"testing"

	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/reports/internal/reporttest"
	"github.com/classibench/classibench/reports/story"
)

func TestStory(t *testing.T) {
	r := reporttest.Changed(reporttest.Sample(t), func(r *result.Result) {
		for i, hits := range []float64{5e5, 1e6, 2e6, 4e6, 8e6} {
			r.Replay.Stages[i].HitsPerDay = hits
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
