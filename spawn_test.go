package classibench_test

import (
	"bytes"
	"math/rand/v2"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

// A program answers one CGI request with "ok".
type program struct {
	name, path string
	took, cpu  time.Duration // of all requests, from spawn to exit
	ratios     []float64     // of the CPU time of a round to the first program's
}

// spawn runs a program once, and returns its CPU time.
func (p *program) spawn(tb testing.TB) time.Duration {
	tb.Helper()
	var out bytes.Buffer
	cmd := exec.Command(p.path)
	cmd.Stdout = &out
	cmd.Env = []string{"GATEWAY_INTERFACE=CGI/1.1", "REQUEST_METHOD=GET", "SERVER_PROTOCOL=HTTP/1.1", "HTTP_HOST=localhost", "REQUEST_URI=/"}
	began := time.Now()
	err := cmd.Run()
	p.took += time.Since(began)
	if err != nil || !bytes.HasSuffix(out.Bytes(), []byte("\r\n\r\nok")) {
		tb.Fatalf("%s: %v\n%q", p.name, err, out.Bytes())
	}
	used := cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	p.cpu += used
	return used
}

// BenchmarkSpawn starts the same handler behind net/http/cgi, cgi.Serve and
// Serve, one after another in an order that is drawn for each round, from spawn
// to exit. The throughput of the last two as a share of net/http/cgi's: by the
// CPU time of all rounds, and by the median of the rounds' ratios.
func BenchmarkSpawn(b *testing.B) {
	for name, flags := range map[string][]string{
		"dynamic": nil,
		"static":  {"-tags", "netgo osusergo", "-ldflags", "-s -w"},
	} {
		b.Run(name, func(b *testing.B) { spawnInTurn(b, flags) })
	}
}

func spawnInTurn(b *testing.B, flags []string) {
	var all []*program
	for _, name := range []string{"nethttp", "script", "door"} {
		p := &program{name: name, path: filepath.Join(b.TempDir(), name)}
		args := append(append([]string{"build", "-o", p.path}, flags...), "./testdata/spawn/"+name)
		if out, err := exec.Command("go", args...).CombinedOutput(); err != nil {
			b.Fatalf("go %q: %v\n%s", args, err, out)
		}
		all = append(all, p)
	}
	rounds := 0
	for b.Loop() {
		rounds++
		var used [3]time.Duration
		for _, i := range rand.Perm(len(all)) {
			used[i] = all[i].spawn(b)
		}
		for i, p := range all {
			p.ratios = append(p.ratios, used[0].Seconds()/used[i].Seconds())
		}
	}
	for _, p := range all {
		b.ReportMetric(p.took.Seconds()*1e3/float64(rounds), "ms/"+p.name)
		b.ReportMetric(p.cpu.Seconds()*1e3/float64(rounds), "cpu-ms/"+p.name)
	}
	for _, p := range all[1:] {
		slices.Sort(p.ratios)
		b.ReportMetric(all[0].cpu.Seconds()/p.cpu.Seconds(), "times-"+p.name)
		b.ReportMetric(p.ratios[len(p.ratios)/2], "median-"+p.name)
		b.ReportMetric(all[0].took.Seconds()/p.took.Seconds(), "wall-"+p.name)
	}
}
