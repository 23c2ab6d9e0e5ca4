package result

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func encoded(t *testing.T, v any) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := JSON(&b, v); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestVerificationIsReadAsItWasWritten(t *testing.T) {
	want := verified(lifetimeFinding, growthFinding)
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, VerificationFile), encoded(t, want), 0o644); err != nil {
		t.Fatal(err)
	}
	got, err := ReadVerification(dir)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func savedFinding() *SavedFinding {
	return &SavedFinding{
		Schema: Schema, Found: "2026-03-14T09:26:53Z", Directory: "/srv", Scenario: "name: x", Seed: 3, Ignore: []Ignored{{CSS: ".clock"}},
		Baseline: Launch{Name: "a", Kind: "cgi", Commands: [][]string{{"a"}}}, Candidate: Launch{Name: "b", Kind: "url", URL: "http://127.0.0.1:1"}, Finding: lifetimeFinding,
	}
}

func TestFindingIsReadAsItWasWritten(t *testing.T) {
	want, path := savedFinding(), filepath.Join(t.TempDir(), FindingFile)
	if err := os.WriteFile(path, encoded(t, want), 0o644); err != nil {
		t.Fatal(err)
	}
	got, err := ReadFinding(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestDecodeVerificationErrors(t *testing.T) {
	good := string(encoded(t, verified(lifetimeFinding)))
	for name, tc := range map[string]struct{ in, want string }{
		"empty":       {"", "is empty"},
		"cut off":     {good[:200], "is cut off after 200 bytes"},
		"no schema":   {"{}", `without the key "schema"`},
		"schema":      {strings.Replace(good, `"schema": 1`, `"schema": 9`, 1), "schema 9"},
		"a result":    {`{"schema": 1, "targets": [{"name": "a"}]}`, "is not the result of classibench verify"},
		"a verdict":   {`{"schema": 1, "verdict": {"valid": true}}`, `object at "verdict"`},
		"verdict":     {strings.Replace(good, `"different"`, `"same"`, 1), `has the verdict "same", but its findings and reasons give "different"`},
		"kind":        {strings.Replace(good, `"lifetime"`, `"other"`, 1), `has a finding 1 that is of the unknown kind "other"`},
		"length":      {strings.Replace(good, `"length": 2`, `"length": 3`, 1), "has the length 3 and a sequence of 2 requests"},
		"repetitions": {strings.Replace(good, `"shown": 3`, `"shown": 4`, 1), "was shown 4 times in 3 repetitions"},
		"other host":  {strings.Replace(good, `"url": "/`, `"url": "@other.example/`, 1), `a request to "@other.example/`},
		"visitor":     {strings.Replace(good, `"visitor": 1`, `"visitor": 0`, 1), "a request without visitor, method or url, which is number 1 of its sequence: visitor 0, "},
	} {
		if _, err := DecodeVerification([]byte(tc.in)); err == nil || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s: got %v, want %q", name, err, tc.want)
		}
	}
}

func TestDecodeFindingErrors(t *testing.T) {
	good := string(encoded(t, savedFinding()))
	for name, tc := range map[string]struct{ in, want string }{
		"a verification": {`{"schema": 1}`, `has no "scenario" and "finding"`},
		"hazard":         {strings.Replace(good, `"canary"`, `"hazard": 18, "canary"`, 1), "unknown hazard 18"},
		"no sequence":    {strings.Replace(strings.Replace(good, `"length": 2`, `"length": 0`, 1), `"sequence": [`, `"sequence": [], "x": [`, 1), "has no sequence"},
	} {
		if _, err := DecodeFinding([]byte(tc.in)); err == nil || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s: got %v, want %q", name, err, tc.want)
		}
	}
}

// Whatever is in a file, decoding ends without a panic, and what is accepted is consistent.
func FuzzDecodeFinding(f *testing.F) {
	var b bytes.Buffer
	if err := JSON(&b, savedFinding()); err != nil {
		f.Fatal(err)
	}
	f.Add(b.Bytes())
	f.Add([]byte(`{"schema": 1, "scenario": "x", "finding": {"kind": "growth"}}`))
	f.Fuzz(func(t *testing.T, in []byte) {
		got, err := DecodeFinding(in)
		if err != nil {
			return
		}
		if err := got.Finding.consistent(); err != nil {
			t.Errorf("accepted a finding that %v", err)
		}
		_ = got.Finding.Title()
	})
}
