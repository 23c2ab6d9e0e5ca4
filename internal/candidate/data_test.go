package candidate

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/classibench/classibench/scenarios"
)

// setUp makes a setup with ten ads, and returns what it logs.
func setUp(t *testing.T) (*Setup, string) {
	t.Helper()
	var said strings.Builder
	sc := scenarios.Defaults()
	sc.Data.Ads = 10
	s, err := New(t.Context(), sc, BuiltinPair(), Options{
		Logf:  func(format string, args ...any) { fmt.Fprintf(&said, format+"\n", args...) },
		Meter: func(string) (func(int, int), func()) { return nil, func() {} },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s, said.String()
}

// A data set in the cache that is damaged is made again, and the user is told.
func TestADamagedDataSetInTheCache(t *testing.T) {
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	s, said := setUp(t)
	if _, again := setUp(t); said != "" || again != "" {
		t.Errorf("without damage it logs %q and %q", said, again)
	}
	for name, damage := range damages {
		if name == "gone" {
			continue
		}
		if err := damage(s.data); err != nil {
			t.Fatal(err)
		}
		if os.Geteuid() == 0 && name == "not readable" {
			continue // root reads it
		}
		if _, said := setUp(t); !strings.Contains(said, s.data+": it is damaged") && name != "a broken link" || !strings.Contains(said+"making it again", "making it again") {
			t.Errorf("%s: it logs %q", name, said)
		}
		if _, said := setUp(t); said != "" {
			t.Errorf("%s: it is still damaged: %q", name, said)
		}
	}
}

// A cache that cannot be used does not prevent a run.
func TestACacheThatCannotBeUsed(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	closed := filepath.Join(t.TempDir(), "closed")
	broken, circle := filepath.Join(t.TempDir(), "broken"), filepath.Join(t.TempDir(), "circle")
	err := errors.Join(os.Mkdir(closed, 0o500), os.Symlink("none", broken), os.Symlink("circle", circle))
	if err != nil {
		t.Fatal(err)
	}
	for _, cache := range []string{file, closed, broken, circle} {
		if cache == closed && os.Geteuid() == 0 {
			continue // root writes into it
		}
		t.Setenv("XDG_CACHE_HOME", cache)
		s, said := setUp(t)
		if !strings.Contains(said, "the cache cannot be used") || filepath.Dir(s.data) != s.dir {
			t.Errorf("the data set is %s; it logs %q", s.data, said)
		}
	}
}
