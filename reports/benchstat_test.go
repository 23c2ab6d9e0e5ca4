package reports

import (
	"bytes"
	"encoding/csv"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
)

// benchstat reads our bench.txt and finds the same throughputs and, within the
// interval, the same gain.
func TestBenchstatAgrees(t *testing.T) {
	r, dir := sample(t), t.TempDir()
	if err := writeFile(dir, benchfmtFile, func(w io.Writer) error { return Benchfmt(w, r) }); err != nil {
		t.Fatal(err)
	}
	out := benchstat(t, "-format", "csv", "-filter", ".name:Capacity .unit:hits/s", "-col", "/target", filepath.Join(dir, benchfmtFile))
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
	base, candidate := parsed(t, all[i][1]), parsed(t, all[i][3])
	if got, want := base, r.Capacity.Throughput["cgi"].RPS; math.Abs(got/want-1) > 0.02 {
		t.Errorf("benchstat finds %v hits/s of cgi, the table has %v", got, want)
	}
	if g := r.Capacity.Gain; candidate/base < g.Low || candidate/base > g.High {
		t.Errorf("benchstat finds a gain of %.3f, outside our interval of %.3f to %.3f", candidate/base, g.Low, g.High)
	}
}

// benchstat runs the tool that tools/go.mod pins.
func benchstat(t *testing.T, args ...string) []byte {
	t.Helper()
	tools := []string{"tool", "-modfile=" + filepath.Join("..", "tools", "go.mod"), "benchstat"}
	cmd := exec.Command("go", append(tools, args...)...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err == nil {
		return out
	}
	if os.Getenv("CLASSIBENCH_NO_SKIP") == "" && exec.Command("go", append(tools, "-h")...).Run() != nil {
		t.Skipf("no benchstat: go %v: %s", tools, stderr.String())
	}
	t.Fatalf("benchstat: %v\n%s", err, stderr.String())
	return nil
}

func parsed(t *testing.T, s string) float64 {
	t.Helper()
	x, err := strconv.ParseFloat(s, 64)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// The number at the end of a target's name is no GOMAXPROCS.
func TestBenchfmtKeepsNumbersOfTargets(t *testing.T) {
	r := sample(t)
	rename(r, "persistent", "php-8")
	for _, b := range append(capacityBenchmarks(r), replayBenchmarks(r)...) {
		_, parts := b.Name.Parts()
		if last := string(parts[len(parts)-1]); last != "/target=cgi" && last != "/target=php_8" {
			t.Fatalf("%s: its last part is %q", b.Name, last)
		}
	}
}
