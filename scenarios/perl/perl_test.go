package perl_test

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color/palette"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"

	"github.com/classibench/classibench/internal/classifieds"
	"github.com/classibench/classibench/internal/classifieds/dataset"
)

// pristine is the data set of which every site gets a copy.
var pristine string

func TestMain(m *testing.M) { os.Exit(prepare(m)) }

func prepare(m *testing.M) int {
	dir, err := os.MkdirTemp("", "classibench-perl-data-")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	pristine = filepath.Join(dir, "ads.db")
	if err := dataset.Make(context.Background(), pristine, dataset.Spec{Ads: 600, Categories: 8}, nil); err != nil {
		panic(err)
	}
	return m.Run()
}

// A step is one request of a visitor. {edit} and {key} in it stand for the edit
// link of the ad that was posted last, and its key.
type step struct {
	method, path string
	header       http.Header
	form         url.Values
	photo        []byte // makes the form multipart
}

func get(path string) step { return step{method: "GET", path: path} }

func post(path string, form url.Values) step { return step{method: "POST", path: path, form: form} }

// adForm is an ad without mistakes, with some fields changed.
func adForm(change ...string) url.Values {
	form := url.Values{"category": {"bicycles"}, "title": {"Zeppelin"}, "body": {"Filled with\r\nxylophones."}, "price": {"1,250.50"},
		"place": {"Harbour"}, "seller": {"Zoë"}, "email": {"zoe@example.org"}}
	for i := 0; i < len(change); i += 2 {
		form.Set(change[i], change[i+1])
	}
	return form
}

var replyForm = url.Values{"name": {"Bob <b>"}, "email": {"bob@example.org"}, "message": {"Does it fly?\r\n\"Really\" & 東"}}

// visits are what all sites answer alike, in this order: later requests see what
// earlier ones wrote.
func visits(t *testing.T) (steps []step) {
	for _, path := range []string{
		"/", "/c/bicycles", "/c/bicycles?before=300", "/c/bicycles?before=abc", "/c/bicycles?before=1", "/c/none", "/c/",
		"/ads/33", "/ads/10", "/ads/0", "/ads/-1", "/ads/99999999999999999999", "/ads/999999", "/ads/10?done=flagged", "/ads/10?done=%3Cb%3E",
		"/photos/1", "/photos/9999", "/post", "/post?category=cars", "/post?category=%22%3E", "/nowhere", "/ads/33/edit", "/ads/33/edit?key=123", "/ads",
		"/search", "/search?q=bike", "/search?q=zeppelin", "/search?q=the&category=furniture&max=%241%2C000", "/search?q=for+%26+the&min=1",
		"/search?q=bike&category=none", "/search?q=bike&min=cheap", "/search?q=bike&min=30&max=20", "/search?q=the&before=200",
		"/search?q=%3Cscript%3E+caf%C3%A9+%E6%9D%B1&min=1%2C0", "/search?q=a+b+c+d+e+f+g+h+i+j", "/search?q=%22%29+OR+NEAR%2F2+-bike*",
		"/search?q=good&x=%C3%A9%2B+%26&category=", "/site.98ab3659.css", "/site.00000000.css",
	} {
		steps = append(steps, get(path))
	}
	for _, path := range []string{"/", "/ads/33", "/photos/1", "/nowhere"} {
		steps = append(steps, step{method: "HEAD", path: path})
	}
	steps = append(steps,
		step{method: "DELETE", path: "/ads/33"}, step{method: "PUT", path: "/ads/33/edit"}, post("/", nil), post("/nowhere", nil), get("/ads/33/flag"),
		post("/ads", adForm()), get("{edit}"), get("/"), get("/c/bicycles"), get("/search?q=xylophones"), get("/ads/601"),
		post("/ads/601/reply", replyForm), post("/ads/601/flag", nil), get("{edit}"),
		post("{edit}", adForm("title", "Airship", "category", "cars", "price", "0")), get("{edit}"), get("/ads/601"), get("/search?q=airship"), get("/"),
		post("{edit}", adForm("title", "A")), post("/ads/601/edit?key=123", adForm()), post("/ads/601/delete", url.Values{"key": {"123"}}),
		post("/ads/999999/reply", replyForm), post("/ads/999999/flag", nil), post("/ads/601/reply", url.Values{"name": {""}, "email": {"x"}, "message": {""}}),
	)
	steps = append(steps, mistakes()...)
	steps = append(steps, uploads(t)...)
	for _, h := range []http.Header{{"Sec-Fetch-Site": {"cross-site"}}, {"Sec-Fetch-Site": {"same-origin"}}, {"Sec-Fetch-Site": {"none"}},
		{"Origin": {"https://other.example"}}, {"Origin": {"null"}}} {
		steps = append(steps, step{method: "POST", path: "/ads/33/flag", header: h})
	}
	return append(steps, post("/ads/{id}/delete", url.Values{"key": {"{key}"}}), get("{edit}"), post("{edit}", adForm()), get("/"))
}

