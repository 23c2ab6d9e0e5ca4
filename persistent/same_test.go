//go:build unix

package persistent_test

import (
	"bytes"
	"io"
	"mime/multipart"
	"net"
	"net/http"
	"net/http/cgi"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/classibench/classibench/internal/classifieds/dataset"
	"github.com/classibench/classibench/internal/classifieds/pages"
)

// A request to the classifieds. A form with a photo is sent as multipart.
type request struct {
	name, method, path string
	header             http.Header
	form               url.Values
	photo              []byte
	status             int    // expected
	marker             string // expected in the body
}

var (
	fine    = url.Values{"category": {"bicycles"}, "title": {"A <b>tandem</b>"}, "body": {"Two people & one frame,\r\nlittle used."}, "price": {"1,250.50"}, "place": {"Old Town"}, "seller": {"Ann"}, "email": {"ann@example.org"}}
	hasty   = url.Values{"category": {"none"}, "title": {"A"}, "body": {"<script>alert(1)</script>"}, "price": {"much"}, "seller": {""}, "email": {"ann"}}
	message = url.Values{"name": {"Bob"}, "email": {"bob@example.org"}, "message": {"Is it still there?"}}
	pixel   = []byte("GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x00\x00\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;")
)

// table lists requests that all builds must answer alike. All reading requests
// share one copy of the data; each writing request gets a fresh copy.
var table = []request{
	{name: "home", path: "/", status: 200, marker: `class="home"`},
	{name: "head", method: "HEAD", path: "/", status: 200},
	{name: "category", path: "/c/bicycles", status: 200, marker: `class="category"`},
	{name: "older ads", path: "/c/bicycles?before=200", status: 200, marker: `class="category"`},
	{name: "no such category", path: "/c/none", status: 404, marker: "Not here"},
	{name: "ad", path: "/ads/33", status: 200, marker: `class="ad"`},
	{name: "ad with a photo", path: "/ads/10", status: 200, marker: `src="/photos/`},
	{name: "no such ad", path: "/ads/999999", status: 404, marker: "Not here"},
	{name: "no ad at all", path: "/ads/%2e%2e", status: 404, marker: "Not here"},
	{name: "photo", path: "/photos/1", status: 200, marker: "\xff\xd8\xff"},
	{name: "head of a photo", method: "HEAD", path: "/photos/1", status: 200},
	{name: "photo that the client has", path: "/photos/1", header: ifNoneMatch(photoTag), status: 304},
	{name: "photo that the client has, among others", method: "HEAD", path: "/photos/1", header: ifNoneMatch(`"other", W/` + photoTag), status: 304},
	{name: "photo that a proxy has", path: "/photos/1", header: ifNoneMatch("*"), status: 304},
	{name: "another photo than the client has", path: "/photos/1", header: ifNoneMatch(`"other"`), status: 200, marker: "\xff\xd8\xff"},
	{name: "part of a photo", path: "/photos/1", header: http.Header{"Range": {"bytes=0-2"}}, status: 206, marker: "\xff\xd8\xff"},
	{name: "end of a photo", path: "/photos/1", header: http.Header{"Range": {"bytes=-2"}}, status: 206, marker: "\xff\xd9"},
	{name: "part beyond a photo", path: "/photos/1", header: http.Header{"Range": {"bytes=9999999-"}}, status: 416},
	{name: "part of the same photo", path: "/photos/1", header: http.Header{"Range": {"bytes=0-2"}, "If-Range": {photoTag}}, status: 206, marker: "\xff\xd8\xff"},
	{name: "part of another photo", path: "/photos/1", header: http.Header{"Range": {"bytes=0-2"}, "If-Range": {`"other"`}}, status: 200, marker: "\xff\xd9"},
	{name: "stylesheet", path: pages.StylesheetPath, status: 200, marker: "body"},
	{name: "stylesheet that the client has", path: pages.StylesheetPath, header: ifNoneMatch(`"` + pages.StylesheetPath + `"`), status: 304},
	{name: "search", path: "/search?q=bike&max=300", status: 200, marker: `class="search"`},
	{name: "search for letters that need escapes", path: "/search?q=%3Cscript%3E+caf%C3%A9+%E6%9D%B1&min=1%2C0", status: 200, marker: "&lt;script&gt; café 東"},
	{name: "stylesheet that is not", path: "/site.00000000.css", status: 404, marker: "Not here"},
	{name: "form", path: "/post?category=cars", status: 200, marker: `value="cars" selected`},
	{name: "edit with a wrong key", path: "/ads/33/edit?key=123", status: 404, marker: "Not here"},
	{name: "path that needs cleaning", path: "//c/../post", status: 307},
	{name: "other method", method: "DELETE", path: "/ads/33", status: 405, marker: "Not this way"},
	{name: "reply", method: "POST", path: "/ads/33/reply", form: message, status: 303},
	{name: "reply with mistakes", method: "POST", path: "/ads/33/reply", form: hasty, status: 422, marker: "Please fill this in."},
	{name: "reply to no ad", method: "POST", path: "/ads/999999/reply", form: message, status: 404, marker: "Not here"},
	{name: "report", method: "POST", path: "/ads/33/flag", status: 303},
	{name: "new ad", method: "POST", path: "/ads", form: fine, status: 303},
	{name: "new ad with a photo", method: "POST", path: "/ads", form: fine, photo: pixel, status: 303},
	{name: "new ad with mistakes", method: "POST", path: "/ads", form: hasty, status: 422, marker: "&lt;script&gt;"},
	{name: "new ad with a photo that is none", method: "POST", path: "/ads", form: fine, photo: []byte("<svg/>"), status: 422, marker: "This is not a JPEG, PNG or GIF picture."},
	{name: "new ad from elsewhere", method: "POST", path: "/ads", form: fine, header: http.Header{"Sec-Fetch-Site": {"cross-site"}}, status: 403, marker: "Not from here"},
	{name: "new ad from another origin", method: "POST", path: "/ads", form: fine, header: http.Header{"Origin": {"https://other.example"}}, status: 403, marker: "Not from here"},
	{name: "new ad that is too large", method: "POST", path: "/ads", form: fine, photo: make([]byte, 4<<20), status: 413, marker: "Too large"},
	{name: "delete with a wrong key", method: "POST", path: "/ads/33/delete", form: url.Values{"key": {"123"}}, status: 404, marker: "Not here"},
}

