package accesslog_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/classibench/classibench/scenarios/traffic/accesslog"
)

// A reading is a record with texts that can be compared.
type reading struct {
	At                                    string
	Whole                                 bool
	Client, Method, Target, Host, Ref, UA string
	Status                                int
	Bytes                                 int64
	Took                                  time.Duration
}

func read(r *accesslog.Record) reading {
	return reading{r.At.UTC().Format(time.RFC3339Nano), r.Whole, string(r.Client), string(r.Method), string(r.Target), string(r.Host), string(r.Referrer), string(r.UserAgent), r.Status, r.Bytes, r.Took}
}

const second = "2000-10-10T20:55:36Z"

func TestParse(t *testing.T) {
	for _, c := range []struct {
		name, format, line string
		want               reading
	}{
		{
			"common", "common", `127.0.0.1 - frank [10/Oct/2000:13:55:36 -0700] "GET /apache_pb.gif HTTP/1.0" 200 2326`,
			reading{At: second, Whole: true, Client: "127.0.0.1", Method: "GET", Target: "/apache_pb.gif", Status: 200, Bytes: 2326, Took: -1},
		},
		{
			"no size, IPv6, east of Greenwich", "common", `2001:db8::1 - - [11/Oct/2000:02:25:36 +0530] "HEAD /?q=a+b HTTP/1.1" 304 -`,
			reading{At: second, Whole: true, Client: "2001:db8::1", Method: "HEAD", Target: "/?q=a+b", Status: 304, Bytes: -1, Took: -1},
		},
		{
			"combined", "combined", `a - - [10/Oct/2000:20:55:36 +0000] "GET / HTTP/1.1" 200 5 "http://site.example/" "Agent (\"quoted\" \x41)"`,
			reading{At: second, Whole: true, Client: "a", Method: "GET", Target: "/", Status: 200, Bytes: 5, Ref: "http://site.example/", UA: `Agent ("quoted" A)`, Took: -1},
		},
		{
			"quotes that are not escaped", "combined", `a - - [10/Oct/2000:20:55:36 +0000] "GET /a"b HTTP/1.1" 200 5 "-" "an "agent""`,
			reading{At: second, Whole: true, Client: "a", Method: "GET", Target: `/a"b`, Status: 200, Bytes: 5, UA: `an "agent"`, Took: -1},
		},
		{
			"a host before it", "vhost_combined", `site.example:443 ::1 - - [10/Oct/2000:20:55:36 +0000] "GET / HTTP/2.0" 200 5 "-" "-"`,
			reading{At: second, Whole: true, Client: "::1", Method: "GET", Target: "/", Host: "site.example", Status: 200, Bytes: 5, Took: -1},
		},
		{
			"a connection without a request", "common", `a - - [10/Oct/2000:20:55:36 +0000] "-" 408 -`,
			reading{At: second, Whole: true, Client: "a", Status: 408, Bytes: -1, Took: -1},
		},
		{
			"TLS on a port without", "common", `a - - [10/Oct/2000:20:55:36 +0000] "\x16\x03\x01" 400 226`,
			reading{At: second, Whole: true, Client: "a", Status: 400, Bytes: 226, Took: -1},
		},
		{
			"a user with a blank", "common", `a - Frank A [10/Oct/2000:20:55:36 +0000] "GET / HTTP/1.1" 200 5`,
			reading{At: second, Whole: true, Client: "a", Method: "GET", Target: "/", Status: 200, Bytes: 5, Took: -1},
		},
		{
			"HTTP/0.9 and spaces", "common", `a - - [10/Oct/2000:20:55:36 +0000] "GET /a b" 200 1`,
			reading{At: second, Whole: true, Client: "a", Method: "GET", Target: "/a b", Status: 200, Bytes: 1, Took: -1},
		},
		{
			"LogFormat with microseconds", `%a %{X-Forwarded-For}i [%{%d/%b/%Y:%H:%M:%S}t.%{usec_frac}t %{%z}t] %m \"%U%q\" %>s %O %D`,
			`10.0.0.1 192.0.2.7,10.0.0.1 [10/Oct/2000:13:55:36.000250 -0700] GET "/ads?c=3" 200 17 1500`,
			reading{At: "2000-10-10T20:55:36.00025Z", Client: "10.0.0.1", Method: "GET", Target: "/ads?c=3", Status: 200, Bytes: 17, Took: 1500 * time.Microsecond},
		},
		{
			"times with blanks that are not in brackets", `%h %{%d/%b/%Y %H:%M:%S}t %{%z}t "%r"`, `a 10/Oct/2000 13:55:36 -0700 "GET / HTTP/1.1"`,
			reading{At: second, Whole: true, Client: "a", Method: "GET", Target: "/", Bytes: -1, Took: -1},
		},
		{
			"$time_local without brackets", `$remote_addr $time_local "$request"`, `a 10/Oct/2000:13:55:36 -0700 "GET / HTTP/1.1"`,
			reading{At: second, Whole: true, Client: "a", Method: "GET", Target: "/", Bytes: -1, Took: -1},
		},
		{
			"LogFormat behind a proxy, milliseconds since 1970", `%{X-Forwarded-For}i %{msec}t "%r" %>s`, `192.0.2.7, 10.0.0.1 971211336250 "GET / HTTP/1.1" 200`,
			reading{At: "2000-10-10T20:55:36.25Z", Client: "192.0.2.7", Method: "GET", Target: "/", Status: 200, Bytes: -1, Took: -1},
		},
		{
			"log_format", `$remote_addr [$time_iso8601] "$request" $status ${body_bytes_sent}b $request_time $host`,
			`::1 [2000-10-10T13:55:36-07:00] "GET / HTTP/1.1" 200 7b 0.250 site.example`,
			reading{At: second, Whole: true, Client: "::1", Method: "GET", Target: "/", Host: "site.example", Status: 200, Bytes: 7, Took: 250 * time.Millisecond},
		},
		{
			"log_format with milliseconds, method and query apart", `$msec $remote_addr $request_method $uri $args $status`, `971211336.500 a GET /ads c=3 200`,
			reading{At: "2000-10-10T20:55:36.5Z", Client: "a", Method: "GET", Target: "/ads?c=3", Status: 200, Bytes: -1, Took: -1},
		},
		{
			"milliseconds that happen to be none", `$msec $remote_addr "$request"`, `971211336.000 a "GET / HTTP/1.1"`,
			reading{At: second, Client: "a", Method: "GET", Target: "/", Bytes: -1, Took: -1},
		},
		{
			"Caddy", "json", `{"level":"info","ts":971211336.25,"logger":"http.log.access","request":{"remote_ip":"::1","client_ip":"192.0.2.7","proto":"HTTP/2.0","method":"GET","host":"site.example","uri":"/?q=\"x\"","headers":{"User-Agent":["Agent"],"Referer":["/"]}},"duration":0.5,"size":12,"status":200}`,
			reading{At: "2000-10-10T20:55:36.25Z", Client: "192.0.2.7", Method: "GET", Target: `/?q="x"`, Host: "site.example", Status: 200, Bytes: 12, Ref: "/", UA: "Agent", Took: 500 * time.Millisecond},
		},
		{
			"Traefik", "json", `{"ClientHost":"192.0.2.7","DownstreamContentSize":12,"DownstreamStatus":200,"Duration":1500,"RequestHost":"site.example","RequestMethod":"GET","RequestPath":"/ads","StartUTC":"2000-10-10T20:55:36.000000001Z","request_User-Agent":"Agent","time":"2000-10-10T20:55:37Z"}`,
			reading{At: "2000-10-10T20:55:36.000000001Z", Client: "192.0.2.7", Method: "GET", Target: "/ads", Host: "site.example", Status: 200, Bytes: 12, UA: "Agent", Took: 1500},
		},
		{
			"a name that two values have", "json", `{"ts":971211336.125,"request.method":"PUT","status":200,"request":{"method":"GET","uri":"/"}}`,
			reading{At: "2000-10-10T20:55:36.125Z", Method: "PUT", Target: "/", Status: 200, Bytes: -1, Took: -1},
		},
		{
			"nginx with escape=json", "json", `{"time_iso8601":"2000-10-10T20:55:36+00:00","msec":"971211336.125","remote_addr":"::1","request":"GET / HTTP/1.1","status":"200","body_bytes_sent":"12","request_time":"0.001","http_referrer":"","http_user_agent":"Agent"}`,
			reading{At: "2000-10-10T20:55:36.125Z", Client: "::1", Method: "GET", Target: "/", Status: 200, Bytes: 12, UA: "Agent", Took: time.Millisecond},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			f, err := accesslog.New(c.format)
			if err != nil {
				t.Fatal(err)
			}
			var r accesslog.Record
			if err := f.Parse([]byte(c.line), &r); err != nil {
				t.Fatalf("%s: %v", c.line, err)
			}
			if diff := cmp.Diff(c.want, read(&r)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", c.line, diff)
			}
		})
	}
}

