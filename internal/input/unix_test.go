//go:build unix

package input_test

import (
	"net"
	"os"
	"path/filepath"
	"runtime"
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
	socket := filepath.Join(dir, "socket")
	l, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	kinds := map[string]string{fifo: "is a pipe", "/dev/zero": "is a device", link: "is a device", sparse: "is larger than 1 MiB", dir: "is a directory", socket: "is a socket"}
	if runtime.GOOS == "linux" {
		for _, path := range []string{"/proc/kmsg", "/proc/self/mem", "/proc/kcore", "/proc/version", "/sys/kernel/mm/transparent_hugepage/enabled"} {
			if _, err := os.Stat(path); err == nil {
				kinds[path] = "is made up by the kernel"
			}
		}
	}
	for path, want := range kinds {
		if _, err := input.ReadFile(path, 1<<20); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %q", path, err, want)
		}
	}
}

// A stream may be a pipe, and must not be anything else that is no file.
func TestOpenStream(t *testing.T) {
	dir := t.TempDir()
	fifo := filepath.Join(dir, "fifo")
	if err := syscall.Mkfifo(fifo, 0o600); err != nil {
		t.Fatal(err)
	}
	w, err := os.OpenFile(fifo, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	f, err := input.OpenStream(fifo)
	if err != nil {
		t.Fatal(err)
	}
	f.Close()
	for _, path := range []string{dir, "/dev/zero"} {
		if _, err := input.OpenStream(path); err == nil || !strings.Contains(err.Error(), "want a file or a pipe") {
			t.Errorf("%s: got %v", path, err)
		}
	}
}