// mistakes fills in each field of an ad wrongly, one at a time.
func mistakes() (steps []step) {
	for _, c := range [][2]string{
		{"category", ""}, {"category", "none"}, {"title", ""}, {"title", " \t "}, {"title", "ab"}, {"title", strings.Repeat("é", 81)}, {"title", "bell\a"},
		{"body", "Too short"}, {"body", strings.Repeat("long ", 900)}, {"price", ""}, {"price", "-1"}, {"price", "NaN"}, {"price", "1e400"},
		{"price", "1000000001"}, {"price", "twelve"}, {"price", "1.2.3"}, {"place", ""}, {"seller", strings.Repeat("x", 61)}, {"email", "ann"},
		{"email", "Ann <ann@example.org>"}, {"email", "ann@example.org\nBcc: all@example.org"}, {"email", "a..b@example.org"}, {"email", "ä@example.org"},
		{"title", "\xff\xfe\xfd not UTF-8"}, {"title", "</textarea><script>"}, {"price", "1e2"}, {"price", "0.005"}, {"price", ".5"}, {"price", " $7 "},
	} {
		steps = append(steps, post("/ads", adForm(c[0], c[1])))
	}
	return append(steps, post("/ads", nil))
}

// uploads sends pictures, and what is none.
func uploads(t *testing.T) []step {
	withPhoto := func(path string, form url.Values, photo []byte) step {
		return step{method: "POST", path: path, form: form, photo: photo}
	}
	gif, png, jpeg := picture(t, "gif"), picture(t, "png"), picture(t, "jpeg")
	edit := adForm("title", "With a photo")
	drop := adForm("title", "With another")
	drop.Set("drop", "61")
	return []step{
		withPhoto("/ads", adForm(), gif), get("{edit}"), get("/ads/{id}"), get("/photos/61"), get("/"),
		withPhoto("{edit}", edit, png), get("{edit}"), withPhoto("{edit}", drop, jpeg), get("{edit}"), get("/photos/61"), get("/photos/62"),
		withPhoto("/ads", adForm(), []byte("<svg/>")), withPhoto("/ads", adForm("title", ""), gif), withPhoto("/ads", adForm(), []byte{}),
		withPhoto("/ads", adForm(), append(bytes.Clone(gif), make([]byte, 2<<20)...)), withPhoto("/ads", adForm(), make([]byte, 4<<20)), withPhoto("/ads", adForm(), gif[:8]),
	}
}