func TestLinesThatDoNotFit(t *testing.T) {
	for _, c := range []struct{ name, format, line, want string }{
		{"empty", "common", ``, `column 1: the line ends too early`},
		{"cut off", "common", `a - - [10/Oct/2000:20:55:36 +0000] "GET / HTTP/1.1`, `there is no "\" " after "GET / HTTP/1.1"`},
		{"text after the end", "common", `a - - [10/Oct/2000:20:55:36 +0000] "GET / HTTP/1.1" 200 5 "-" "-"`, `%b: "5 \"-\" \"-\"" is no number`},
		{"a day that does not exist", "common", `a - - [31/Feb/2000:20:55:36 +0000] "GET / HTTP/1.1" 200 5`, `%t: "31/Feb/2000:20:55:36 +0000" is no time of this format`},
		{"a month that does not exist", "common", `a - - [10/Okt/2000:20:55:36 +0000] "GET / HTTP/1.1" 200 5`, `is no time of this format`},
		{"an hour that does not exist", "common", `a - - [10/Oct/2000:24:55:36 +0000] "GET / HTTP/1.1" 200 5`, `is no time of this format`},
		{"a zone that does not exist", "common", `a - - [10/Oct/2000:20:55:36 +9900] "GET / HTTP/1.1" 200 5`, `is no time of this format`},
		{"a status of words", "common", `a - - [10/Oct/2000:20:55:36 +0000] "GET / HTTP/1.1" OK 5`, `%>s: "OK" is no status code of three digits`},
		{"junk", "combined", "\x00\x01\xff\xfe\x80", `there is no " " after`},
		{"a megabyte", "common", strings.Repeat("x", 1<<20), `there is no " " after`},
		{"quotes without end", "combined", strings.Repeat(`" `, 5000), `[`},
		{"no JSON", "json", `{"ts":`, `it is no JSON: unexpected end`},
		{"no object", "json", `[1, 2]`, `it is no JSON object: "[1, 2]"`},
		{"no time", "json", `{"method":"GET"}`, `it has no time`},
		{"a year of another age", "common", `a - - [10/Oct/1000:20:55:36 +0000] "GET / HTTP/1.1" 200 5`, `its time is in the year 1000`},
		{"a time of words", "json", `{"ts":"noon"}`, `ts: "noon" is no time of this format`},
		{"a time beyond all", "json", `{"ts":1e300}`, `is no time of this format`},
	} {
		t.Run(c.name, func(t *testing.T) {
			f, err := accesslog.New(c.format)
			if err != nil {
				t.Fatal(err)
			}
			var r accesslog.Record
			err = f.Parse([]byte(c.line), &r)
			if err == nil || !strings.Contains(err.Error(), c.want) || len(err.Error()) > 200 {
				t.Errorf("%.80q: got error %v, want %q", c.line, err, c.want)
			}
		})
	}
}

