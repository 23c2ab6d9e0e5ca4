package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/reports/gate"
)

// reportToCI reports the outcome to GitHub, if GitHub's variables are set: as a summary on
// the job's page, and as annotations.
func (p *program) reportToCI(r *result.Result, o gateOptions) error {
	if os.Getenv("GITHUB_ACTIONS") == "true" {
		// GitHub reads workflow commands from both streams; stdout is for data only.
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

// reportFailureToCI reports a gate that could not measure: as an annotation, and as a JUnit
// report without a passed test, which replaces an earlier one.
func (p *program) reportFailureToCI(failed error, o gateOptions) error {
	if p.interrupted(failed) {
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

// appendTo appends a text to the output of other commands, all of it or nothing. A blank line
// separates the two: without one, Markdown may join them.
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
