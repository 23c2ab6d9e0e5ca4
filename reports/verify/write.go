// Package verify reports the result of a verification: as text, as a page that shows each
// difference beside the requests that lead to it, as Markdown, as JUnit and as GitHub's
// annotations. It also writes each finding as a shell script and as a file that
// "classibench verify --replay" runs again.
//
// Begin with WriteDir, which writes everything into a directory, and Text.
package verify

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"time"

	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/reports/internal/text"
)

// WriteDir writes the report of a verification into a directory: verification.json, from
// which the page can be drawn again, then verify.html, summary.md and junit.xml, and for
// each saved finding finding.json and finding.sh (from the second on finding-2.json,
// finding-2.sh). It creates the directory, removes an earlier report, and leaves no partial
// file.
func WriteDir(dir string, v *result.Verification, saved []result.SavedFinding) error {
	return errors.New("not written yet")
}

// Text writes a verification for a terminal.
func Text(w io.Writer, v *result.Verification, o text.Options) error { return nil }

// Markdown writes a verification for the page of a CI system.
func Markdown(w io.Writer, v *result.Verification) error { return nil }

// JUnit writes a test case for each finding, and one for the whole.
func JUnit(w io.Writer, v *result.Verification) error { return nil }

// Annotations writes GitHub's workflow commands.
func Annotations(w io.Writer, v *result.Verification) error { return nil }

// Script writes a finding as a shell script that starts both sides, sends the sequence
// with curl and shows both answers. It exits with 0 when the answers are equal, and with 1
// when they differ.
func Script(w io.Writer, f *result.SavedFinding) error { return nil }

// Failure returns the result of a verification that could not be run, for JUnit and
// Annotations.
func Failure(failed error) *result.Verification {
	return &result.Verification{
		Schema: result.Schema, Began: time.Now().UTC().Format(time.RFC3339),
		Verdict: result.Unknown, Invalid: true, Reasons: []string{failed.Error()},
	}
}

// FindingName returns the name of the file of a saved finding, by its number from 0.
func FindingName(i int) string { return numbered(result.FindingFile, i) }

// ScriptName returns the name of the script of a finding, by its number from 0.
func ScriptName(i int) string { return numbered("finding.sh", i) }

func numbered(name string, i int) string {
	if i == 0 {
		return name
	}
	ext := filepath.Ext(name)
	return fmt.Sprintf("%s-%d%s", strings.TrimSuffix(name, ext), i+1, ext)
}