func TestFormatsThatAreNone(t *testing.T) {
	for format, want := range map[string]string{
		"combine":          `"combine" is no format: give common,`,
		"%h%u":             `%h is followed by another field without text between them`,
		"%h %{fortnight}T": `%{fortnight}T has a unit other than s, ms and us`,
		"%h %{%Q}t":        `%Q of "%Q" is no conversion`,
		"%h %-":            `"%-" is no directive of LogFormat`,
		"$":                `has no field`,
	} {
		if _, err := accesslog.New(format); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got error %v, want %q", format, err, want)
		}
	}
}

func TestDetect(t *testing.T) {
	const common = `a - - [10/Oct/2000:20:55:36 +0000] "GET / HTTP/1.1" 200 5`
	for line, want := range map[string]string{
		common:                                   "common",
		common + ` "-" "-"`:                      "combined",
		common + ` "-" "-" "192.0.2.7"`:          "combined with more fields",
		common + ` "-" "-" 0.004 upstream=x`:     "combined with more fields",
		"site.example:80 " + common + ` "-" "-"`: "vhost_combined",
		"site.example " + common:                 "vhost_common",
		`{"ts":1,"method":"GET"}`:                "json",
		"not a log":                              "",
		"":                                       "",
	} {
		got := ""
		if f := accesslog.Detect([][]byte{[]byte("junk"), []byte(line)}); f != nil {
			got = f.Name
		}
		if got != want {
			t.Errorf("%q: got %q, want %q", line, got, want)
		}
	}
}

