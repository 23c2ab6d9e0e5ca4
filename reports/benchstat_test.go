package reports

import (
	"bytes"
	"encoding/csv"
	"io"
	"math"
	"path/filepath"
	"slices"
	"testing"

	"github.com/classibench/classibench/reports/internal/files"
	"github.com/classibench/classibench/reports/internal/reporttest"
)

// benchstat reads our bench.txt and finds the same throughputs and, within the
// interval, the same gain.
func TestBenchstatAgrees(t *testing.T) {
	r, dir := reporttest.Sample(t), t.TempDir()
	if err := files.Write(dir, files.Benchfmt, func(w io.Writer) error { return Benchfmt(w, r) }); err != nil {
		t.Fatal(err)
	}
	out := reporttest.Benchstat(t, "-format", "csv", "-filter", ".name:Capacity .unit:hits/s", "-col", "/target", filepath.Join(dir, files.Benchfmt))
	rows := csv.NewReader(bytes.NewReader(out))
	rows.FieldsPerRecord = -1
	all, err := rows.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(all, func(row []string) bool { return row[0] == "Capacity" })
	if i < 0 || len(all[i]) < 5 {
		t.Fatalf("benchstat says nothing of capacity:\n%s", out)
	}
	base, candidate := reporttest.Parsed(t, all[i][1]), reporttest.Parsed(t, all[i][3])
	if got, want := base, r.Capacity.Throughput["cgi"].RPS; math.Abs(got/want-1) > 0.02 {
		t.Errorf("benchstat finds %v hits/s of cgi, the table has %v", got, want)
	}
	if g := r.Capacity.Gain; candidate/base < g.Low || candidate/base > g.High {
		t.Errorf("benchstat finds a gain of %.3f, outside our interval of %.3f to %.3f", candidate/base, g.Low, g.High)
	}
}

// The number at the end of a target's name is no GOMAXPROCS.
func TestBenchfmtKeepsNumbersOfTargets(t *testing.T) {
	r := reporttest.Sample(t)
	reporttest.Rename(r, "persistent", "php-8")
	for _, b := range append(capacityBenchmarks(r), replayBenchmarks(r)...) {
		_, parts := b.Name.Parts()
		if last := string(parts[len(parts)-1]); last != "/target=cgi" && last != "/target=php_8" {
			t.Fatalf("%s: its last part is %q", b.Name, last)
		}
	}
}
