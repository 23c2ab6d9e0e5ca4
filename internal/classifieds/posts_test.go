package classifieds_test

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// TestLife posts, finds, changes, answers, flags and deletes an ad, like a browser.
func TestLife(t *testing.T) {
	s := open(t)
	edit := s.posted(adForm("body", "Filled with\r\nxylophones."))
	page := check(t, s.get(edit).Body.String())
	if got := text(page.byID("body")); got != "Filled with\nxylophones." {
		t.Errorf("the edit page shows %q", got)
	}
	ad, _, _ := strings.Cut(edit, "/edit")
	body := s.get(ad).Body.String()
	if main := text(check(t, body).byID("main")); !strings.Contains(main, "Zeppelin$25Harbour · 1 Jul 2026 · offered by Zoë") || strings.Contains(body, "zoe@example.org") {
		t.Errorf("the ad's page shows %s", main)
	}
	for _, path := range []string{"/", "/c/bicycles", "/search?q=xylophones"} {
		if !strings.Contains(s.get(path).Body.String(), `<a href="`+ad+`">Zeppelin</a>`) {
			t.Errorf("%s does not list the ad", path)
		}
	}

	w := s.post(ad+"/reply", url.Values{"name": {"Bob"}, "email": {"bob@example.org"}, "message": {"Does it fly?"}})
	if w.Code != 303 || w.Header().Get("Location") != ad+"?done=replied" {
		t.Errorf("the answer to a reply is %d %v", w.Code, w.Header())
	}
	if replies := s.get(edit).Body.String(); !strings.Contains(replies, "Does it fly?") || !strings.Contains(replies, "mailto:bob@example.org") {
		t.Error("the edit page does not show the reply")
	}
	if strings.Contains(s.get(ad).Body.String(), "Does it fly?") {
		t.Error("the public page shows the reply")
	}
	if w := s.post(ad+"/flag", nil); w.Code != 303 || w.Header().Get("Location") != ad+"?done=flagged" {
		t.Errorf("the answer to a flag is %d %v", w.Code, w.Header())
	}

	edit = strings.TrimSuffix(edit, "&done=posted")
	w = s.post(edit, adForm("title", "Airship", "category", "cars", "price", "0"))
	if w.Code != 303 || w.Header().Get("Location") != edit+"&done=saved" {
		t.Fatalf("the answer to a change is %d %v", w.Code, w.Header())
	}
	if main := text(check(t, s.get(ad).Body.String()).byID("main")); !strings.Contains(main, "AirshipFree") || !strings.Contains(main, "Cars") {
		t.Errorf("the changed ad's page shows %s", main)
	}

	w = s.post(ad+"/delete", url.Values{"key": {key(t, edit)}})
	if w.Code != 303 || w.Header().Get("Location") != "/" {
		t.Errorf("the answer to a deletion is %d %v", w.Code, w.Header())
	}
	for _, path := range []string{ad, edit} {
		if w := s.get(path); w.Code != 404 {
			t.Errorf("%s of a deleted ad: %d", path, w.Code)
		}
	}
	for _, path := range []string{edit, ad + "/flag"} {
		if w := s.post(path, adForm()); w.Code != 404 {
			t.Errorf("post to %s of a deleted ad: %d", path, w.Code)
		}
	}
	if w := s.post(ad+"/reply", url.Values{"name": {"Bob"}, "email": {"bob@example.org"}, "message": {"Hello?"}}); w.Code != 404 {
		t.Errorf("a reply to a deleted ad: %d", w.Code)
	}
}

func key(t *testing.T, edit string) string {
	t.Helper()
	u, err := url.Parse(edit)
	if err != nil {
		t.Fatal(err)
	}
	return u.Query().Get("key")
}

