package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/reports/gate"
)

// reportToCI shows GitHub the outcome, where GitHub has set its variables: a
// summary for the job's page, and annotations.
func (p *program) reportToCI(r *result.Result, o gateOptions) error {
	if os.Getenv("GITHUB_ACTIONS") == "true" {
		// Workflow commands are read from either stream; data stay alone on stdout.
		if err := withoutPipeError(gate.Annotations(p.stderr, r, o.shown())); err != nil {
			return err
		}
	}
	path := os.Getenv("GITHUB_STEP_SUMMARY")
	if path == "" {
		return nil
	}
	if err := appendTo(path, func(w io.Writer) error { return gate.Markdown(w, r) }); err != nil {
		return usageError(fmt.Errorf("write the summary of the job: %w", err), "GITHUB_STEP_SUMMARY names the file")
	}
	return nil
}

// reportFailureToCI shows the CI system a gate that could not measure: an annotation,
// and a JUnit report in which nothing has passed, in the place of a former one.
func (p *program) reportFailureToCI(failed error, o gateOptions) error {
	if errors.Is(failed, context.Canceled) {
		return nil
	}
	r := gate.Failure(failed)
	if err := gate.WriteFailure(o.out, r); err != nil {
		return usageError(err, "choose another directory with --out")
	}
	if os.Getenv("GITHUB_ACTIONS") != "true" {
		return nil
	}
	return withoutPipeError(gate.Annotations(p.stderr, r, o.shown()))
}

// appendTo appends a text to what other commands wrote, all of it or nothing, after a blank
// line: without one, Markdown may take it for a part of that.
func appendTo(path string, write func(io.Writer) error) (err error) {
	var text bytes.Buffer
	if err := write(&text); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	before, err := f.Stat()
	if err != nil {
		return err
	}
	b := text.Bytes()
	if before.Size() > 0 {
		b = append([]byte("\n\n"), b...)
	}
	if _, err = f.Write(b); err != nil && before.Mode().IsRegular() {
		err = errors.Join(err, f.Truncate(before.Size()))
	}
	return err
}