func picture(t *testing.T, kind string) []byte {
	t.Helper()
	img := image.NewPaletted(image.Rect(0, 0, 30, 20), palette.WebSafe)
	var b bytes.Buffer
	encode := map[string]func() error{
		"png":  func() error { return png.Encode(&b, img) },
		"jpeg": func() error { return jpeg.Encode(&b, img, nil) },
		"gif":  func() error { return gif.Encode(&b, img, nil) },
	}
	if err := encode[kind](); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// An answer is what must be alike: status, header fields, and the page as elements
// and text, whatever the space between them.
type answer struct {
	Status int
	Header map[string]string
	Page   []string
}

// fields are the header fields that must be alike.
var fields = []string{"Content-Type", "Location", "Cache-Control", "Allow", "Content-Security-Policy", "X-Content-Type-Options"}

// A visitor sends steps to one site.
type visitor struct {
	url  string
	edit string // the edit link of the ad posted last
}

func (v *visitor) do(t *testing.T, s step) answer {
	t.Helper()
	rs, err := client.Do(v.request(t, s))
	if err != nil {
		t.Fatalf("%s %s: %v", s.method, s.path, err)
	}
	defer rs.Body.Close()
	body, err := io.ReadAll(rs.Body)
	if err != nil {
		t.Fatalf("%s %s: %v", s.method, s.path, err)
	}
	a := answer{Status: rs.StatusCode, Header: map[string]string{}}
	for _, f := range fields {
		a.Header[f] = strings.TrimPrefix(rs.Header.Get(f), v.url)
	}
	if at := a.Header["Location"]; strings.Contains(at, "/edit?key=") {
		v.edit, _, _ = strings.Cut(at, "&")
	}
	a.Page = outline(a.Header["Content-Type"], body)
	return a
}

func (v *visitor) request(t *testing.T, s step) *http.Request {
	t.Helper()
	id, key, _ := strings.Cut(strings.TrimPrefix(v.edit, "/ads/"), "/edit?key=")
	fill := strings.NewReplacer("{edit}", v.edit, "{id}", id, "{key}", key)
	body, kind := s.body(t, fill)
	r, err := http.NewRequestWithContext(t.Context(), s.method, v.url+fill.Replace(s.path), body)
	if err != nil {
		t.Fatal(err)
	}
	for name, values := range s.header {
		r.Header[name] = values
	}
	if s.method == "POST" {
		r.Header.Set("Content-Type", kind)
	}
	return r
}

func (s step) body(t *testing.T, fill *strings.Replacer) (io.Reader, string) {
	if s.photo == nil {
		form := url.Values{}
		for name, values := range s.form {
			form.Set(name, fill.Replace(values[0]))
		}
		return strings.NewReader(form.Encode()), "application/x-www-form-urlencoded"
	}
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	for name := range s.form {
		if err := m.WriteField(name, s.form.Get(name)); err != nil {
			t.Fatal(err)
		}
	}
	part, err := m.CreateFormFile("photo", "photo.jpg")
	if err != nil {
		t.Fatal(err)
	}
	part.Write(s.photo) // into memory, as Close
	m.Close()
	return &b, m.FormDataContentType()
}

// outline returns the elements of a page with their attributes, and its texts.
func outline(kind string, body []byte) (lines []string) {
	if !strings.HasPrefix(kind, "text/html") {
		return []string{string(body)}
	}
	z := html.NewTokenizer(bytes.NewReader(body))
	for z.Next() != html.ErrorToken {
		switch token := z.Token(); token.Type {
		case html.StartTagToken, html.SelfClosingTagToken:
			lines = append(lines, fmt.Sprint("<", token.Data, token.Attr, ">"))
		case html.EndTagToken:
			lines = append(lines, "</"+token.Data+">")
		case html.TextToken:
			lines = append(lines, strings.Fields(token.Data)...)
		}
	}
	return lines
}

func TestServersAnswerAsTheGoProgram(t *testing.T) {
	if testing.Short() {
		t.Skip("starts hundreds of Perl processes")
	}
	steps := visits(t)
	site := classifieds.New(&classifieds.Config{DB: copyData(t, t.TempDir(), pristine), Now: func() time.Time { return time.Unix(now, 0) },
		Logger: slog.New(slog.NewTextHandler(t.Output(), nil))})
	defer site.Close()
	reference := httptest.NewServer(site)
	defer reference.Close()
	want := make([]answer, len(steps))
	for i, v := 0, (&visitor{url: reference.URL}); i < len(steps); i++ {
		want[i] = v.do(t, steps[i])
	}
	for _, s := range servers {
		t.Run(s.name, func(t *testing.T) {
			dir := unpack(t)
			v := &visitor{url: s.start(t, dir, copyData(t, dir, pristine))}
			for i, step := range steps {
				if s.brief && step.method == "GET" && i%4 > 0 {
					continue
				}
				got := v.do(t, step)
				if diff := cmp.Diff(want[i], got); diff != "" {
					t.Errorf("%d: %s %s %.60q: the answer differs (-Go +Perl):\n%s", i, step.method, step.path, step.form.Encode(), diff)
				}
			}
		})
	}
}