// TestSecretLink uses keys that are not the ad's.
func TestSecretLink(t *testing.T) {
	s := open(t)
	mine, other := s.posted(adForm()), s.posted(adForm())
	right := key(t, mine)
	if right == key(t, other) || len(right) < 20 {
		t.Errorf("the keys of two ads are %s and %s", right, key(t, other))
	}
	if cc := s.get(mine).Header().Get("Cache-Control"); cc != "no-store" {
		t.Errorf("a cache may store the edit page: Cache-Control is %q", cc)
	}
	ad, _, _ := strings.Cut(mine, "/edit")
	for _, w := range []*httptest.ResponseRecorder{s.get(mine), s.get(ad + "/edit?key=0"), s.post(mine, adForm()), s.post(mine, adForm("title", ""))} {
		if policy := w.Header().Get("Referrer-Policy"); policy != "no-referrer" {
			t.Errorf("a link from the secret page names it: the answer with status %d has the Referrer-Policy %q", w.Code, policy)
		}
	}
	if policy := s.get(ad).Header().Get("Referrer-Policy"); policy != "" {
		t.Errorf("the public page has the Referrer-Policy %q", policy)
	}
	for name, wrong := range map[string]string{"another ad's": key(t, other), "none": "", "a part": right[:len(right)-1], "capitals": strings.ToUpper(right), "more": right + "0"} {
		edit := ad + "/edit?key=" + wrong
		if code := s.get(edit).Code; code != 404 {
			t.Errorf("%s: the form answers %d", name, code)
		}
		if code := s.post(edit, adForm("title", "Stolen")).Code; code != 404 {
			t.Errorf("%s: a change answers %d", name, code)
		}
		if code := s.post(ad+"/delete", url.Values{"key": {wrong}}).Code; code != 404 {
			t.Errorf("%s: a deletion answers %d", name, code)
		}
	}
	if body := s.get(ad).Body.String(); strings.Contains(body, "Stolen") || strings.Contains(body, right) {
		t.Error("the ad was changed, or shows its key")
	}
}

