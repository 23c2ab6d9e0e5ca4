package traffic_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/classibench/classibench/scenarios/traffic"
)

func read(t *testing.T, name, text string) *traffic.List {
	t.Helper()
	l, err := traffic.Read(name, strings.NewReader(text), traffic.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// written lists requests in short: how often, method, path, type and body.
func written(l *traffic.List) (all []string) {
	for _, r := range l.Requests {
		line := fmt.Sprintf("%d %s %s", r.Count, r.Method, r.Path)
		for _, f := range r.Header {
			line += fmt.Sprintf(" %s=%s", f.Name, f.Value)
		}
		if r.Body != "" {
			line += fmt.Sprintf(" %s %q", r.Type, r.Body)
		}
		all = append(all, line)
	}
	return all
}

func compare(t *testing.T, l *traffic.List, format traffic.Format, want []string, notes ...string) {
	t.Helper()
	if l.Format != format {
		t.Errorf("got format %q, want %q", l.Format, format)
	}
	if diff := cmp.Diff(want, written(l)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if diff := cmp.Diff(notes, l.Notes); diff != "" {
		t.Errorf("notes: -want +got:\n%s", diff)
	}
}

func TestPlainLists(t *testing.T) {
	l := read(t, "urls.txt", "\xef\xbb\xbf# the front page\r\n/\r\n\r\nhttp://Ads.example/ads?c=3#top\n  POST   /ads/7/flag\t\nHEAD https://ads.example:443?x=a\n/ö\nhttps://other.example/logo.png\n/\nhttp://ads.example:8080/")
	compare(t, l, traffic.Plain,
		[]string{"2 GET /", "1 GET /ads?c=3", "1 POST /ads/7/flag", "1 HEAD /?x=a", "1 GET /%C3%B6"},
		"left out: 2 requests to other hosts than ads.example (ads.example:8080 1, other.example 1)")
	if l.Total != 6 {
		t.Errorf("got %d requests, want 6", l.Total)
	}
}

// A request to the host and one without a host are the same.
func TestPathsAndAddressesAreAlike(t *testing.T) {
	compare(t, read(t, "urls.txt", "/x\nhttp://a.example/x\n/y\nhttp://a.example/x#top\n"), traffic.Plain, []string{"3 GET /x", "1 GET /y"})
}

// A picture that a visitor uploaded is no reason to refuse the rest of a file.
func TestBinaryBodiesAreLeftOut(t *testing.T) {
	l := read(t, "a.har", `{"log":{"entries":[{"request":{"method":"POST","url":"http://a/","postData":{"mimeType":"image/png","encoding":"base64","text":"/wA="}}},{"request":{"method":"GET","url":"http://a/"}}]}}`)
	compare(t, l, traffic.HAR, []string{"1 GET /"}, "left out: 1 request with a body that is no text in UTF-8, which a scenario cannot hold")
}

func TestTheHostIsTheOneWithMostRequests(t *testing.T) {
	const text = "http://a.example/\nhttp://b.example/1\nhttp://b.example/2\n"
	compare(t, read(t, "urls.txt", text), traffic.Plain, []string{"1 GET /1", "1 GET /2"}, "left out: 1 request to other hosts than b.example (a.example 1)")
	l, err := traffic.Read("urls.txt", strings.NewReader(text), traffic.Options{Host: "A.example"})
	if err != nil {
		t.Fatal(err)
	}
	compare(t, l, traffic.Plain, []string{"1 GET /"}, "left out: 2 requests to other hosts than a.example (b.example 2)")
}

func TestVegetaHTTP(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "body.json"), []byte(`{"a":{"b":1}}`), 0o600); err != nil {
		t.Fatal(err)
	}
	l := read(t, filepath.Join(dir, "targets.txt"), "# targets\r\nGET http://goku:9090/path?q=1\r\nX-Account-ID: 8675309\r\n\r\nPOST http://goku:9090/things\nContent-Type: application/json\nConnection: close\n@body.json\nDELETE http://goku:9090/path\nPATCH http://goku:9090/x\n@body.json")
	compare(t, l, traffic.VegetaHTTP, []string{
		"1 GET /path?q=1 X-Account-ID=8675309",
		`1 POST /things application/json "{\"a\":{\"b\":1}}"`,
		"1 DELETE /path",
		`1 PATCH /x application/octet-stream "{\"a\":{\"b\":1}}"`,
	}, "left out: fields of 1 request that describe the connection or the length of the body",
		"sent as application/octet-stream: the body of 1 request without a media type (RFC 9110 §8.3)")
}

// vegeta's reader takes a last line only if it ends.
func TestVegetaJSON(t *testing.T) {
	l := read(t, "targets.json", `{"method":"POST","url":"https://goku/1","header":{"Content-Type":["text/plain"],"B":["2","1"],"A":["3"]},"body":"Rk9P"}`+"\n\n"+`{"method":"GET","url":"https://goku/2"}`)
	compare(t, l, traffic.VegetaJSON, []string{`1 POST /1 A=3 B=2 B=1 text/plain "FOO"`, "1 GET /2"})
}

func TestHARFiles(t *testing.T) {
	for name, c := range map[string]struct{ want, notes []string }{
		"testdata/chromium.har": {
			[]string{
				"1 GET /ads?c=3 Accept=text/html,*/*;q=0.8 Accept-Language=en-GB,en;q=0.9",
				`1 POST /ads/7/reply X-Requested-With=XMLHttpRequest application/x-www-form-urlencoded "name=A+visitor&message=Hi%21"`,
				"1 GET /ads?c=3 accept=text/html",
			},
			[]string{
				"left out: 1 request to other hosts than ads.example (fonts.example 1)",
				"left out: 1 request to no HTTP server (data:, ws: and similar)",
				"left out: 1 request that the browser answered from its cache",
				"left out: the fields Cookie and Authorization of 1 request, which belong to the visitor who saved the file; add a field of your own if the pages need it",
			},
		},
		"testdata/firefox.har": {
			[]string{
				`1 POST /ads Accept=text/html multipart/form-data; boundary=----geckoformboundary1f "------geckoformboundary1f\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\nBicycle, „nearly new“\r\n------geckoformboundary1f--\r\n"`,
				`1 POST /api X-CSRF=1 application/json "{\"id\":{\"a\":1}}"`,
			},
			[]string{
				"left out: 1 request to other hosts than www.ads.example (cdn.example 1)",
				"left out: 1 request with a method that a scenario does not have",
				"left out: the fields Cookie and Authorization of 1 request, which belong to the visitor who saved the file; add a field of your own if the pages need it",
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			l, err := traffic.Load(name, traffic.Options{})
			if err != nil {
				t.Fatal(err)
			}
			compare(t, l, traffic.HAR, c.want, c.notes...)
		})
	}
}

// Tools other than browsers list parameters in place of a text, or encode it.
func TestPostDataOfOtherTools(t *testing.T) {
	post := func(data string) string {
		return `{"log":{"entries":[{"request":{"method":"POST","url":"http://a.example/","headers":[{"name":"content-type","value":"multipart/form-data; boundary=cut"}],"postData":` + data + `}}]}}`
	}
	for data, want := range map[string]string{
		`{"mimeType":"application/x-www-form-urlencoded","params":[{"name":"a","value":"b c"},{"name":"d","value":"é"}]}`:         `1 POST / application/x-www-form-urlencoded "a=b+c&d=%C3%A9"`,
		`{"mimeType":"multipart/form-data","params":[{"name":"f\"","fileName":"x.txt","contentType":"text/plain","value":"hi"}]}`: `1 POST / multipart/form-data; boundary=cut "--cut\r\nContent-Disposition: form-data; name=\"f%22\"; filename=\"x.txt\"\r\nContent-Type: text/plain\r\n\r\nhi\r\n--cut--\r\n"`,
		`{"mimeType":"text/plain","text":"aGk=","encoding":"base64"}`:                                                             `1 POST / text/plain "hi"`,
		`{"mimeType":"","text":"--cut--"}`: `1 POST / multipart/form-data; boundary=cut "--cut--"`,
		`null`:                             `1 POST /`,
	} {
		compare(t, read(t, "a.har", post(data)), traffic.HAR, []string{want})
	}
}

func TestMistakes(t *testing.T) {
	dir := t.TempDir()
	const har = `{"log":{"version":"1.2","entries":[{"request":{"method":"GET","url":"http://a.example/"}},`
	for name, c := range map[string]struct{ file, text, want string }{
		"empty":               {"a.txt", "", "a.txt: the file is empty: write one address a line, such as /ads?c=3"},
		"blank":               {"a.har", "\xef\xbb\xbf \r\n", "the file is empty"},
		"comments":            {"a.txt", "# nothing\n", "a.txt: it holds no request"},
		"binary":              {"a.txt", "\x7fELF\x02\x01\x00", "a.txt: byte 4 is 0x02, which stands in no text"},
		"binary later":        {"a.txt", "/\n/a\x00b\n", "byte 4 is 0x00"},
		"not UTF-8":           {"a.txt", "/caf\xe9\n", "byte 4 is 0xe9"},
		"far below":           {"a.txt", strings.Repeat("/\n", 40_000) + "/\x01\n", "a.txt:40001: byte 2 of the line is 0x01"},
		"gzip":                {"a.har", "\x1f\x8b\x08", "a.har: the file is compressed: unpack it with gunzip first"},
		"xz":                  {"a.har", "\xfd7zXZ\x00", "unpack it with xz -d first"},
		"zip":                 {"a.har", "PK\x03\x04", "is a zip archive"},
		"UTF-32":              {"a.txt", "\xff\xfe\x00\x00/\x00\x00\x00", "iconv -f utf-32"},
		"UTF-16":              {"a.txt", "\xff\xfe/\x00", "iconv -f utf-16"},
		"a page":              {"a.txt", "<!DOCTYPE html>\n<p>", `the file begins with "<!DOCTYPE html>"`},
		"no slash":            {"a.txt", "/\n\nads?c=3\n", `a.txt:3: "ads?c=3" is not an address, or a method and an address`},
		"no address":          {"a.txt", "GET ads\n", `a.txt:1: "ads" is neither a path that begins with / nor an http:// or https:// address`},
		"another scheme":      {"a.txt", "ftp://a/b\n", `a.txt:1: "ftp://a/b" is neither`},
		"no host":             {"a.txt", "http:///x\n", "it names no host"},
		"bad port":            {"a.txt", "http://a:b/x\n", `a.txt:1: bad address "http://a:b": invalid port`},
		"method":              {"a.txt", "/\nFETCH /a\n", `a.txt:2: unknown method "FETCH"; known are: GET, HEAD`},
		"too many words":      {"a.txt", "GET /a HTTP/1.1\n", "a space in an address is %20"},
		"10 MB line":          {"a.txt", "/\n/" + strings.Repeat("a", 10<<20), "a.txt:2: the line is longer than 65535 bytes"},
		"header far below":    {"a.txt", strings.Repeat("/\n", 40_000) + "Accept: x\n", "a.txt:40001: "},
		"vegeta method":       {"a.txt", "GET http://a/\nA: b\n\nget http://a/\n", "a.txt:4: bad method: get"},
		"vegeta URL":          {"a.txt", "GET /a\nA: b\n\nGET a\n", "a.txt:4: bad URL: a"},
		"vegeta header":       {"a.txt", "GET /a\nA: b\n:c\n", "a.txt:3: bad header: :c"},
		"vegeta file":         {filepath.Join(dir, "a.txt"), "POST /a\nA: b\n@none.json\n", "open " + dir + "/none.json: no such file"},
		"vegeta device":       {"a.txt", "POST /a\nA: b\n@/dev/zero\n", "a.txt:3: the body /dev/zero is no file"},
		"vegeta JSON header":  {"a.json", `{"method":"GET","url":"/a","header":{"A":["b\r\nC: d"]}}`, `a.json:1: the value "b\r\nC: d" of the header field A holds a control character`},
		"no scheme":           {"a.txt", "localhost:8080/x\nlocalhost:8080/y\n", `a.txt:1: "localhost:8080/x" is neither a path that begins with /`},
		"a space":             {"a.txt", "/a b\n", `a.txt:1: "/a b" is not an address, or a method and an address: write /ads?c=3, or POST /ads; a space in an address is %20`},
		"HAR twice":           {"a.har", `{"log":{"entries":[{"request":{"method":"GET","url":"http://a/"}}]}} {}`, "a.har: at about byte 70: more stands behind the end of the HAR file"},
		"HAR header":          {"a.har", `{"log":{"entries":[{"request":{"method":"GET","url":"http://a/","headers":[{"name":"A","value":"b\nc"}]}}]}}`, "of the header field A holds a control character"},
		"vegeta 10 MB line":   {"a.txt", "GET /a\nA: b\nB: " + strings.Repeat("b", 10<<20), "a.txt:3: the line is longer than 65535 bytes"},
		"vegeta GET body":     {filepath.Join(dir, "b.txt"), "GET /a\n@" + "body\n", "b.txt:2: GET with a body: HTTP gives it no meaning"},
		"vegeta JSON":         {"a.json", "{\"method\":\"GET\",\"url\":\"/a\"}\n{\"method\":\"GET\",\"url\":\n", "a.json:2: the line ends in the middle of a target"},
		"vegeta JSON no URL":  {"a.json", "{\"method\":\"GET\",\"url\":\"/a\"}\n{\"method\":\"GET\"}\n", "a.json:2: target: required url is missing"},
		"vegeta JSON bytes":   {"a.json", `{"method":"POST","url":"/a","body":"/w=="}`, "a.json:1: the body is no text in UTF-8"},
		"vegeta JSON line":    {"a.json", `{"method":"GET","url":"/a","body":"` + strings.Repeat("a", 17<<20), "a.json:1: the line is longer than 16777216 bytes"},
		"HAR cut off":         {"a.har", har + `{"request":{"meth`, fmt.Sprintf("a.har: entry 2: the file ends after %d bytes, in the middle: save it again", len(har)+17)},
		"HAR cut between":     {"a.har", har, "the file ends after"},
		"HAR without end":     {"a.har", har[:len(har)-1] + "]", "a.har: the file ends after"},
		"HAR broken":          {"a.har", har + `{"request":nix}]}}`, fmt.Sprintf("a.har: entry 2: at about byte %d: invalid character 'i' in literal null", len(har))},
		"HAR of another type": {"a.har", har + `{"request":7}]}}`, "a.har: entry 2: at about byte"},
		"HAR without URL":     {"a.har", har + `{"request":{}}]}}`, "the entry has no request.url"},
		"HAR without log":     {"a.har", `{"a":[{}],"b":{}}`, "a.har: no HAR file: it has no log.entries"},
		"HAR list":            {"a.har", `[]`, "no HAR file: [ stands where { should"},
		"HAR no entries":      {"a.har", `{"log":{"version":"1.2"}}`, "it has no log.entries"},
		"HAR empty entries":   {"a.har", `{"log":{"entries":[]}}`, "a.har: it holds no request"},
		"HAR null entries":    {"a.har", `{"log":{"entries":null}}`, "no HAR file: <nil> stands where [ should"},
		"HAR all left out":    {"a.har", `{"log":{"entries":[{"request":{"method":"GET","url":"data:,x"}}]}}`, "it holds no request that can be sent: left out: 1 request to no HTTP server"},
		"HAR bad URL":         {"a.har", `{"log":{"entries":[{"request":{"method":"GET","url":"http://"}}]}}`, "a.har: entry 1: at about byte"},
		"HAR deep":            {"a.har", `{"log":` + strings.Repeat("[", 20_000), "more than 10000 arrays and objects"},
		"HAR long request":    {"a.har", `{"log":{"entries":[{"request":{"url":"` + strings.Repeat("a", 17<<20), "a text of a request is longer than 16 MiB"},
	} {
		t.Run(name, func(t *testing.T) {
			if err := os.WriteFile(filepath.Join(dir, "body"), []byte("x"), 0o600); err != nil {
				t.Fatal(err)
			}
			_, err := traffic.Read(c.file, strings.NewReader(c.text), traffic.Options{})
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %s", err, c.want)
			}
		})
	}
}

