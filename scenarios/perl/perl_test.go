//go:build unix

package perl_test

import (
	"bytes"
	"image"
	"image/color/palette"
	"image/gif"
	"image/jpeg"
	"image/png"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/classibench/classibench/cgi/host"
	"github.com/classibench/classibench/internal/classifieds/classifiedstest"
	"github.com/classibench/classibench/internal/classifieds/listings"
)

func TestMain(m *testing.M) { classifiedstest.Main(m) }

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
func visits(t *testing.T) (steps []classifiedstest.Step) {
	for _, path := range []string{
		"/", "/c/bicycles", "/c/bicycles?before=300", "/c/bicycles?before=abc", "/c/bicycles?before=1", "/c/none", "/c/",
		"/ads/33", "/ads/10", "/ads/0", "/ads/-1", "/ads/99999999999999999999", "/ads/999999", "/ads/10?done=flagged", "/ads/10?done=%3Cb%3E",
		"/photos/1", "/photos/9999", "/post", "/post?category=cars", "/post?category=%22%3E", "/nowhere", "/ads/33/edit", "/ads/33/edit?key=123", "/ads",
		"/search", "/search?q=bike", "/search?q=zeppelin", "/search?q=the&category=furniture&max=%241%2C000", "/search?q=for+%26+the&min=1",
		"/search?q=bike&category=none", "/search?q=bike&min=cheap", "/search?q=bike&min=30&max=20", "/search?q=the&before=200",
		"/search?q=%3Cscript%3E+caf%C3%A9+%E6%9D%B1&min=1%2C0", "/search?q=a+b+c+d+e+f+g+h+i+j", "/search?q=%22%29+OR+NEAR%2F2+-bike*",
		"/search?q=good&x=%C3%A9%2B+%26&category=", "/site.98ab3659.css", "/site.00000000.css",
	} {
		steps = append(steps, classifiedstest.Get(path))
	}
	for _, path := range []string{"/", "/ads/33", "/photos/1", "/nowhere"} {
		steps = append(steps, classifiedstest.Step{Method: "HEAD", Path: path})
	}
	for _, has := range []string{`"a", W/"/site.98ab3659.css"`, "*", `"/site.98ab3659"`} {
		steps = append(steps, classifiedstest.Step{Method: "GET", Path: "/site.98ab3659.css", Header: http.Header{"If-None-Match": {has}}})
	}
	steps = append(steps, classifiedstest.Step{Method: "HEAD", Path: "/photos/1", Header: http.Header{"If-None-Match": {"*"}}})
	steps = append(steps,
		classifiedstest.Step{Method: "DELETE", Path: "/ads/33"}, classifiedstest.Step{Method: "PUT", Path: "/ads/33/edit"}, classifiedstest.Post("/", nil), classifiedstest.Post("/nowhere", nil), classifiedstest.Get("/ads/33/flag"),
		classifiedstest.Post("/ads", adForm()), classifiedstest.Get("{edit}"), classifiedstest.Get("/"), classifiedstest.Get("/c/bicycles"), classifiedstest.Get("/search?q=xylophones"), classifiedstest.Get("/ads/601"),
		classifiedstest.Post("/ads/601/reply", replyForm), classifiedstest.Post("/ads/601/flag", nil), classifiedstest.Get("{edit}"),
		classifiedstest.Post("{edit}", adForm("title", "Airship", "category", "cars", "price", "0")), classifiedstest.Get("{edit}"), classifiedstest.Get("/ads/601"), classifiedstest.Get("/search?q=airship"), classifiedstest.Get("/"),
		classifiedstest.Post("{edit}", adForm("title", "A")), classifiedstest.Post("/ads/601/edit?key=123", adForm()), classifiedstest.Post("/ads/601/delete", url.Values{"key": {"123"}}),
		classifiedstest.Post("/ads/999999/reply", replyForm), classifiedstest.Post("/ads/999999/flag", nil), classifiedstest.Post("/ads/601/reply", url.Values{"name": {""}, "email": {"x"}, "message": {""}}),
	)
	steps = append(steps, mistakes()...)
	steps = append(steps, uploads(t)...)
	for _, h := range []http.Header{{"Sec-Fetch-Site": {"cross-site"}}, {"Sec-Fetch-Site": {"same-origin"}}, {"Sec-Fetch-Site": {"none"}},
		{"Origin": {"https://other.example"}}, {"Origin": {"null"}}} {
		steps = append(steps, classifiedstest.Step{Method: "POST", Path: "/ads/33/flag", Header: h})
	}
	return append(steps, classifiedstest.Post("/ads/{id}/delete", url.Values{"key": {"{key}"}}), classifiedstest.Get("{edit}"), classifiedstest.Post("{edit}", adForm()), classifiedstest.Get("/"))
}