// TestMistakes fills in one field wrongly at a time.
func TestMistakes(t *testing.T) {
	s := open(t)
	edit := s.posted(adForm())
	for _, c := range []struct{ field, typed, problem string }{
		{"category", "", "Please choose a category."},
		{"category", "none", "Please choose a category."},
		{"title", "", "Please fill this in."},
		{"title", " \t ", "Please fill this in."},
		{"title", "ab", "Please write at least 3 characters."},
		{"title", strings.Repeat("é", 81), "Please write at most 80 characters; this has 81."},
		{"title", "bell\a", "There is a character in this that cannot be shown."},
		{"title", "Zep\u200bpelin", "There is an invisible character in this (U+200B). Please write it without."},
		{"title", "\u2800\u2800 \u2800\u2800", "Please fill this in."},
		{"title", "\u202egniht yrev A", "There is an invisible character in this (U+202E)"},
		{"title", "A \u2066thing\u2069", "There is an invisible character in this (U+2066)"},
		{"title", "\ufeffZeppelin", "There is an invisible character in this (U+FEFF)"},
		{"title", "A fam\u200dily", "There is an invisible character in this (U+200D)"},
		{"title", "soft\u00adly", "There is an invisible character in this (U+00AD)"},
		{"title", "right\u200fto left", "There is an invisible character in this (U+200F)"},
		{"title", "tag\U000e0041", "There is an invisible character in this (U+E0041)"},
		{"title", "fil\u3164ler", "There is an invisible character in this (U+3164)"},
		{"place", "Har\u2060bour", "There is an invisible character in this (U+2060)"},
		{"seller", "\u202dAnn", "There is an invisible character in this (U+202D)"},
		{"email", "ann\u200b@example.org", "There is an invisible character in this (U+200B)"},
		{"body", "Ten letters and \u202emore", "There is an invisible character in this (U+202E)"},
		{"body", "Ten letters and \u200bmore", "There is an invisible character in this (U+200B)"},
		{"title", "\ufe0f\ufe0f\ufe0f", "There is an invisible character in this (U+FE0F)"},
		{"title", "Zep\ufe0fpelin", "There is an invisible character in this (U+FE0F)"},
		{"title", "❤\ufe0f\ufe0f red", "There is an invisible character in this (U+FE0F)"},
		{"title", "Zep\u180bpelin", "There is an invisible character in this (U+180B)"},
		{"title", "Zep\U000e0100pelin", "There is an invisible character in this (U+E0100)"},
		{"title", "<\ufe0fnew", "There is an invisible character in this (U+FE0F)"},
		{"title", "Zep\x0bFree", "There is a character in this that cannot be shown."},
		{"title", "\u0301\u0301\u0301", "There are accents in this that belong to no letter"},
		{"title", "\u20dd\u20dd\u20dd", "There are accents in this that belong to no letter"},
		{"title", "Z" + strings.Repeat("\u0335", 9) + "algo", "There are accents in this that belong to no letter"},
		{"body", "Ten letters and Z" + strings.Repeat("\u0335\u200d", 9), "There are accents in this that belong to no letter"},
		{"body", strings.Repeat("\u200c", 10), "Please fill this in."},
		{"body", "Ten letters\ufe0f and more", "There is an invisible character in this (U+FE0F)"},
		{"price", "1e3", "A price is a number"},
		{"price", "٣", "A price is a number"},
		{"body", "Too short", "Please write at least 10 characters."},
		{"body", strings.Repeat("long ", 900), "Please write at most 4000 characters; this has 4499."},
		{"price", "", "A price is a number, as in 25 or 12.50; 0 if it is free."},
		{"price", "-1", "A price is a number"},
		{"price", "NaN", "A price is a number"},
		{"price", "1e400", "A price is a number"},
		{"price", "1000000001", "A price is a number"},
		{"price", "twelve", "A price is a number"},
		{"place", "", "Please fill this in."},
		{"seller", strings.Repeat("x", 61), "Please write at most 60 characters"},
		{"email", "ann", "This is not an e-mail address, as in ann@example.org."},
		{"email", "Ann <ann@example.org>", "This is not an e-mail address"},
		{"email", "ann@example.org\nBcc: all@example.org", "This is not an e-mail address"},
	} {
		for path, name := range map[string]string{"/ads": "new", edit: "edit"} {
			t.Run(name+" "+c.field+" "+c.problem[:16], func(t *testing.T) {
				w := s.post(path, adForm(c.field, c.typed))
				if w.Code != http.StatusUnprocessableEntity {
					t.Fatalf("the answer to %q has status %d", c.typed, w.Code)
				}
				mistaken(t, check(t, w.Body.String()), c.field, c.problem, adForm(c.field, c.typed))
			})
		}
	}
	if body := s.get(edit).Body.String(); !strings.Contains(body, `value="Zeppelin"`) {
		t.Error("a form with mistakes changed the ad")
	}
}

// mistaken checks that a form shows the problem at its field only, and keeps the
// typed values of all fields.
func mistaken(t *testing.T, p page, field, problem string, typed url.Values) {
	t.Helper()
	for name := range typed {
		f := p.byID(name)
		described := text(p.byID(attr(f, "aria-describedby")))
		switch {
		case name == field && (attr(f, "aria-invalid") != "true" || !strings.Contains(described, problem)):
			t.Errorf("the text at %s is %q, want %q", name, described, problem)
		case name != field && attr(f, "aria-invalid") != "":
			t.Errorf("the text at %s is %q, want none", name, described)
		}
		if got, want := value(f), strings.Trim(typed.Get(name), " \t\u2800"); got != want && name != "category" {
			t.Errorf("%s has %q, want the typed %q", name, got, want)
		}
	}
}

func value(f *html.Node) string {
	if f.Data == "textarea" {
		return text(f)
	}
	return attr(f, "value")
}

// Languages that need joiners, emoji and accents, in the places where they are fine.
func TestTextsOfTheWorld(t *testing.T) {
	s := open(t)
	for field, typed := range map[string]string{
		"title": "Crème brûlée ❤️ 東京 پارسی हिन्दी Åse 🇩🇪 👍🏽 ৳",
		"body":  "می\u200cخواهم 👨\u200d👩\u200d👧 שלום\u200f! क्\u200dष Donau\u00addampf",
	} {
		edit := s.posted(adForm(field, typed))
		if got := value(check(t, s.get(edit).Body.String()).byID(field)); got != typed {
			t.Errorf("%s has %q, want %q", field, got, typed)
		}
	}
	ad := "/ads/10/reply"
	for message, want := range map[string]int{"می\u200cخواهم": 303, "see \u202egpj.exe": 422} {
		if w := s.post(ad, url.Values{"name": {"Bob"}, "email": {"bob@example.org"}, "message": {message}}); w.Code != want {
			t.Errorf("a reply with %q: got %d, want %d", message, w.Code, want)
		}
	}
}

