package reports

import (
	"errors"
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

// A result that has everything has every file.
func TestWriteDir(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a", "new", "directory")
	r := reporttest.Variants(t)["limits"]
	if err := WriteDir(dir, r); err != nil {
		t.Fatal(err)
	}
	want := []string{result.ResultFile, files.Page, files.Summary, files.Benchfmt}
	for _, name := range FigureNames() {
		want = append(want, name+".svg", name+".png")
	}
	slices.Sort(want)
	if diff := cmp.Diff(want, reporttest.Files(t, dir)); diff != "" {
		t.Errorf("files differ (-want +got):\n%s", diff)
	}
	for _, name := range want {
		if info, err := os.Stat(filepath.Join(dir, name)); err != nil || info.Size() == 0 || info.Mode().Perm() != 0o644 {
			t.Errorf("%s: %v, %v", name, info, err)
		}
	}
}

// The files of an earlier report are removed; files of other programs stay.
func TestWriteDirReplacesAFormerReport(t *testing.T) {
	dir := t.TempDir()
	notes := filepath.Join(dir, "notes.txt")
	if err := errors.Join(WriteDir(dir, reporttest.Sample(t)), os.WriteFile(notes, []byte("mine"), 0o600)); err != nil {
		t.Fatal(err)
	}
	if err := WriteDir(dir, reporttest.Variants(t)["capacity only"]); err != nil {
		t.Fatal(err)
	}
	want := []string{files.Benchfmt, "gain.png", "gain.svg", "notes.txt", files.Page, result.ResultFile, files.Summary}
	if diff := cmp.Diff(want, reporttest.Files(t, dir)); diff != "" {
		t.Errorf("files differ (-want +got):\n%s", diff)
	}
	r, err := result.Read(dir)
	if err != nil || r.Replay != nil {
		t.Errorf("the result that is there is the former one: %v", err)
	}
}

func TestWriteDirWhereItCannot(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	err := WriteDir(filepath.Join(file, "report"), reporttest.Sample(t))
	if err == nil || !strings.HasPrefix(err.Error(), "make the report's directory: ") {
		t.Errorf("WriteDir below a file = %v, want an error that says what was tried", err)
	}
	taken := t.TempDir()
	if err := os.MkdirAll(filepath.Join(taken, files.Page, "x"), 0o755); err != nil {
		t.Fatal(err)
	}
	err = WriteDir(taken, reporttest.Sample(t))
	if err == nil || !strings.Contains(err.Error(), files.Page) {
		t.Errorf("WriteDir where %s is a directory = %v, want an error that names it", files.Page, err)
	}
	if _, err := result.Read(taken); err != nil {
		t.Errorf("the result was not saved: %v", err)
	}
}
