package candidate

import (
	"os"
	"path/filepath"
	"testing"
)

func TestFreshCopyLeavesOneCopyAtATime(t *testing.T) {
	dir := t.TempDir()
	data := filepath.Join(dir, "data")
	if err := os.WriteFile(data, []byte("ads"), 0o600); err != nil {
		t.Fatal(err)
	}
	s := &Setup{data: data, dir: t.TempDir()}
	for range 2 { // two candidates of the same name, as in two runs in one directory
		var last string
		for range 3 {
			db, err := s.freshCopy(t.Context(), "base", &last)
			if err != nil {
				t.Fatal(err)
			}
			if b, err := os.ReadFile(db); err != nil || string(b) != "ads" {
				t.Errorf("got %q, %v", b, err)
			}
		}
	}
	if left, _ := os.ReadDir(s.dir); len(left) != 2 {
		t.Errorf("%d copies are left, want the last of each candidate", len(left))
	}
}