// mistakes fills in each field of an ad wrongly, one at a time.
func mistakes() (steps []classifiedstest.Step) {
	for _, c := range [][2]string{
		{"category", ""}, {"category", "none"}, {"title", ""}, {"title", " \t "}, {"title", "ab"}, {"title", strings.Repeat("é", 81)}, {"title", "bell\a"}, {"title", "Zep\u200bpelin"}, {"title", "\u202ewen A"}, {"title", "fam\u200dily"}, {"title", "tag\U000e0041"}, {"title", "fil\u3164ler"}, {"title", "❤️ 👍🏽 हिन्दी 1️⃣ ℹ️ ▶️ 葛\U000e0100"}, {"title", "\ufe0f\ufe0f\ufe0f"}, {"title", "Zep\ufe0fpelin"}, {"title", "<\ufe0fnew"}, {"title", "Zep\u180bpelin"}, {"title", "\u0301\u0301\u0301"}, {"title", "ཧཱུྃ " + strings.Repeat("\u0335", 8)},
		{"title", "Z" + strings.Repeat("\u0335", 9)}, {"body", "Ten letters and Z" + strings.Repeat("\u0335\u200d", 9)}, {"body", strings.Repeat("\u200c", 10)}, {"title", "\u2800\u2800\u2800"}, {"title", "\u2800Zep\u2800"}, {"place", "\u2066Harbour"}, {"body", "می\u200cخواهم 👨\u200d👩 Donau\u00addampf"}, {"body", "Ten letters, \u202eand more"},
		{"body", "Too short"}, {"body", strings.Repeat("long ", 900)}, {"price", ""}, {"price", "-1"}, {"price", "NaN"}, {"price", "1e400"},
		{"price", "1000000001"}, {"price", "twelve"}, {"price", "1.2.3"}, {"price", "0x10"}, {"price", "1_000"}, {"price", "٣"}, {"price", "+5"}, {"price", "$"}, {"price", "$5$"}, {"price", "€ 5"}, {"price", "1,25"}, {"price", "1,200.50"}, {"price", "5 $"}, {"price", "12."}, {"place", ""}, {"seller", strings.Repeat("x", 61)}, {"email", "ann"},
		{"email", "Ann <ann@example.org>"}, {"email", "ann@example.org\nBcc: all@example.org"}, {"email", "a..b@example.org"}, {"email", "ä@example.org"},
		{"title", "\xff\xfe\xfd not UTF-8"}, {"title", "</textarea><script>"}, {"price", "1e2"}, {"price", "0.005"}, {"price", ".5"}, {"price", " $7 "},
	} {
		steps = append(steps, classifiedstest.Post("/ads", adForm(c[0], c[1])))
	}
	return append(steps, classifiedstest.Post("/ads", nil))
}

