package logs_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"github.com/classibench/classibench/scenarios/traffic/logs"
	"github.com/classibench/classibench/scenarios/traffic/trace"
)

// line is a line of a log in the Combined Log Format.
func line(second int, client, request, rest string) string {
	at := time.Date(2026, 3, 14, 9, 0, 0, 0, time.UTC).Add(time.Duration(second) * time.Second)
	return fmt.Sprintf("%s - - [%s] \"%s HTTP/1.1\" 200 12 %s\n", client, at.Format("02/Jan/2006:15:04:05 -0700"), request, rest)
}

func get(second int, path string) string {
	return line(second, "192.0.2.7", "GET "+path, `"-" "Agent"`)
}

// save writes a file and returns its path.
func save(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// imported imports logs and returns the hits. After an error, nothing may be left.
func imported(t *testing.T, o logs.Options, paths ...string) ([]trace.Hit, *logs.Summary, error) {
	t.Helper()
	out := filepath.Join(t.TempDir(), "traffic.zst")
	sum, err := logs.Import(t.Context(), paths, out, o)
	left, readErr := os.ReadDir(filepath.Dir(out))
	if readErr != nil {
		t.Fatal(readErr)
	}
	if err != nil {
		if len(left) > 0 {
			t.Errorf("after the error %v, %v is left", err, left)
		}
		return nil, sum, err
	}
	if len(left) != 1 {
		t.Errorf("got the files %v, want one", left)
	}
	r, err := trace.Open(out)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	var hits []trace.Hit
	for h, err := range r.Hits() {
		if err != nil {
			t.Fatal(err)
		}
		hits = append(hits, *h)
	}
	if r.About.Hits != len(hits) {
		t.Errorf("the file has %d hits, and says %d", len(hits), r.About.Hits)
	}
	return hits, sum, nil
}

// urls returns the paths of hits.
func urls(hits []trace.Hit) (all []string) {
	for _, h := range hits {
		all = append(all, strings.TrimPrefix(h.URL, logs.DefaultBase))
	}
	return all
}

func TestImport(t *testing.T) {
	log := line(0, "2001:db8::1", "GET /?q=a b", `"http://site.example/" "Agent"`) + get(1, "/%zz#top") + "\r\n\n" + get(90, "/last")
	hits, sum, err := imported(t, logs.Options{Seed: 1}, save(t, "access.log", log))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := urls(hits), []string{"/?q=a%20b", "/%25zz%23top", "/last"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	first := hits[0]
	if first.Client != "2001:db8::1" || first.Status != 200 || first.Size != 12 || len(first.Header) != 2 || first.At < 0 || first.At >= time.Second {
		t.Errorf("got %+v", first)
	}
	if !sum.About.Spread || !sum.About.Start.Equal(time.Date(2026, 3, 14, 9, 0, 0, 0, time.UTC)) || sum.Lines != 3 || sum.Escaped != 2 {
		t.Errorf("got %+v", sum)
	}
	if at := hits[2].At; at < 90*time.Second || at >= 91*time.Second {
		t.Errorf("the last hit is due at %v, want 90 s to 91 s", at)
	}
}

// The start keeps the time zone of the log, so that times of the day are those of its lines.
func TestImportKeepsTheTimeZone(t *testing.T) {
	for name, tc := range map[string]struct{ format, lines, want string }{
		"Common":        {"", `a - - [10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.1" 200 5`, "2000-10-10T13:55:36-07:00"},
		"its first":     {"", `a - - [10/Oct/2000:13:55:36 +0530] "GET / HTTP/1.1" 200 5` + "\n" + `a - - [10/Oct/2000:13:55:37 +0200] "GET / HTTP/1.1" 200 5`, "2000-10-10T13:55:36+05:30"},
		"apart":         {`%h %{%Y-%m-%d %H:%M:%S}t %{%z}t "%r" %>s`, `a 2000-10-10 13:55:36 -0700 "GET / HTTP/1.1" 200`, "2000-10-10T13:55:36-07:00"},
		"ISO 8601":      {`$time_iso8601 $remote_addr "$request" $status`, `2000-10-10T13:55:36+02:00 192.0.2.7 "GET / HTTP/1.1" 200`, "2000-10-10T13:55:36+02:00"},
		"none is known": {`$msec $remote_addr "$request" $status`, `971211336.5 192.0.2.7 "GET / HTTP/1.1" 200`, "2000-10-10T20:55:36Z"},
	} {
		_, sum, err := imported(t, logs.Options{Format: tc.format, Seed: 1}, save(t, "access.log", tc.lines+"\n"))
		if err != nil {
			t.Errorf("%s: %v", name, err)
		} else if got := sum.About.Start.Format(time.RFC3339); got != tc.want {
			t.Errorf("%s: the traffic starts at %s, want %s", name, got, tc.want)
		}
	}
}

// The hits of a second stay in the order of the log, and the same seed gives the same times.
func TestHitsOfASecondAreSpread(t *testing.T) {
	var log strings.Builder
	for i := range 1000 {
		log.WriteString(get(i/500, fmt.Sprintf("/%d", i)))
	}
	path := save(t, "access.log", log.String())
	hits, _, err := imported(t, logs.Options{Seed: 1}, path)
	if err != nil {
		t.Fatal(err)
	}
	for i, h := range hits {
		if h.URL != fmt.Sprintf("%s/%d", logs.DefaultBase, i) || h.At/time.Second != time.Duration(i/500) {
			t.Fatalf("hit %d: got %s at %v", i, h.URL, h.At)
		}
	}
	// The median of 500 uniform times has a standard deviation of 22 ms.
	if median := hits[250].At; median < 400*time.Millisecond || median > 600*time.Millisecond {
		t.Errorf("the median of a second is %v", median)
	}
	again, _, _ := imported(t, logs.Options{Seed: 1}, path)
	other, _, _ := imported(t, logs.Options{Seed: 2}, path)
	if !cmp.Equal(hits, again) || cmp.Equal(hits, other) {
		t.Error("the times do not follow from the seed")
	}
}

func TestFineTimesAreNotSpread(t *testing.T) {
	log := "971211336.250 a \"GET /2 HTTP/1.1\"\n971211336.000 a \"GET /1 HTTP/1.1\"\n971211337.000001 a \"GET /3 HTTP/1.1\"\n"
	hits, sum, err := imported(t, logs.Options{Format: `$msec $remote_addr "$request"`}, save(t, "access.log", log))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, h := range hits {
		got = append(got, h.URL[len(logs.DefaultBase):]+" "+h.At.String())
	}
	if want := []string{"/1 0s", "/2 250ms", "/3 1.000001s"}; !slices.Equal(got, want) || sum.About.Spread {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestRotatedLogsAreReadInTheirOrder(t *testing.T) {
	zipped := func(text string, w interface {
		Write([]byte) (int, error)
		Close() error
	}) {
		_, _ = w.Write([]byte(text))
		_ = w.Close()
	}
	var old, older bytes.Buffer
	zipped(get(100, "/2"), gzip.NewWriter(&old))
	z, err := zstd.NewWriter(&older)
	if err != nil {
		t.Fatal(err)
	}
	zipped(get(0, "/1"), z)
	now := save(t, "access.log", get(200, "/3"))
	hits, sum, err := imported(t, logs.Options{Stdin: strings.NewReader(get(300, "/4"))}, "-", now, save(t, "access.log.1", ""), save(t, "access.log.2.gz", old.String()), save(t, "access.log.3.zst", older.String()))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := urls(hits), []string{"/1", "/2", "/3", "/4"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if sum.Back.Lines > 0 {
		t.Errorf("lines are out of order: %+v", sum.Back)
	}
}

func TestRequestsThatAreLeftOut(t *testing.T) {
	log := get(0, "/") + line(0, "a", "POST /ads", `"-" "-"`) + line(0, "a", "GET http://other.example/", `"-" "-"`) +
		line(0, "a", "GET http://127.0.0.1/own", `"-" "-"`) + line(0, "a", "OPTIONS *", `"-" "-"`) + line(0, "a", "CONNECT other.example:443", `"-" "-"`) +
		get(0, "/static/logo.png") + strings.Replace(get(0, "/"), "GET / HTTP/1.1", "-", 1)
	hits, sum, err := imported(t, logs.Options{Exclude: []*regexp.Regexp{regexp.MustCompile("^/static/")}}, save(t, "access.log", log))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := urls(hits), []string{"/", "/own"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	want := map[logs.Reason]int{logs.Unsafe: 2, logs.Proxied: 1, logs.NoPath: 1, logs.Filtered: 1, logs.NoRequest: 1}
	if diff := cmp.Diff(want, sum.Left); diff != "" {
		t.Errorf("left out (-want +got):\n%s", diff)
	}
	if got := strings.Join(sum.Notes(), "\n"); !strings.Contains(got, "left out: 2 requests with methods that may change data (CONNECT 1, POST 1)") {
		t.Errorf("got the notes %s", got)
	}
}

// A log may name a method and no path, or an empty one.
func TestRequestsWithoutAPathAreLeftOut(t *testing.T) {
	for name, request := range map[string]string{
		"no address": ``, "an empty one": `,"uri":""`, "a dash": `,"uri":"-"`, "null": `,"uri":null`, "a query": `,"uri":"?a=b"`, "only a query": `,"uri":"","query":"a=b"`, "a scheme": `,"uri":"://"`,
	} {
		t.Run(name, func(t *testing.T) {
			whole := `{"ts":971211336.25,"request":{"method":"GET","host":"a","uri":"/whole"}}` + "\n"
			log := strings.Repeat(whole, 3) + `{"ts":971211336.25,"request":{"method":"GET","host":"a"` + request + `}}` + "\n"
			hits, sum, err := imported(t, logs.Options{Unreadable: 1}, save(t, "access.log", log))
			if err != nil || len(hits) != 3 {
				t.Fatalf("got %q, %v; want the 3 whole ones", urls(hits), err)
			}
			if left := sum.Left[logs.NoPath] + sum.Left[logs.Proxied]; left+sum.Unreadable != 1 {
				t.Errorf("got %v left out and %d unreadable, want one of them", sum.Left, sum.Unreadable)
			}
		})
	}
}

func TestPathsAreMapped(t *testing.T) {
	r, err := logs.ParseRewrite(`^/new/([a-z]*)\?id\==/$1/`)
	if err != nil {
		t.Fatal(err)
	}
	o := logs.Options{Rewrite: []logs.Rewrite{r}, Include: []*regexp.Regexp{regexp.MustCompile("^/new/")}, Base: "http://127.0.0.1:8080/"}
	hits, _, err := imported(t, o, save(t, "access.log", get(0, "/new/ads?id=7")+get(0, "/old")))
	if err != nil {
		t.Fatal(err)
	}
	if len(hits) != 1 || hits[0].URL != "http://127.0.0.1:8080/ads/7" {
		t.Errorf("got %+v", hits)
	}
}

func TestAnonymize(t *testing.T) {
	log := line(0, "192.0.2.7", "GET /s?q=Ann&empty=&192.0.2.7", `"http://site.example/secret" "Agent"`) + line(1, "192.0.2.7", "GET /s?q=Ann", `"-" "-"`) + line(2, "192.0.2.8", "GET /", `"-" "-"`)
	path := save(t, "access.log", log)
	for _, words := range [][]string{{"all"}, {"all=drop"}} {
		a, err := logs.ParseAnonymize(words)
		if err != nil {
			t.Fatal(err)
		}
		hits, _, err := imported(t, logs.Options{Anonymize: a}, path)
		if err != nil {
			t.Fatal(err)
		}
		for _, secret := range []string{"192.0.2", "Ann", "secret", " Agent}"} {
			if strings.Contains(fmt.Sprint(hits), secret) {
				t.Errorf("%s: %q is left in %v", words, secret, hits)
			}
		}
		if hits[0].Client != hits[1].Client || words[0] == "all" && hits[0].Client == hits[2].Client {
			t.Errorf("%s: the clients are %q, %q and %q", words, hits[0].Client, hits[1].Client, hits[2].Client)
		}
		if !strings.Contains(hits[0].URL, "/s?q=") || !strings.Contains(hits[0].URL, "&empty=&") {
			t.Errorf("%s: the names of the query are lost: %s", words, hits[0].URL)
		}
	}
	if _, err := logs.ParseAnonymize([]string{"client"}); err == nil {
		t.Error("a part that does not exist was accepted")
	}
}

func TestLogsThatCannotBeImported(t *testing.T) {
	var zipped bytes.Buffer
	z := gzip.NewWriter(&zipped)
	for i := range 5000 {
		_, _ = z.Write([]byte(line(i, fmt.Sprint("c", i*i%977), fmt.Sprintf("GET /%d", i*7919%10007), `"-" "-"`)))
	}
	_ = z.Close()
	var twice, zstdWithin bytes.Buffer
	for _, c := range []struct {
		to   *bytes.Buffer
		text string
	}{{&twice, zipped.String()}, {&zstdWithin, "\x28\xb5\x2f\xfd" + get(0, "/")}} {
		z := gzip.NewWriter(c.to)
		_, _ = z.Write([]byte(c.text))
		_ = z.Close()
	}
	const common = `a - - [14/Mar/2026:09:00:00 +0000] "GET / HTTP/1.1" 200 5` + "\n"
	utf16 := "\xff\xfe" + strings.ReplaceAll(get(0, "/"), "", "\x00")[1:]
	for _, c := range []struct {
		name, text, want string
		o                logs.Options
	}{
		{"empty", "", "the log is empty", logs.Options{}},
		{"blank", "\n\n", "the log is empty", logs.Options{}},
		{"UTF-16", utf16, "it is in UTF-16: convert it with iconv", logs.Options{}},
		{"UTF-16 without a mark", utf16[2:], "it is in UTF-16", logs.Options{}},
		{"UTF-16 of the other order", "\x00" + strings.TrimSuffix(utf16[2:], "\x00"), "it is in UTF-16", logs.Options{}},
		{"gzip within gzip", twice.String(), "access.log: it is compressed twice: unpack it once", logs.Options{}},
		{"zstd within gzip", zstdWithin.String(), "it is compressed twice", logs.Options{}},
		{"xz", "\xfd7zXZ\x00\x00\x04", "access.log: it is compressed in a format that is not read: unpack it first, with xz -d", logs.Options{}},
		{"bzip2", "BZh91AY&SY\x00", "unpack it first, with bzip2 -d", logs.Options{}},
		{"UTF-32", "\xff\xfe\x00\x00" + strings.ReplaceAll(get(0, "/"), "", "\x00\x00\x00")[3:], "it is in UTF-32: convert it with iconv", logs.Options{}},
		{"UTF-32 without a mark", strings.ReplaceAll(get(0, "/"), "", "\x00\x00\x00")[3:], "it is in UTF-32", logs.Options{}},
		{"UTF-32 of the other order", "\x00\x00\xfe\xff" + strings.ReplaceAll(get(0, "/"), "", "\x00\x00\x00"), "it is in UTF-32", logs.Options{}},
		{"UTF-32 of the other order without a mark", strings.ReplaceAll(get(0, "/"), "", "\x00\x00\x00"), "it is in UTF-32", logs.Options{}},
		{"NUL bytes", strings.Repeat("\x00", 100), "it begins with NUL bytes, as a log does that was truncated", logs.Options{}},
		{"NUL bytes before a log", strings.Repeat("\x00", 100_000) + get(0, "/"), "it begins with NUL bytes", logs.Options{}},
		{"junk", "\x00\x01\x02\xff\n", "the format is not recognized: as combined, the first line does not fit: column 1", logs.Options{}},
		{"no line fits the format", get(0, "/"), "no line of 1 can be read\n  ", logs.Options{Format: "common"}},
		{"mixed formats", strings.Repeat(get(0, "/"), 9) + common, "(10%) cannot be read, and 5% are allowed\n  ", logs.Options{Unreadable: 0.05}},
		{"mixed formats are named", strings.Repeat(get(0, "/"), 9) + common, ":10: it is in the format common, the file in combined", logs.Options{}},
		{"no request is left", get(0, "/"), "no request is left: 1 request with methods that were not asked for (GET 1)", logs.Options{Methods: []string{"POST"}}},
		{"cut off", zipped.String()[:zipped.Len()/2], "the compressed file is cut off after ", logs.Options{}},
		{"a bad sum", zipped.String()[:zipped.Len()-8] + "12345678", "the compressed file is damaged: gzip: invalid checksum after 5,000 lines", logs.Options{}},
		{"a format that is none", get(0, "/"), `"combine" is no format`, logs.Options{Format: "combine"}},
		{"a base with a path", get(0, "/"), `the base "http://127.0.0.1/app" is not the address of a server`, logs.Options{Base: "http://127.0.0.1/app"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, _, err := imported(t, c.o, save(t, "access.log", c.text)); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got error %v, want %q", err, c.want)
			}
		})
	}
	if _, sum, err := imported(t, logs.Options{CutOff: true}, save(t, "access.log.gz", zipped.String()[:zipped.Len()/2])); err != nil || len(sum.CutOff) != 1 {
		t.Errorf("allowed to be cut off: got %v", err)
	}
	if _, _, err := imported(t, logs.Options{}, t.TempDir()); err == nil || !strings.Contains(err.Error(), "is a directory") {
		t.Errorf("a directory: got %v", err)
	}
}

// A line of a megabyte is read, a longer one is named, and those around it are read.
func TestLongLines(t *testing.T) {
	megabyte := get(1, "/"+strings.Repeat("x", 1<<20-200))
	longer := get(2, "/"+strings.Repeat("x", 3<<20))
	hits, sum, err := imported(t, logs.Options{Unreadable: 1}, save(t, "access.log", get(0, "/1")+megabyte+longer+get(3, "/2")+longer+strings.TrimSuffix(get(4, "/3"), "\n")))
	if err != nil {
		t.Fatal(err)
	}
	if len(hits) != 4 || sum.Lines != 6 || sum.Unreadable != 2 || !strings.Contains(sum.Problems[0].String(), "access.log:3: it is longer than 1048576 bytes") {
		t.Errorf("got %d hits, %d lines, %d unreadable, %.200v", len(hits), sum.Lines, sum.Unreadable, sum.Problems)
	}
}

func TestInterruption(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	dir := t.TempDir()
	log := save(t, "access.log", strings.Repeat(get(0, "/"), 1<<17))
	_, err := logs.Import(ctx, []string{log}, filepath.Join(dir, "traffic.zst"), logs.Options{Progress: func(_, _ int) { cancel() }})
	left, readErr := os.ReadDir(dir)
	if !errors.Is(err, context.Canceled) || readErr != nil || len(left) > 0 {
		t.Errorf("got %v, and %v is left (%v)", err, left, readErr)
	}
}

// A pipe without a line does not keep an import from ending.
func TestInterruptionOfAPipe(t *testing.T) {
	for name, text := range map[string]string{"before the first line": "", "later": strings.Repeat(get(0, "/"), 1<<14)} {
		t.Run(name, func(t *testing.T) {
			r, w := io.Pipe()
			defer w.Close()
			ctx, cancel := context.WithCancel(t.Context())
			dir := t.TempDir()
			go func() {
				_, _ = w.Write([]byte(text)) // returns when all is read
				cancel()
			}()
			_, err := logs.Import(ctx, []string{"-"}, filepath.Join(dir, "traffic.zst"), logs.Options{Stdin: r})
			if left, readErr := os.ReadDir(dir); !errors.Is(err, context.Canceled) || readErr != nil || len(left) > 0 {
				t.Errorf("got %v, and %v is left (%v)", err, left, readErr)
			}
		})
	}
}

func BenchmarkImport(b *testing.B) {
	var log strings.Builder
	const lines = 100_000
	for i := range lines {
		log.WriteString(line(i/20, fmt.Sprintf("192.0.2.%d", i*i%251), fmt.Sprintf("GET /ads/%d?from=search", i*7919%10007), `"http://site.example/search?q=bicycle" "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36"`))
	}
	path := filepath.Join(b.TempDir(), "access.log")
	if err := os.WriteFile(path, []byte(log.String()), 0o600); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	b.SetBytes(int64(log.Len()))
	for b.Loop() {
		if _, err := logs.Import(b.Context(), []string{path}, filepath.Join(b.TempDir(), "traffic.zst"), logs.Options{}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(lines*b.N)/b.Elapsed().Seconds(), "lines/s")
}