func TestOptions(t *testing.T) {
	if _, err := traffic.Read("a.txt", strings.NewReader("http://a.example/\n"), traffic.Options{Host: "b"}); err == nil || !strings.Contains(err.Error(), `no request is for the host "b"; there are: a.example`) {
		t.Errorf("got %v", err)
	}
	for _, name := range append(traffic.Formats(), "") {
		if f, err := traffic.ParseFormat(name); err != nil || string(f) != name {
			t.Errorf("%q: got %q, %v", name, f, err)
		}
	}
	if _, err := traffic.ParseFormat("curl"); err == nil {
		t.Error("curl was taken for a format")
	}
	// A given format overrides the detected one.
	l, err := traffic.Read("a.har", strings.NewReader("GET /\n"), traffic.Options{Format: traffic.VegetaHTTP})
	if err != nil || l.Format != traffic.VegetaHTTP || len(l.Requests) != 1 {
		t.Errorf("got %+v, %v", l, err)
	}
	if _, err := traffic.Read("a", strings.NewReader(" "), traffic.Options{Format: traffic.HAR}); err == nil || !strings.Contains(err.Error(), "the file is empty") {
		t.Errorf("got %v", err)
	}
	if _, err := traffic.Load(t.TempDir(), traffic.Options{}); err == nil || !strings.Contains(err.Error(), "is a directory") {
		t.Errorf("got %v", err)
	}
	if _, err := traffic.Load("none.har", traffic.Options{}); err == nil || !strings.Contains(err.Error(), "read the requests: open none.har: no such file") {
		t.Errorf("got %v", err)
	}
}
