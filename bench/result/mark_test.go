package result_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/classibench/classibench/bench/result"
)

// A byte order mark changes no error about a file, so none is about the mark. Files in UTF-16 are
// named as such.
func TestByteOrderMarks(t *testing.T) {
	path := filepath.Join(t.TempDir(), "result.json")
	for name, read := range map[string]func(string) error{
		"result":       func(p string) error { _, err := result.Read(p); return err },
		"verification": func(p string) error { _, err := result.ReadVerification(p); return err },
		"finding":      func(p string) error { _, err := result.ReadFinding(p); return err },
		"masks":        func(p string) error { _, _, err := result.ReadMasks(p); return err },
	} {
		var errs []error
		for _, text := range []string{"{\"schema\":1,\n\"a\"} ", "\xef\xbb\xbf{\"schema\":1,\n\"a\"} ", "\xff\xfe{\x00}\x00"} {
			if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			errs = append(errs, read(path))
		}
		if errs[1] == nil || errs[1].Error() != errs[0].Error() || !strings.Contains(errs[1].Error(), "line 2, column 4") {
			t.Errorf("%s: got %v, want %v", name, errs[1], errs[0])
		}
		if errs[2] == nil || !strings.Contains(errs[2].Error(), "is in UTF-16") {
			t.Errorf("%s in UTF-16: got %v", name, errs[2])
		}
	}
	if m, err := result.DecodeMasks([]byte("\xef\xbb\xbf" + `{"schema":1,"learned":[]}`)); err != nil || m == nil {
		t.Errorf("got %v and error %v", m, err)
	}
}
