//go:build unix

package input_test

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/classibench/classibench/internal/input"
)

// A pipe without a writer, a device without an end and a sparse file return at once.
func TestEndless(t *testing.T) {
	dir := t.TempDir()
	fifo, link, sparse := filepath.Join(dir, "fifo"), filepath.Join(dir, "link"), filepath.Join(dir, "sparse")
	if err := syscall.Mkfifo(fifo, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("/dev/zero", link); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(sparse, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(sparse, 1<<40); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{fifo: "is a pipe", "/dev/zero": "is a device", link: "is a device", sparse: "is larger than 1 MiB"} {
		if _, err := input.ReadFile(path, 1<<20); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %q", path, err, want)
		}
	}
}
