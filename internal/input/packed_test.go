package input_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/classibench/classibench/internal/input"
)

func TestPacked(t *testing.T) {
	for begin, want := range map[string]string{"\x1f\x8b\x08\x00": "gunzip", "\x28\xb5\x2f\xfd\x00": "zstd -d", "\xfd7zXZ\x00\x00": "xz -d", "BZh91AY&SY": "bzip2 -d", "\x04\x22\x4d\x18@": "lz4 -d",
		"\x1f\x9d\x90": "gunzip", "PK\x03\x04": "unzip", "7z\xbc\xaf\x27\x1c": "7z x", "": "", "BZh": "", "BZhou 1AY&SY": "", "{\"schema\": 1}": "", "\x1f": "", "7zip": ""} {
		if got := input.Packed([]byte(begin)); got != want {
			t.Errorf("%q: got %q, want %q", begin, got, want)
		}
	}
	path := filepath.Join(t.TempDir(), "result.json")
	if err := os.WriteFile(path, []byte("\x1f\x8b\x08\x00"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := input.ReadText(path, 100); err == nil || !strings.HasSuffix(err.Error(), "result.json is compressed: unpack it with gunzip first") {
		t.Errorf("got %v", err)
	}
}
