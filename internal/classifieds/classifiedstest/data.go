//go:build unix

package classifiedstest

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/classibench/classibench/internal/classifieds/dataset"
)

// pristine is the data set of which every site gets a copy.
var pristine string

// Main makes the data set and runs the tests: TestMain calls it.
func Main(m *testing.M) { os.Exit(prepare(m)) }

func prepare(m *testing.M) int {
	dir, err := os.MkdirTemp("", "classibench-data-")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	pristine = filepath.Join(dir, "ads.db")
	if err := dataset.Make(context.Background(), pristine, dataset.Spec{Ads: 600, Categories: 8}, nil); err != nil {
		panic(err)
	}
	return m.Run()
}

// Pristine returns the path of the data set.
func Pristine() string { return pristine }

// CopyData gives a site a data set of its own, which other users may change.
func CopyData(t *testing.T, dir string) string {
	t.Helper()
	db := filepath.Join(dir, "ads.db")
	if err := dataset.Copy(t.Context(), db, pristine); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(db, 0o666); err != nil {
		t.Fatal(err)
	}
	return db
}

// Unpack writes the files of a program where other users can run them, since servers give
// up root, and makes some of them executable. They are removed with the test.
func Unpack(t *testing.T, files fs.FS, executable ...string) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "classibench-site-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if err := os.CopyFS(dir, files); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	for _, name := range executable {
		if err := os.Chmod(filepath.Join(dir, name), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}
