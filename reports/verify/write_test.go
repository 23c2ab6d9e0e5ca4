package verify

import (
	"bytes"
	"html"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/reports/internal/files"
	"github.com/classibench/classibench/reports/internal/reporttest"
	"github.com/google/go-cmp/cmp"
)

func TestWriteDir(t *testing.T) {
	for name, v := range samples() {
		dir := filepath.Join(t.TempDir(), "a[b]", "c")
		if err := WriteDir(dir, v, saved(v)); err != nil {
			t.Fatal(err)
		}
		want := []string{files.JUnit, files.Summary, result.VerificationFile, files.VerifyPage}
		for i := range saved(v) {
			want = append(want, FindingName(i), ScriptName(i))
		}
		slices.Sort(want)
		if got := reporttest.Files(t, dir); !slices.Equal(got, want) {
			t.Errorf("%s: wrote %q, want %q", name, got, want)
		}
		if name == "hostile" {
			continue // JSON has no room for text that is none
		}
		again, err := result.ReadVerification(dir)
		if err != nil {
			t.Fatal(err)
		}
		for form := range forms {
			if diff := cmp.Diff(drawnAs(t, form, v), drawnAs(t, form, again)); diff != "" {
				t.Errorf("%s: the %s differs when it is drawn again (-first +again):\n%s", name, form, diff)
			}
		}
		for i := range saved(v) {
			if _, err := result.ReadFinding(filepath.Join(dir, FindingName(i))); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}

// The page names the files of a finding as they are found from the directory in which
// the command was started.
func TestThePageNamesItsDirectory(t *testing.T) {
	v := samples()["different"]
	for _, name := range []string{"report", "my report"} {
		dir := filepath.Join(t.TempDir(), name)
		if err := WriteDir(dir, v, saved(v)); err != nil {
			t.Fatal(err)
		}
		page, err := os.ReadFile(filepath.Join(dir, files.VerifyPage))
		if err != nil {
			t.Fatal(err)
		}
		for i := range saved(v) {
			want := "classibench verify --replay " + quoted(filepath.Join(dir, FindingName(i))) + "\nsh " + quoted(filepath.Join(dir, ScriptName(i)))
			if !strings.Contains(html.UnescapeString(string(page)), want) {
				t.Errorf("the page lacks %q", want)
			}
		}
	}
}

// A verification without findings leaves none of an earlier one.
func TestWriteDirReplacesFormerFindings(t *testing.T) {
	dir, all := t.TempDir(), samples()
	if err := WriteDir(dir, all["different"], saved(all["different"])); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "finding-of-mine.json"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := WriteDir(dir, all["same"], nil); err != nil {
		t.Fatal(err)
	}
	want := []string{"finding-of-mine.json", files.JUnit, files.Summary, result.VerificationFile, files.VerifyPage}
	if got := reporttest.Files(t, dir); !slices.Equal(got, want) {
		t.Errorf("the directory holds %q, want %q", got, want)
	}
	if err := WriteFailure(dir, Failure(os.ErrDeadlineExceeded)); err != nil {
		t.Fatal(err)
	}
	if b, err := os.ReadFile(filepath.Join(dir, files.JUnit)); err != nil || !bytes.Contains(b, []byte(`errors="1"`)) {
		t.Errorf("the report of a failure: %s (%v)", b, err)
	}
}

func TestWriteDirErrors(t *testing.T) {
	v := verification("starman")
	v.Seconds = math.NaN()
	dir := t.TempDir()
	if err := WriteDir(dir, v, nil); err == nil || !strings.Contains(err.Error(), filepath.Join(dir, result.VerificationFile)) {
		t.Errorf("a value that JSON cannot write: %v, want an error that names the file", err)
	}
	if err := WriteDir(filepath.Join(dir, "x", "\x00"), samples()["same"], nil); err == nil {
		t.Error("an impossible directory is no error")
	}
}

func TestFileNames(t *testing.T) {
	if got := []string{FindingName(0), FindingName(1), ScriptName(0), ScriptName(9)}; !slices.Equal(got, []string{"finding.json", "finding-2.json", "finding.sh", "finding-10.sh"}) {
		t.Errorf("got %q", got)
	}
}

// saved are the findings of a verification that have a sequence.
func saved(v *result.Verification) (all []result.SavedFinding) {
	for _, f := range v.Findings {
		if len(f.Sequence) > 0 {
			all = append(all, savedFinding(f))
		}
	}
	return all
}

func savedFinding(f result.Finding) result.SavedFinding {
	return result.SavedFinding{
		Schema: result.Schema, Found: "2026-03-14T09:26:53Z", Directory: "/srv/ads", Scenario: "name: ads\n", Finding: f,
		Baseline:  result.Launch{Name: "ads.pl", Kind: "cgi", Env: []string{"DB=ads.db"}, Reset: []string{"cp", "seed.db", "ads.db"}, Commands: [][]string{{"{classibench}", "serve", "cgi", "--listen", "{addr}", "./ads.pl"}}},
		Candidate: result.Launch{Name: "starman", Kind: "server", Commands: [][]string{{"starman", "--listen", "{addr}", "ads.psgi"}}},
	}
}
