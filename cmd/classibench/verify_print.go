package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/classibench/classibench/bench/result"
)

// printVerification prints a verification to standard output.
func (p *program) printVerification(v *result.Verification) error {
	if p.json {
		return withoutPipeError(p.printJSON(v))
	}
	var b strings.Builder
	writeVerdict(&b, v)
	for i, f := range v.Findings {
		writeFinding(&b, i+1, f)
	}
	_, err := io.WriteString(p.stdout, b.String())
	return withoutPipeError(err)
}

func writeVerdict(b *strings.Builder, v *result.Verification) {
	switch v.Verdict {
	case result.Same:
		fmt.Fprintln(b, "no difference found")
	case result.Different:
		fmt.Fprintf(b, "%d differences\n", len(v.Findings))
	default:
		fmt.Fprintf(b, "cannot tell: %s\n", strings.Join(v.Reasons, "; "))
	}
	t := v.Tried
	fmt.Fprintf(b, "tried %d requests in %d sequences, %d of %d ordered pairs of %d routes, up to %d visitors, %d restarts, %d probes, in %.0f s\n",
		t.Requests, t.Sequences, t.OrderedPairs, t.PairsOf, t.Routes, t.Visitors, t.Restarts, t.Probes, v.Seconds)
	for _, w := range v.Warnings {
		fmt.Fprintf(b, "warning: %s\n", w.Text)
	}
}

func writeFinding(b *strings.Builder, n int, f result.Finding) {
	fmt.Fprintf(b, "\n%d. %s: %s, %d of %d times\n", n, f.Candidate, f.Kind, f.Shown, f.Repeated)
	for _, s := range f.Sequence {
		fmt.Fprintf(b, "   visitor %d: %s %s %s\n", s.Visitor, s.Method, s.URL, s.Body)
	}
	fmt.Fprintf(b, "   at %s\n   want %s\n   got  %s\n", f.Place, f.Want, f.Got)
}

// writeVerification writes verification.json to a directory.
func (p *program) writeVerification(dir string, v *result.Verification) error {
	if dir == "" {
		return nil
	}
	f, err := os.Create(filepath.Join(dir, "verification.json"))
	if err != nil {
		return usageError(fmt.Errorf("write the result: %w", err), "")
	}
	err = result.JSON(f, v)
	if closed := f.Close(); err == nil {
		err = closed
	}
	return err
}
