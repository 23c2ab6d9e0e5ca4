// Package verify reports the result of a verification: as text, as a page that shows each
// difference beside the requests that lead to it, as Markdown, as JUnit and as GitHub's
// annotations. It also writes each finding as a shell script and as a file that
// "classibench verify --replay" runs again.
//
// Begin with WriteDir, which writes everything into a directory, and Text.
package verify

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/reports/internal/files"
)

// WriteDir writes the report of a verification into a directory: verification.json, from
// which the page can be drawn again, then verify.html, summary.md and junit.xml, and for
// each saved finding finding.json and finding.sh (from the second on finding-2.json,
// finding-2.sh), in the order of the findings. It creates the directory, removes an earlier
// report, and leaves no partial file.
func WriteDir(dir string, v *result.Verification, saved []result.SavedFinding) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("make the report's directory: %w", err)
	}
	if err := files.Write(dir, result.VerificationFile, func(w io.Writer) error { return result.JSON(w, v) }); err != nil {
		return err
	}
	if err := removeFormer(dir); err != nil {
		return fmt.Errorf("remove the earlier report: %w", err)
	}
	for _, f := range drawings(dir, v, saved) {
		if err := files.Write(dir, f.Name, f.Draw); err != nil {
			return fmt.Errorf("%w (%s is saved)", err, filepath.Join(dir, result.VerificationFile))
		}
	}
	return nil
}

// WriteMasks writes the masks of a verification beside its report.
func WriteMasks(dir string, m *result.SavedMasks) error {
	return files.Write(dir, result.MasksFile, func(w io.Writer) error { return result.JSON(w, m) })
}

// WriteFailure writes the JUnit report of a Failure, and removes the report of an earlier
// verification.
func WriteFailure(dir string, v *result.Verification) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("make the report's directory: %w", err)
	}
	if err := removeFormer(dir); err != nil {
		return fmt.Errorf("remove the earlier report: %w", err)
	}
	return files.Write(dir, files.JUnit, func(w io.Writer) error { return JUnit(w, v) })
}

// removeFormer removes the files of an earlier report, the saved findings among them.
func removeFormer(dir string) error {
	if err := files.RemoveFormer(dir, nil); err != nil {
		return err
	}
	for _, pattern := range []string{"finding.json", "finding.sh", "finding-[0-9]*.json", "finding-[0-9]*.sh"} {
		found, err := filepath.Glob(filepath.Join(escapeGlob(dir), pattern))
		if err != nil {
			return err
		}
		for _, path := range found {
			if err := os.Remove(path); err != nil {
				return err
			}
		}
	}
	return nil
}

// escapeGlob quotes the characters that a pattern takes for more than themselves.
func escapeGlob(dir string) string {
	return strings.NewReplacer("\\", "\\\\", "*", "\\*", "?", "\\?", "[", "\\[").Replace(dir)
}

func drawings(dir string, v *result.Verification, saved []result.SavedFinding) []files.Drawing {
	all := []files.Drawing{
		{Name: files.JUnit, Draw: func(w io.Writer) error { return JUnit(w, v) }},
		{Name: files.Summary, Draw: func(w io.Writer) error { return Markdown(w, v) }},
		{Name: files.VerifyPage, Draw: func(w io.Writer) error { return writePage(w, v, dir) }},
	}
	for i := range saved {
		all = append(all,
			files.Drawing{Name: FindingName(i), Draw: func(w io.Writer) error { return result.JSON(w, saved[i]) }},
			files.Drawing{Name: ScriptName(i), Draw: func(w io.Writer) error { return Script(w, &saved[i]) }})
	}
	return all
}

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
