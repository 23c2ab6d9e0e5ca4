package input_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/classibench/classibench/internal/input"
)

func ExampleReadFile() {
	_, err := input.ReadFile(os.DevNull, 1<<20)
	fmt.Println(err)
	// Output: /dev/null is a device, want a file
}

func TestReadFile(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, []byte("12345"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, path, want string
		most             int64
	}{
		{"exact", file, "", 5},
		{"larger", file, "file is larger than 4 bytes", 4},
		{"directory", dir, "is a directory, want a file", 5},
		{"missing", filepath.Join(dir, "none"), "no such file", 5},
	} {
		t.Run(c.name, func(t *testing.T) {
			b, err := input.ReadFile(c.path, c.most)
			switch {
			case c.want == "" && (err != nil || string(b) != "12345"):
				t.Errorf("got %q and %v", b, err)
			case c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)):
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
	if _, err := input.Open(filepath.Join(dir, "none")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v, want fs.ErrNotExist", err)
	}
}

func TestInflated(t *testing.T) {
	for _, c := range []struct {
		name string
		size int
		want error
	}{
		{"small", 1 << 20, nil},
		{"large", 80 << 20, input.ErrInflates},
	} {
		t.Run(c.name, func(t *testing.T) {
			var b bytes.Buffer
			w := gzip.NewWriter(&b)
			if _, err := io.CopyN(w, zeros{}, int64(c.size)); err != nil {
				t.Fatal(err)
			}
			w.Close()
			packed := &input.Counter{R: &b}
			z, err := gzip.NewReader(packed)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := io.Copy(io.Discard, packed.Bound(z)); !errors.Is(err, c.want) {
				t.Errorf("got %v, want %v", err, c.want)
			}
		})
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }
