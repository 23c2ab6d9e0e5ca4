package scenarios_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/classibench/classibench/scenarios"
)

// A byte order mark at the begin of a scenario means nothing, and moves no mistake.
func TestByteOrderMark(t *testing.T) {
	src, err := scenarios.Source("peak-hour")
	if err != nil {
		t.Fatal(err)
	}
	want, err := scenarios.Parse("a.yaml", src)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "a.yaml")
	marked := append([]byte("\xef\xbb\xbf"), src...)
	if err := os.WriteFile(path, marked, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, parse := range map[string]func() (*scenarios.Scenario, error){
		"text": func() (*scenarios.Scenario, error) { return scenarios.Parse("a.yaml", marked) },
		"file": func() (*scenarios.Scenario, error) { return scenarios.Load(path) },
	} {
		got, err := parse()
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("%s: error %v, -want +got:\n%s", name, err, diff)
		}
	}
	_, plain := scenarios.Parse("a.yaml", []byte("nmae: a"))
	if _, err := scenarios.Parse("a.yaml", []byte("\xef\xbb\xbfnmae: a")); err == nil || err.Error() != plain.Error() {
		t.Errorf("got %v, want %v", err, plain)
	}
}