// photoTag stands for the entity tag of the first photo. The pictures of the data set depend on
// the architecture.
const photoTag = "TAG"

func ifNoneMatch(tags string) http.Header { return http.Header{"If-None-Match": {tags}} }

// tagged returns the request with a tag.
func (r request) tagged(tag string) request {
	header := http.Header{}
	for name, values := range r.header {
		header.Set(name, strings.ReplaceAll(values[0], photoTag, tag))
	}
	r.header = header
	return r
}

// An answer holds the parts of a response that must be the same.
type answer struct {
	Status int
	Header http.Header
	Body   string
}

// A build is one of the three ways to serve the classifieds.
type build struct {
	name  string
	start func(t *testing.T, db string) func(*testing.T, request) answer
}

func TestBuildsAnswerAlike(t *testing.T) {
	script, server := goBuild(t, "cgi/classifieds"), goBuild(t, "persistent/classifieds")
	data := filepath.Join(t.TempDir(), "ads.db")
	if err := dataset.Make(t.Context(), data, dataset.Spec{Ads: 800}, nil); err != nil {
		t.Fatal(err)
	}
	builds := []build{
		{"CGI", func(t *testing.T, db string) func(*testing.T, request) answer { return startCGI(t, script, db) }},
		{"HTTP", func(t *testing.T, db string) func(*testing.T, request) answer { return startHTTP(t, server, db) }},
		{"FastCGI", func(t *testing.T, db string) func(*testing.T, request) answer { return startFastCGI(t, server, db) }},
	}
	readers := onCopies(t, builds, data)
	tag := compare(t, builds, readers, request{path: "/photos/1", status: 200}).Header.Get("Etag")
	for _, r := range table {
		r = r.tagged(tag)
		t.Run(r.name, func(t *testing.T) {
			if r.method != "POST" {
				compare(t, builds, readers, r)
				return
			}
			senders := onCopies(t, builds, data)
			location := compare(t, builds, senders, r).Header.Get("Location")
			if location != "" {
				compare(t, builds, senders, request{path: location, status: 200})
				compare(t, builds, senders, request{path: "/", status: 200})
			}
		})
	}
}

// onCopies starts every build with its own copy of the data.
func onCopies(t *testing.T, builds []build, data string) (senders []func(*testing.T, request) answer) {
	t.Helper()
	for _, b := range builds {
		db := filepath.Join(t.TempDir(), b.name+".db")
		if err := dataset.Copy(t.Context(), db, data); err != nil {
			t.Fatal(err)
		}
		senders = append(senders, b.start(t, db))
	}
	return senders
}

