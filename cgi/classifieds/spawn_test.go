package main_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/classibench/classibench/internal/classifieds/dataset"
)

// Both scripts are built for the fastest start: static and stripped. The minimal
// script is built without cgo, because it needs no C.
var (
	pageFlags = []string{"-tags", "netgo osusergo", "-ldflags", "-s -w -linkmode external -extldflags -static"}
	okFlags   = []string{"-tags", "netgo osusergo", "-ldflags", "-s -w"}
)

func build(tb testing.TB, pkg, cgo string, flags []string) string {
	tb.Helper()
	path := filepath.Join(tb.TempDir(), "script")
	args := append(append([]string{"build", "-o", path}, flags...), pkg)
	cmd := exec.Command("go", args...)
	cmd.Env = append(os.Environ(), "CGO_ENABLED="+cgo)
	if out, err := cmd.CombinedOutput(); err != nil {
		tb.Fatalf("go %q: %v\n%s", args, err, out)
	}
	return path
}

// A cost is the total time of a script's runs, from spawn to exit.
type cost struct{ took, cpu time.Duration }

// spawn runs a script and adds its cost.
func (c *cost) spawn(tb testing.TB, script, db, path, want string) {
	tb.Helper()
	var out bytes.Buffer
	cmd := exec.Command(script)
	cmd.Stdout = &out
	cmd.Env = []string{"GATEWAY_INTERFACE=CGI/1.1", "REQUEST_METHOD=GET", "SERVER_PROTOCOL=HTTP/1.1", "HTTP_HOST=localhost",
		"REQUEST_URI=" + path, "CLASSIFIEDS_DB=" + db}
	began := time.Now()
	err := cmd.Run()
	c.took += time.Since(began)
	if err != nil || !bytes.Contains(out.Bytes(), []byte(want)) {
		tb.Fatalf("%s: %v\n%s", script, err, out.Bytes())
	}
	c.cpu += cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
}

// BenchmarkSpawn compares a page of a category with the smallest possible CGI
// program in Go, in alternating turns from spawn to exit. times-ok is the ratio of
// their times: the median over the rounds. cpu-times-ok is the ratio of their CPU
// times over all rounds.
func BenchmarkSpawn(b *testing.B) {
	db := filepath.Join(b.TempDir(), "ads.db")
	if err := dataset.Make(b.Context(), db, dataset.Spec{}, nil); err != nil {
		b.Fatal(err)
	}
	script, least := build(b, ".", "1", pageFlags), build(b, "./testdata/ok", "0", okFlags)
	var ratios []float64
	var pages, oks cost
	for b.Loop() {
		page, ok := pages.took, oks.took
		pages.spawn(b, script, db, "/c/bicycles", `class="category"`)
		oks.spawn(b, least, db, "/", "ok")
		oks.spawn(b, least, db, "/", "ok")
		pages.spawn(b, script, db, "/c/bicycles", `class="category"`)
		ratios = append(ratios, (pages.took-page).Seconds()/(oks.took-ok).Seconds())
	}
	n := float64(2 * len(ratios))
	slices.Sort(ratios)
	b.ReportMetric(pages.took.Seconds()*1e3/n, "ms/page")
	b.ReportMetric(oks.took.Seconds()*1e3/n, "ms/ok")
	b.ReportMetric(ratios[len(ratios)/2], "times-ok")
	b.ReportMetric(pages.cpu.Seconds()/oks.cpu.Seconds(), "cpu-times-ok")
}

// A script that changed data must leave an empty write-ahead log: otherwise the
// next request has to read it.
func TestNoLogIsLeftBehind(t *testing.T) {
	db := filepath.Join(t.TempDir(), "ads.db")
	if err := dataset.Make(t.Context(), db, dataset.Spec{Ads: 100}, nil); err != nil {
		t.Fatal(err)
	}
	script := build(t, ".", "1", pageFlags)
	for range 5 {
		cmd := exec.Command(script)
		cmd.Env = []string{"GATEWAY_INTERFACE=CGI/1.1", "REQUEST_METHOD=POST", "SERVER_PROTOCOL=HTTP/1.1", "HTTP_HOST=localhost",
			"REQUEST_URI=/ads/10/flag", "CONTENT_LENGTH=0", "CLASSIFIEDS_DB=" + db}
		if out, err := cmd.CombinedOutput(); err != nil || !bytes.HasPrefix(out, []byte("Status: 303")) {
			t.Fatalf("%v\n%s", err, out)
		}
	}
	if info, err := os.Stat(db + "-wal"); err == nil && info.Size() > 0 {
		t.Errorf("the write-ahead log has %d bytes, want 0", info.Size())
	}
}
