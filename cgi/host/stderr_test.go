package host_test

import (
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"github.com/classibench/classibench/cgi/host"
)

// With Stderr set, the output of scripts goes there and is not logged.
func TestStderrIsTheScripts(t *testing.T) {
	dir := t.TempDir()
	script := filepath.Join(dir, "complain.cgi")
	source := "#!/bin/sh\necho not again >&2\nprintf 'Content-Type: text/plain\\n\\nfine\\n'\n"
	if err := os.WriteFile(script, []byte(source), 0o755); err != nil {
		t.Fatal(err)
	}
	said, err := os.Create(filepath.Join(dir, "said"))
	if err != nil {
		t.Fatal(err)
	}
	defer said.Close()
	h := &host.Handler{Path: script, Stderr: said}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
	h.Wait()
	if w.Code != 200 || w.Body.String() != "fine\n" {
		t.Errorf("got %d %q", w.Code, w.Body)
	}
	if b, err := os.ReadFile(said.Name()); err != nil || string(b) != "not again\n" {
		t.Errorf("got %q, %v", b, err)
	}
}