// compare sends a request to every build, and returns the answer if all are equal.
func compare(t *testing.T, builds []build, senders []func(*testing.T, request) answer, r request) answer {
	t.Helper()
	want := senders[0](t, r)
	if want.Status != r.status || !strings.Contains(want.Body, r.marker) {
		t.Errorf("%s answers with status %d and body %.1000[5]q, want status %[3]d and %[4]q in the body", builds[0].name, want.Status, r.status, r.marker, want.Body)
	}
	for i, get := range senders[1:] {
		if diff := cmp.Diff(want, get(t, r)); diff != "" {
			t.Errorf("%s answers (-), %s answers (+):\n%s", builds[0].name, builds[i+1].name, diff)
		}
	}
	return want
}

func goBuild(t *testing.T, pkg string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), filepath.Dir(pkg))
	cmd := exec.Command("go", "build", "-tags", "netgo osusergo",
		"-ldflags", "-s -w -linkmode external -extldflags -static", "-o", path, "github.com/classibench/classibench/"+pkg)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	return path
}

// settings are the same for all builds: the data, and a fixed time.
func settings(db string) []string {
	return []string{"CLASSIFIEDS_DB=" + db, "CLASSIFIEDS_NOW=1782820800"}
}

func startCGI(t *testing.T, script, db string) func(*testing.T, request) answer {
	g := httptest.NewServer(&cgi.Handler{Path: script, Env: settings(db), Stderr: os.Stderr})
	t.Cleanup(g.Close)
	return overHTTP(g.URL)
}

func startHTTP(t *testing.T, server, db string) func(*testing.T, request) answer {
	return overHTTP("http://" + run(t, server, db).String())
}

func startFastCGI(t *testing.T, server, db string) func(*testing.T, request) answer {
	addr := run(t, server, db, "-fastcgi")
	return func(t *testing.T, r request) answer { return overFastCGI(t, addr, r) }
}

// run starts the server, and ends it when the test ends.
func run(t *testing.T, server, db string, args ...string) net.Addr {
	t.Helper()
	p := launchProgram(t, exec.Command(server, append(args, "-listen", "127.0.0.1:0")...), settings(db))
	addr, err := net.ResolveTCPAddr("tcp", p.await(listening)[1])
	if err != nil {
		t.Fatal(err)
	}
	return addr
}

// encoded returns the body of a request, and its type.
func (r request) encoded() (body []byte, kind string) {
	if r.photo == nil {
		return []byte(r.form.Encode()), "application/x-www-form-urlencoded"
	}
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	w.SetBoundary("frontier")
	for name, values := range r.form {
		w.WriteField(name, values[0])
	}
	part, _ := w.CreateFormFile("photo", "tandem.gif") // never fails: it writes to memory
	part.Write(r.photo)
	w.Close()
	return b.Bytes(), w.FormDataContentType()
}

func (r request) verb() string {
	if r.method == "" {
		return "GET"
	}
	return r.method
}

func overHTTP(base string) func(*testing.T, request) answer {
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	return func(t *testing.T, r request) answer {
		t.Helper()
		body, kind := r.encoded()
		req, err := http.NewRequest(r.verb(), base+r.path, bytes.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		req.Host = "localhost"
		if r.header != nil {
			req.Header = r.header.Clone()
		}
		if r.method == "POST" {
			req.Header.Set("Content-Type", kind)
		}
		resp, err := client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		b, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		return answer{resp.StatusCode, relevant(resp.Header, string(b)), string(b)}
	}
}

func overFastCGI(t *testing.T, addr net.Addr, r request) answer {
	t.Helper()
	body, kind := r.encoded()
	meta := map[string]string{"REQUEST_METHOD": r.verb(), "REQUEST_URI": r.path, "SERVER_PROTOCOL": "HTTP/1.1", "HTTP_HOST": "localhost",
		"CONTENT_LENGTH": strconv.Itoa(len(body))}
	if r.method == "POST" {
		meta["CONTENT_TYPE"] = kind
	}
	for name, values := range r.header {
		meta["HTTP_"+strings.ToUpper(strings.ReplaceAll(name, "-", "_"))] = values[0]
	}
	c := dialFast(t, addr)
	c.sendRequest(meta, body)
	status, header, text := c.receive()
	return answer{status, relevant(header, text), text}
}

// relevant returns the headers that must be the same: it drops those of the
// connection, and Date. An HTTP server adds Content-Length to a short answer.
func relevant(h http.Header, body string) http.Header {
	h = h.Clone()
	h.Del("Date")
	h.Del("Connection")
	if body != "" && h.Get("Content-Length") == "" {
		h.Set("Content-Length", strconv.Itoa(len(body)))
	}
	return h
}
