package export_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	vegeta "github.com/tsenart/vegeta/v12/lib"

	"github.com/classibench/classibench/scenarios"
	"github.com/classibench/classibench/scenarios/traffic/export"
	"github.com/classibench/classibench/scenarios/traffic/trace"
)

var hits = []trace.Hit{
	{Client: "a", Method: "GET", URL: "http://127.0.0.1/ads?c=3", Header: []scenarios.Field{{Name: "Host", Value: "site.example"}, {Name: "User-Agent", Value: `"x"`}}, Status: 200, Size: 5},
	{At: 1500 * time.Millisecond, Method: "POST", URL: "http://127.0.0.1:8080/ads", Header: []scenarios.Field{{Name: "Content-Type", Value: "text/plain"}}, Body: []byte("hello"), Size: -1},
}

func reader(t *testing.T, hits []trace.Hit) *trace.Reader {
	t.Helper()
	var lines []byte
	for _, h := range hits {
		lines = trace.Append(lines, &h)
	}
	r, err := trace.New("traffic", bytes.NewReader(lines))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func exported(t *testing.T, tool string, hits []trace.Hit) string {
	t.Helper()
	var b strings.Builder
	if err := export.Write(t.Context(), &b, tool, reader(t, hits)); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestVegetaReadsItsTargets(t *testing.T) {
	text := exported(t, "vegeta", hits)
	next := vegeta.NewJSONTargeter(strings.NewReader(text), nil, nil)
	for _, h := range hits {
		var got vegeta.Target
		if err := next(&got); err != nil {
			t.Fatal(err)
		}
		if got.Method != h.Method || got.URL != h.URL || string(got.Body) != string(h.Body) || got.Header.Get(h.Header[0].Name) != h.Header[0].Value {
			t.Errorf("got %+v, want %+v", got, h)
		}
	}
	if strings.Contains(text, "client") || strings.Contains(text, "size") {
		t.Errorf("keys of ours are left: %s", text)
	}
}

// The requests of a GoReplay file are read as a server would.
func TestGoReplay(t *testing.T) {
	records := strings.Split(exported(t, "goreplay", hits), "\n🐵🙈🙉\n")
	if len(records) != 3 || records[2] != "" {
		t.Fatalf("got the records %q", records)
	}
	for i, want := range hits {
		begin, raw, _ := strings.Cut(records[i], "\n")
		var kind, at, latency int
		var id string
		if _, err := fmt.Sscan(begin, &kind, &id, &at, &latency); err != nil || kind != 1 || time.Duration(at) != want.At {
			t.Errorf("got %q (%v), want a request at %v", begin, err, want.At)
		}
		req, err := http.ReadRequest(bufio.NewReader(strings.NewReader(raw)))
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(req.Body)
		if err != nil || req.Method != want.Method || !strings.HasSuffix(want.URL, req.RequestURI) || string(body) != string(want.Body) {
			t.Errorf("got %s %s %q (%v), want %+v", req.Method, req.RequestURI, body, err, want)
		}
		if host := map[int]string{0: "site.example", 1: "127.0.0.1:8080"}[i]; req.Host != host {
			t.Errorf("got the host %s, want %s", req.Host, host)
		}
	}
}

func TestK6(t *testing.T) {
	got := exported(t, "k6", hits)
	for _, want := range []string{
		`{"method":"GET","url":"http://127.0.0.1/ads?c=3","headers":{"Host":"site.example","User-Agent":"\"x\""}},`,
		`"body":"aGVsbG8="},`, "timeUnit: '1s'", "{ target: 1, duration: '0s' }, { target: 1, duration: '1s' },", "requests[exec.scenario.iterationInTest]",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%s is missing in\n%s", want, got)
		}
	}
}

// Long traffic has longer steps, and loses no request.
func TestStepsOfK6(t *testing.T) {
	var all []trace.Hit
	for i := range 1000 {
		all = append(all, trace.Hit{At: time.Duration(i) * time.Second, Method: "GET", URL: "http://127.0.0.1/", Size: -1})
	}
	got := exported(t, "k6", all)
	if n := strings.Count(got, "{ target: 8, duration: '8s' }"); n != 125 || !strings.Contains(got, "timeUnit: '8s'") {
		t.Errorf("got %d steps of 8 requests in 8 s, want 125", n)
	}
}

func TestErrorsLeaveNothing(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "out")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	broken, err := trace.New("traffic", strings.NewReader(`{"at":0}`))
	if err != nil {
		t.Fatal(err)
	}
	for name, err := range map[string]error{
		"interrupted":  export.File(ctx, path, "vegeta", reader(t, hits)),
		"broken":       export.File(t.Context(), path, "vegeta", broken),
		"unknown tool": export.File(t.Context(), path, "wrk", reader(t, hits)),
	} {
		if left, readErr := os.ReadDir(dir); err == nil || readErr != nil || len(left) > 0 {
			t.Errorf("%s: got %v, and %v is left", name, err, left)
		}
	}
	if err := export.File(ctx, path, "vegeta", reader(t, hits)); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}
