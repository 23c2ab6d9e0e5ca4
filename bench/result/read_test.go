package result_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/classibench/classibench/bench/result"
)

// Files that only seem to be results are refused with a reason.
func TestReadBounds(t *testing.T) {
	dir := t.TempDir()
	file := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	large := file("large", "")
	if err := os.Truncate(large, result.MaxFile+1); err != nil {
		t.Fatal(err)
	}
	deep := `{"schema":1,"targets":` + strings.Repeat("[", 100_000) + strings.Repeat("]", 100_000) + "}"
	for path, want := range map[string]string{
		large:                           "is larger than 256 MiB",
		os.DevNull:                      "is a device, want a file",
		dir:                             "no such file",
		file("deep", deep):              "exceeded max depth",
		file("cut", `{"schema":1,`):     "is cut off",
		file("empty", ""):               "is empty",
		file("huge", `{"schema":1e999`): "",
	} {
		for name, read := range map[string]func(string) error{
			"result":       func(p string) error { _, err := result.Read(p); return err },
			"verification": func(p string) error { _, err := result.ReadVerification(p); return err },
			"finding":      func(p string) error { _, err := result.ReadFinding(p); return err },
			"masks":        func(p string) error { _, _, err := result.ReadMasks(p); return err },
		} {
			if name != "result" && path == dir {
				continue
			}
			if err := read(path); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s of %s: got %.200v, want %q", name, filepath.Base(path), err, want)
			}
		}
	}
}

// FuzzDecode nests the pieces of a document.
func FuzzDecode(f *testing.F) {
	for _, piece := range []string{"[", `{"gate":`, `{"sessions":[`, `{"quads":[{"blocks":[`, `"`, `[{},`} {
		f.Add(`{"schema":1,"targets":[{"name":"a"}],"capacity":`, piece, uint16(20_000), "}")
	}
	f.Fuzz(func(t *testing.T, head, piece string, n uint16, tail string) {
		if len(piece) > 100 || len(tail) > 100 {
			return
		}
		b := []byte(head + strings.Repeat(piece, int(n)) + strings.Repeat(tail, int(n)))
		if r, err := result.Decode(b); err == nil {
			result.Judge(r)
		}
	})
}
