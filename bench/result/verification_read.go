package result

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/classibench/classibench/internal/input"
)

// The files of a verification in the directory of a run.
const (
	VerificationFile = "verification.json"
	FindingFile      = "finding.json" // the first finding; the others have a number
)

// ReadVerification reads a verification from a file, or from verification.json in a directory.
func ReadVerification(path string) (*Verification, error) {
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		path = filepath.Join(path, VerificationFile)
	}
	v, err := readJSON(path, DecodeVerification)
	if err != nil {
		return nil, fmt.Errorf("read a verification: %w", err)
	}
	return v, nil
}

// ReadFinding reads a finding that was saved to be run again.
func ReadFinding(path string) (*SavedFinding, error) {
	f, err := readJSON(path, DecodeFinding)
	if err != nil {
		return nil, fmt.Errorf("read a finding: %w", err)
	}
	return f, nil
}

func readJSON[T any](path string, decode func([]byte) (*T, error)) (*T, error) {
	b, err := input.ReadText(path, MaxFile)
	if err != nil {
		return nil, err
	}
	v, err := decode(b)
	if err != nil {
		return nil, fmt.Errorf("%s %w", path, err)
	}
	return v, nil
}

// DecodeVerification decodes a verification that JSON wrote. Its errors continue a
// sentence that begins with the name of the file.
func DecodeVerification(b []byte) (*Verification, error) {
	b = input.WithoutMark(b)
	if err := checkSchema(b); err != nil {
		return nil, err
	}
	var v Verification
	if err := json.Unmarshal(b, &v); err != nil {
		return nil, describe(err, b)
	}
	if v.Verdict == "" || len(v.Targets) == 0 {
		return nil, errors.New(`has no "verdict" on targets: it is not the result of classibench verify`)
	}
	if err := v.Consistent(); err != nil {
		return nil, err
	}
	return &v, nil
}

// DecodeFinding decodes a finding that JSON wrote, with errors like those of
// DecodeVerification.
func DecodeFinding(b []byte) (*SavedFinding, error) {
	b = input.WithoutMark(b)
	if err := checkSchema(b); err != nil {
		return nil, err
	}
	var f SavedFinding
	if err := json.Unmarshal(b, &f); err != nil {
		return nil, describe(err, b)
	}
	if f.Scenario == "" || f.Finding.Kind == "" {
		return nil, errors.New(`has no "scenario" and "finding": it is not a finding of classibench verify`)
	}
	if err := cmp.Or(f.Finding.consistent(), f.Finding.repeatable()); err != nil {
		return nil, err
	}
	return &f, nil
}
