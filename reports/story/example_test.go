package story_test

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/reports/story"
)

func ExampleMarkdown() {
	r := &result.Result{
		Targets:  []result.Target{{Name: "mod_cgi"}, {Name: "mod_perl"}},
		Capacity: &result.Capacity{Gain: &result.Gain{Baseline: "mod_cgi", Candidate: "mod_perl", Ratio: 57, Low: 51, High: 63, Level: 0.95, Quads: 24, Sessions: 6}},
	}
	var page bytes.Buffer
	if err := story.Markdown(&page, r, "mod_perl"); err != nil {
		fmt.Println(err)
	}
	for line := range strings.Lines(page.String()) {
		if strings.HasPrefix(line, "## More") || strings.HasPrefix(line, "- Measured: 57") {
			fmt.Print(line)
		}
	}
	// Output:
	// ## More than 300% performance increase: reproduced
	// - Measured: 57.0× (95% interval 51.0× to 63.0×, 24 quads in 6 sessions)
}
