package main

import (
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/reports"
)

var update = flag.Bool("update", false, "write the sample's output into the README")

// TestReadmeShowsTheSample compares the output in the README with the sample in docs/sample.
func TestReadmeShowsTheSample(t *testing.T) {
	const readme, begin, end = "../../README.md", "<!-- sample:begin -->\n", "<!-- sample:end -->"
	r, err := result.Read("../../docs/sample")
	if err != nil {
		t.Fatal(err)
	}
	var want strings.Builder
	want.WriteString("```\n")
	if err := reports.Text(&want, r, reports.TextOptions{Width: 100}); err != nil {
		t.Fatal(err)
	}
	want.WriteString("```\n")
	b, err := os.ReadFile(readme)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(b), begin)
	got, after, closed := strings.Cut(rest, end)
	if !ok || !closed {
		t.Fatalf("%s has no place for the sample", readme)
	}
	switch {
	case *update:
		err = os.WriteFile(readme, []byte(before+begin+want.String()+end+after), 0o644)
	case got != want.String():
		t.Errorf("the README shows\n%s\nthe sample has\n%s\nrun make sample", got, want.String())
	}
	if err != nil {
		t.Fatal(err)
	}
}