// No text makes the parsers fail in another way than with an error, and what is read is a part
// of the line.
func FuzzParse(f *testing.F) {
	formats := []string{"combined", "json", "$msec $remote_addr $uri $args", `[%{%d/%b/%Y:%T}t.%{usec_frac}t %{%z}t] "%r"`}
	for _, line := range []string{
		`a - - [10/Oct/2000:20:55:36 +0000] "GET / HTTP/1.1" 200 5 "-" "a \"b\" \x41"`,
		`{"ts":971211336.25,"request":{"method":"GET","headers":{"Referer":["/"]}},"status":200}`,
		"971211336.500 a /ads c=3", `[10/Oct/2000:13:55:36.000250 -0700] "GET / HTTP/1.1"`,
	} {
		f.Add(line)
	}
	f.Fuzz(func(t *testing.T, line string) {
		for _, format := range formats {
			parser, err := accesslog.New(format)
			if err != nil {
				t.Fatal(err)
			}
			var r accesslog.Record
			if parser.Parse([]byte(line), &r) == nil && r.At.IsZero() {
				t.Errorf("%s: %q was read without a time", format, line)
			}
		}
	})
}

// FuzzFormat reads any format and any line with it: what has a time was read with a format
// that has one, and a format that is found for lines reads one of them.
func FuzzFormat(f *testing.F) {
	for _, format := range []string{"combined", "common", "vhost_combined", "json", "$msec $remote_addr $uri", `[%{%d/%b/%Y:%T}t.%{usec_frac}t %{%z}t] "%r"`, `%h %l %<u [%t] "%{Referer}i" %>s %!200b`, "${host}$x", "%%%{", "%{%Q}t"} {
		f.Add(format, `a - - [10/Oct/2000:20:55:36 +0000] "GET / HTTP/1.1" 200 5 "-" "a"`)
		f.Add(format, `{"ts":971211336.25,"request":{"method":"GET","uri":"/"}}`)
		f.Add(format, `a - - [10/Oct/2000:20:55:36 +0000] "GET / HTTP/1.1" 200 5`+"\r\n")
	}
	f.Fuzz(func(t *testing.T, format, line string) {
		parser, err := accesslog.New(format)
		var r accesslog.Record
		if err == nil && parser.Parse([]byte(line), &r) == nil && r.At.IsZero() {
			t.Errorf("%q: %q was read without a time", format, line)
		}
		text := strings.TrimRight(line, "\r\n") // Parse reads a line without its end
		if found := accesslog.Detect([][]byte{[]byte(line)}); found != nil && found.Parse([]byte(text), &accesslog.Record{}) != nil {
			t.Errorf("%q is found to be %s, which does not read it", line, found.Name)
		}
	})
}

func BenchmarkParse(b *testing.B) {
	f, err := accesslog.New("combined")
	if err != nil {
		b.Fatal(err)
	}
	line := []byte(`192.0.2.7 - - [17/May/2015:10:05:03 +0000] "GET /ads/1234/photos/large.png?from=search HTTP/1.1" 200 203023 "http://site.example/search?q=bicycle&max=200" "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/32.0.1700.77 Safari/537.36"`)
	var r accesslog.Record
	b.SetBytes(int64(len(line)))
	b.ReportAllocs()
	for b.Loop() {
		if err := f.Parse(line, &r); err != nil {
			b.Fatal(err)
		}
	}
}
