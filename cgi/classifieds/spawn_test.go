package main_test

import (
	"bytes"
	"context"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/classibench/classibench/internal/classifieds/dataset"
)

var flags = []string{"-tags", "netgo osusergo", "-ldflags", "-s -w -linkmode external -extldflags -static"}

func build(tb testing.TB, pkg string) string {
	tb.Helper()
	path := filepath.Join(tb.TempDir(), "script")
	args := append(append([]string{"build", "-o", path}, flags...), pkg)
	if out, err := exec.Command("go", args...).CombinedOutput(); err != nil {
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
// CGI program in Go can be; times-ok is the ratio of their means.
func BenchmarkSpawn(b *testing.B) {
	db := filepath.Join(b.TempDir(), "ads.db")
	if err := dataset.Make(context.Background(), db, dataset.Spec{}, nil); err != nil {
		b.Fatal(err)
	}
	page, ok := build(b, "."), build(b, "./testdata/ok")
	var pages, oks time.Duration
	for b.Loop() {
		pages += spawn(b, page, db, "/c/bicycles", `class="category"`)
		oks += spawn(b, ok, db, "/", "ok")
	}
	b.ReportMetric(pages.Seconds()*1e3/float64(b.N), "ms/page")
	b.ReportMetric(oks.Seconds()*1e3/float64(b.N), "ms/ok")
	b.ReportMetric(pages.Seconds()/oks.Seconds(), "times-ok")
}