func TestReplyMistakes(t *testing.T) {
	s := open(t)
	typed := url.Values{"name": {""}, "email": {"bob@example.org"}, "message": {"Does it fly?"}}
	w := s.post("/ads/10/reply", typed)
	if w.Code != http.StatusUnprocessableEntity {
		t.Fatalf("got %d", w.Code)
	}
	mistaken(t, check(t, w.Body.String()), "name", "Please fill this in.", typed)
}

// TestEscapes types text that would be code if it were not escaped.
func TestEscapes(t *testing.T) {
	for _, evil := range []string{
		`<script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, `' onfocus='alert(1)`, `</textarea><script>alert(1)</script>`,
		`</title><b>`, `javascript:alert(1)`, `&lt;script&gt; &amp; &#39;`, `<!-- -->`, "line\nline", `{{.}} ${x} %s \u003c`, "é\u2028東\U0001F6B2",
	} {
		t.Run(evil, func(t *testing.T) {
			s := open(t)
			long := evil + " and ten more"
			edit := s.posted(adForm("title", long, "body", long, "place", evil, "seller", evil))
			ad, _, _ := strings.Cut(edit, "/edit")
			if w := s.post(ad+"/reply", url.Values{"name": {evil}, "email": {"bob@example.org"}, "message": {evil}}); w.Code != 303 {
				t.Fatalf("the reply answers %d", w.Code)
			}
			for path, want := range map[string]int{ad: 4, "/": 2, "/c/bicycles": 2} {
				if got := strings.Count(text(check(t, s.get(path).Body.String()).byID("main")), evil); got < want {
					t.Errorf("%s shows the typed text %d times, want %d", path, got, want)
				}
			}
			p := check(t, s.get(edit).Body.String())
			for _, id := range []string{"title", "body", "place", "seller"} {
				if got := value(p.byID(id)); !strings.HasPrefix(got, evil) {
					t.Errorf("the field %s has %q", id, got)
				}
			}
			for _, path := range []string{"/search?q=", "/search?q=x&min=", "/search?q=x&category=", "/post?category="} {
				check(t, s.get(path+url.QueryEscape(evil)).Body.String())
			}
			check(t, s.post("/ads", url.Values{"title": {evil}, "body": {evil}, "email": {evil}, "category": {evil}, "price": {evil}}).Body.String())
		})
	}
}

func TestCrossOrigin(t *testing.T) {
	s := open(t)
	for _, c := range []struct {
		name   string
		header map[string]string
		status int
	}{
		{"from here", map[string]string{"Sec-Fetch-Site": "same-origin", "Origin": "http://example.com"}, 303},
		{"from the address bar", map[string]string{"Sec-Fetch-Site": "none"}, 303},
		{"from a browser without Sec-Fetch-Site", map[string]string{"Origin": "http://example.com"}, 303},
		{"from no browser", nil, 303},
		{"from another site", map[string]string{"Sec-Fetch-Site": "cross-site"}, 403},
		{"from a neighbour", map[string]string{"Sec-Fetch-Site": "same-site"}, 403},
		{"from another origin", map[string]string{"Origin": "https://evil.example"}, 403},
		{"from a sandbox", map[string]string{"Origin": "null"}, 403},
	} {
		for _, path := range []string{"/ads", "/ads/10/reply", "/ads/10/flag", "/ads/10/delete"} {
			t.Run(c.name+" to "+path, func(t *testing.T) {
				form := adForm("name", "Bob", "message", "Hello")
				r := httptest.NewRequest("POST", path, strings.NewReader(form.Encode()))
				r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
				for name, v := range c.header {
					r.Header.Set(name, v)
				}
				want := c.status
				if want == 303 && path == "/ads/10/delete" {
					want = 404 // accepted, but without the key
				}
				if w := s.do(r); w.Code != want {
					t.Errorf("got %d, want %d", w.Code, want)
				}
			})
		}
	}
	r := httptest.NewRequest("GET", "/ads/10", nil)
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	if w := s.do(r); w.Code != 200 {
		t.Errorf("a link from elsewhere answers %d", w.Code)
	}
}

