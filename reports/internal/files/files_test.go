package files_test

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/classibench/classibench/reports/internal/files"
	"github.com/classibench/classibench/reports/internal/reporttest"
)

// A drawing that fails leaves neither half a file nor a temporary one.
func TestWriteLeavesNothingBehind(t *testing.T) {
	dir := t.TempDir()
	broken := errors.New("broken")
	err := files.Write(dir, "page", func(w io.Writer) error {
		if _, err := w.Write([]byte("half")); err != nil {
			return err
		}
		return broken
	})
	if !errors.Is(err, broken) || !strings.HasPrefix(err.Error(), "write "+filepath.Join(dir, "page")+": ") {
		t.Errorf("Write = %v, want an error that names the file", err)
	}
	if left := reporttest.Files(t, dir); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
	if _, err := os.Stat(filepath.Join(dir, "page")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the file is there: %v", err)
	}
}