// uploads sends pictures, and files that are not pictures.
func uploads(t *testing.T) []classifiedstest.Step {
	withPhoto := func(path string, form url.Values, photo []byte) classifiedstest.Step {
		return classifiedstest.Step{Method: "POST", Path: path, Form: form, Photo: photo}
	}
	gif, png, jpeg := picture(t, "gif"), picture(t, "png"), picture(t, "jpeg")
	edit := adForm("title", "With a photo")
	drop := adForm("title", "With another")
	drop.Set("drop", "61")
	return []classifiedstest.Step{
		withPhoto("/ads", adForm(), gif), classifiedstest.Get("{edit}"), classifiedstest.Get("/ads/{id}"), classifiedstest.Get("/photos/61"), classifiedstest.Get("/"),
		withPhoto("{edit}", edit, png), classifiedstest.Get("{edit}"), withPhoto("{edit}", drop, jpeg), classifiedstest.Get("{edit}"), classifiedstest.Get("/photos/61"), classifiedstest.Get("/photos/62"),
		photoOf(gif), photoOf(png), photoOf(jpeg), photoOf(nil), classifiedstest.Get("/photos/" + strings.ToUpper(listings.Hash(png))), classifiedstest.Get("/photos/x"),
		withPhoto("/ads", adForm(), []byte("<svg/>")), withPhoto("/ads", adForm("title", ""), gif), withPhoto("/ads", adForm(), []byte{}),
		withPhoto("/ads", adForm(), append(bytes.Clone(gif), make([]byte, 2<<20)...)), withPhoto("/ads", adForm(), make([]byte, 4<<20)), withPhoto("/ads", adForm(), gif[:8]),
		withPhoto("/ads", adForm(), gif[:len(gif)-1]), withPhoto("/ads", adForm(), png[:len(png)-5]), withPhoto("/ads", adForm(), jpeg[:len(jpeg)-2]),
		withPhoto("/ads", adForm(), append(bytes.Clone(gif), "<script>"...)), withPhoto("/ads", adForm(), append(bytes.Clone(png), 0)), withPhoto("/ads", adForm(), append(bytes.Clone(jpeg), "PK"...)),
	}
}

func photoOf(data []byte) classifiedstest.Step {
	return classifiedstest.Get("/photos/" + listings.Hash(data))
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

func TestServersAnswerAsTheGoProgram(t *testing.T) {
	if testing.Short() {
		t.Skip("starts hundreds of Perl processes")
	}
	steps := visits(t)
	want := (&classifiedstest.Visitor{URL: classifiedstest.Reference(t)}).DoAll(t, steps)
	for _, s := range servers {
		t.Run(s.name, func(t *testing.T) {
			dir := unpack(t)
			v := &classifiedstest.Visitor{URL: s.start(t, dir, classifiedstest.CopyData(t, dir))}
			for i, step := range steps {
				if s.brief && step.Method == "GET" && i%4 > 0 {
					continue
				}
				got := v.Do(t, step)
				if diff := cmp.Diff(want[i], got); diff != "" {
					t.Errorf("%d: %s %s %.60q: the answer differs (-Go +Perl):\n%s", i, step.Method, step.Path, step.Form.Encode(), diff)
				}
			}
		})
	}
}

// A photo for which the disk has no room is not taken for a damaged one, or for none.
func TestFullDisk(t *testing.T) {
	dir := unpack(t)
	limited := filepath.Join(dir, "limited.cgi")
	// Files of more than 64 kB cannot be written, as on a full disk.
	if err := os.WriteFile(limited, []byte("#!/bin/sh\ntrap '' XFSZ\nulimit -f 128\nexec "+dir+"/classifieds.cgi\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	url := classifiedstest.RunCGI(t, &host.Handler{Path: limited, Env: classifiedstest.Environment(classifiedstest.CopyData(t, dir))})
	a := (&classifiedstest.Visitor{URL: url}).Do(t, classifiedstest.Step{Method: "POST", Path: "/ads", Form: adForm(), Photo: make([]byte, 200_000)})
	if a.Status != http.StatusInsufficientStorage || !strings.Contains(strings.Join(a.Page, " "), "no room left. Nothing was saved.") {
		t.Errorf("got %d %v, want 507 with the reason", a.Status, a.Page)
	}
}