func TestBadBodies(t *testing.T) {
	s := open(t)
	for _, c := range []struct {
		name, kind, body string
		status           int
	}{
		{"no form at all", "", "", 422},
		{"another type", "application/json", `{"title": "Zeppelin"}`, 422},
		{"a bad escape", "application/x-www-form-urlencoded", "title=%zz", 400},
		{"no boundary", "multipart/form-data", "x", 400},
		{"parts that break off", "multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\nZepp", 400},
		{"a long form", "application/x-www-form-urlencoded", "title=" + strings.Repeat("x", 4<<20), 413},
		{"bytes that are no text", "application/x-www-form-urlencoded", "title=%ff%fe%fd&body=%c3%28", 422},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := httptest.NewRequest("POST", "/ads", strings.NewReader(c.body))
			if c.kind != "" {
				r.Header.Set("Content-Type", c.kind)
			}
			w := s.do(r)
			if w.Code != c.status {
				t.Errorf("got %d, want %d", w.Code, c.status)
			}
			check(t, w.Body.String())
		})
	}
}

// FuzzGet requests any address with any query and cookies: no answer may be a server error
// or an incomplete page.
func FuzzGet(f *testing.F) {
	s := open(f)
	for _, target := range []string{"/", "/c/bicycles?page=2", "/search?q=xylophones&max=300&page=-1", "/ads/1", "/ads/1/edit?key=%00", "/photos/1", "/ads/99999999999999999999", "/static/../x", "/search?q=%ff&min=1e9&category=%E2%80%AE", "//ads/1?done=posted"} {
		f.Add(target, "key=1; a=\"b\"", "gzip;q=0, *")
	}
	f.Fuzz(func(t *testing.T, target, cookie, accept string) {
		u, err := url.ParseRequestURI(target)
		if err != nil {
			return
		}
		r := httptest.NewRequest("GET", "/", nil)
		r.URL, r.RequestURI = u, target
		r.Header = http.Header{"Cookie": {cookie}, "Accept-Encoding": {accept}, "If-None-Match": {cookie}}
		w := s.do(r)
		switch kind := w.Header().Get("Content-Type"); {
		case w.Code >= 500:
			t.Errorf("the answer to %q is %d", target, w.Code)
		case w.Code == http.StatusTemporaryRedirect: // by the mux, to the tidy path
		case strings.HasPrefix(kind, "text/html") && w.Header().Get("Content-Encoding") == "" && w.Body.Len() > 0:
			check(t, w.Body.String())
		}
	})
}

// FuzzPost posts any body with any type: no answer may be a server error or an
// incomplete page.
func FuzzPost(f *testing.F) {
	s := open(f)
	f.Add("application/x-www-form-urlencoded", []byte(adForm().Encode()))
	f.Add("application/x-www-form-urlencoded", []byte("title=%zz&body=%00"))
	f.Add("multipart/form-data; boundary=b", []byte("--b\r\nContent-Disposition: form-data; name=\"photo\"; filename=\"x\"\r\n\r\nGIF89a\r\n--b--\r\n"))
	f.Add("text/plain", []byte("title=x"))
	f.Fuzz(func(t *testing.T, kind string, body []byte) {
		r := httptest.NewRequest("POST", "/ads", bytes.NewReader(body))
		r.Header.Set("Content-Type", kind)
		w := s.do(r)
		switch w.Code {
		case 303:
		case 400, 413, 422:
			check(t, w.Body.String())
		default:
			t.Errorf("the answer to %s %q has status %s", kind, body, strconv.Itoa(w.Code))
		}
	})
}
