package load_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"runtime/debug"
	"strings"
	"testing"
	"time"

	"github.com/classibench/classibench/bench/histogram"
	"github.com/classibench/classibench/bench/load"
	"github.com/classibench/classibench/bench/usage"
	"github.com/classibench/classibench/scenarios"
)

// The server of the benchmarks is a separate process: this test binary again.
func TestMain(m *testing.M) {
	if os.Getenv("LOAD_TEST_SERVER") != "" {
		srv := httptest.NewServer(http.HandlerFunc(echo))
		os.Stdout.WriteString(srv.URL + "\n")
		os.Stdin.Read(make([]byte, 1)) // ends with its owner
		return
	}
	os.Exit(m.Run())
}

func server(b *testing.B) string {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "LOAD_TEST_SERVER=1")
	in, err := cmd.StdinPipe()
	if err != nil {
		b.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { in.Close(); cmd.Wait() })
	line := make([]byte, 64)
	n, err := out.Read(line)
	if err != nil {
		b.Fatal(err)
	}
	return strings.TrimSpace(string(line[:n]))
}

// BenchmarkSaturate measures how many hits a second the generator can send to a
// minimal server on the same machine.
func BenchmarkSaturate(b *testing.B) {
	c, err := load.NewClient(server(b), load.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer c.Close()
	r := requests(b, browse)
	var hits uint64
	var spent time.Duration
	b.ReportAllocs()
	used := usage.Self()
	for b.Loop() {
		block, err := c.Saturate(b.Context(), r, 0, 8, 0, 200*time.Millisecond)
		if err != nil || block.Errors > 0 {
			b.Fatal(err, block.Faults)
		}
		hits += block.Hits
		spent += block.Length
	}
	b.ReportMetric(float64(hits)/spent.Seconds(), "hits/s")
	b.ReportMetric(float64((usage.Self()-used).Microseconds())/float64(hits), "CPU-µs/hit")
}

// BenchmarkReplay measures how late recorded hits are sent to a minimal server on the same
// machine, at 2,000 a second with the distances of independent visitors, as clients with four
// requests each.
func BenchmarkReplay(b *testing.B) {
	c, err := load.NewClient(server(b), load.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer c.Close()
	const rate, length = 2000, 5 * time.Second
	r := &load.Record{Requests: []load.RecordedRequest{{Method: "GET", URI: "/"}}}
	arrivals := load.Poisson(1, []scenarios.Stage{{For: length, Rate: scenarios.Rate{Value: rate}}}, 0)
	for n := uint64(0); ; n++ {
		due, more := arrivals.At(n)
		if !more {
			break
		}
		r.Hits = append(r.Hits, load.RecordedHit{Due: due, Client: uint32(n%2500 + 1)})
	}
	all, err := load.NewRequests([]scenarios.Route{{Name: "home", Weight: 1, Method: "GET", Path: "/"}}, nil, nil, 1)
	if err != nil {
		b.Fatal(err)
	}
	traffic := load.Traffic{Arrivals: r, Requests: all.Recorded(r), ClientOf: r.ClientOf}
	defer debug.SetGCPercent(debug.SetGCPercent(400)) // as compare --traffic does
	lag := histogram.New()
	for b.Loop() {
		rec, err := c.Offer(b.Context(), traffic, nil)
		if err != nil || rec.Errors > 0 {
			b.Fatal(err, rec.Faults)
		}
		lag.Merge(rec.Lag)
	}
	b.ReportMetric(lag.Quantile(0.5).Seconds()*1e6, "p50-lag-µs")
	b.ReportMetric(lag.Quantile(0.99).Seconds()*1e6, "p99-lag-µs")
	b.ReportMetric(lag.Quantile(0.999).Seconds()*1e6, "p99.9-lag-µs")
}
