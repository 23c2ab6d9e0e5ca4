package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/reports/story"
)

// storyTarget is the target that stands for the story's program after its move.
const storyTarget = "mod_perl"

// printStory compares the claims of the success story with a result. An empty candidate
// selects mod_perl, or the first candidate if there is no mod_perl.
func (p *program) printStory(path, candidate string) error {
	r, err := readResult(path)
	if err != nil {
		return err
	}
	candidates, err := candidatesOf(r)
	if err != nil {
		return usageError(err, "the story compares a program before and after its move: measure it with \"classibench compare perl\"")
	}
	if candidate == "" {
		candidate = candidates[max(0, slices.Index(candidates, storyTarget))]
	}
	if !slices.Contains(candidates, candidate) {
		return usageError(fmt.Errorf("the result has no candidate %q", candidate), "choose one of: %s", strings.Join(candidates, ", "))
	}
	return withoutPipeError(story.Markdown(p.stdout, r, candidate))
}

// candidatesOf returns the names of the targets that a result compares with its baseline.
func candidatesOf(r *result.Result) (names []string, err error) {
	if r.Gate != nil {
		return nil, errors.New("this is the result of a gate")
	}
	for _, t := range r.Targets {
		if t.Name != r.Baseline() {
			names = append(names, t.Name)
		}
	}
	if len(names) == 0 {
		return nil, errors.New("this result has no candidate")
	}
	return names, nil
}

func readResult(path string) (*result.Result, error) {
	r, err := result.Read(path)
	if err != nil {
		return nil, usageError(err, "\"classibench compare\" writes a result")
	}
	return r, nil
}
