package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A check of the directory for the report leaves it as it was, and makes none.
func TestCheckOutDirLeavesNothing(t *testing.T) {
	root := t.TempDir()
	file := filepath.Join(root, "file")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	for dir, fine := range map[string]bool{"new": true, "deeper/new": true, "deeper/new/": true, ".": true, "file": false, "file/new": false, "deeper/" + strings.Repeat("x", 300): false} {
		if err := new(program).checkOutDir(filepath.Join(root, dir)); (err == nil) != fine {
			t.Errorf("%q: got %v, fine %v", dir, err, fine)
		}
		if left, err := os.ReadDir(root); err != nil || len(left) != 1 || left[0].Name() != "file" {
			t.Errorf("%q: %v is left, %v; want the file only", dir, left, err)
		}
	}
}
