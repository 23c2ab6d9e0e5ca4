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

// Both scripts are built as well as they can be: static and stripped. The least
// script needs no C, and so it does without.
var (
	pageFlags = []string{"-trimpath", "-tags", "netgo osusergo sqlite_omit_load_extension", "-ldflags", "-s -w -linkmode external -extldflags -static"}
	okFlags   = []string{"-trimpath", "-tags", "netgo osusergo", "-ldflags", "-s -w"}
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

// spawn runs a script from spawn to exit, and returns how long that took.
func spawn(tb testing.TB, script, db, path, want string) time.Duration {
	tb.Helper()
	var out bytes.Buffer
	cmd := exec.Command(script)
	cmd.Stdout = &out
	cmd.Env = []string{"GATEWAY_INTERFACE=CGI/1.1", "REQUEST_METHOD=GET", "SERVER_PROTOCOL=HTTP/1.1", "HTTP_HOST=localhost",
		"REQUEST_URI=" + path, "CLASSIFIEDS_DB=" + db}
	began := time.Now()
	err := cmd.Run()
	took := time.Since(began)
	if err != nil || !bytes.Contains(out.Bytes(), []byte(want)) {
		tb.Fatalf("%s: %v\n%s", script, err, out.Bytes())
	}
	return took
}

// BenchmarkSpawn takes turns between a page of a category and the least that a
// CGI program in Go can be, from spawn to exit; times-ok is the ratio of their
// times: the median over the rounds.
func BenchmarkSpawn(b *testing.B) {
	db := filepath.Join(b.TempDir(), "ads.db")
	if err := dataset.Make(b.Context(), db, dataset.Spec{}, nil); err != nil {
		b.Fatal(err)
	}
	page, ok := build(b, ".", "1", pageFlags), build(b, "./testdata/ok", "0", okFlags)
	var ratios []float64
	var pages, oks time.Duration
	for b.Loop() {
		p, o := spawn(b, page, db, "/c/bicycles", `class="category"`), spawn(b, ok, db, "/", "ok")
		o += spawn(b, ok, db, "/", "ok")
		p += spawn(b, page, db, "/c/bicycles", `class="category"`)
		ratios = append(ratios, p.Seconds()/o.Seconds())
		pages, oks = pages+p, oks+o
	}
	n := float64(2 * len(ratios))
	slices.Sort(ratios)
	b.ReportMetric(pages.Seconds()*1e3/n, "ms/page")
	b.ReportMetric(oks.Seconds()*1e3/n, "ms/ok")
	b.ReportMetric(ratios[len(ratios)/2], "times-ok")
}
