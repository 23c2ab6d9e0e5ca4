package visitor_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/classibench/classibench/bench/parity/trial"
	"github.com/classibench/classibench/bench/parity/visitor"
)

// see lets a visitor look at an answer to a request for a path.
func see(b *visitor.Browser, path string, header http.Header, body string) {
	b.See(trial.Exchange{Step: trial.Step{Request: get(path)}, Sent: get(path), Answer: trial.Answer{Status: 200, Header: header, Body: []byte(body)}})
}

func TestCookiesAreThoseOfABrowser(t *testing.T) {
	for _, c := range []struct {
		name, setAt, cookie, askedFor, want string
	}{
		{"of the whole site", "/a/b", "a=1; Path=/", "/c", "a=1"},
		{"of the folder of the page", "/a/b", "a=1", "/c", ""},
		{"of a folder", "/", "a=1; Path=/admin", "/admin/x?y=1", "a=1"},
		{"of a folder with a name that begins like it", "/", "a=1; Path=/admin", "/administrator", ""},
		{"for secure connections, on this machine", "/", "a=1; Secure; HttpOnly", "/", "a=1"},
		{"of the domain", "/", "a=1; Domain=board.example", "/", "a=1"},
		{"of another domain", "/", "a=1; Domain=other.example", "/", ""},
		{"that ended", "/", "a=1; Expires=Thu, 01 Jan 1970 00:00:00 GMT", "/", ""},
		{"that lasts", "/", "a=1; Max-Age=3600", "/", "a=1"},
		{"with quotes", "/", `a="1 2"`, "/", `a="1 2"`},
		{"with an escaped path", "/", "a=1; Path=/caf\u00e9", "/caf%C3%A9/x", "a=1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := visitor.NewSide(visitor.Options{Host: "board.example"}).Browser(0)
			see(b, c.setAt, http.Header{"Set-Cookie": {c.cookie}}, "")
			sent, _ := b.Fill(get(c.askedFor))
			if got := sent.Header.Get("Cookie"); got != c.want {
				t.Errorf("sends Cookie %q, want %q", got, c.want)
			}
		})
	}
}

func TestCookiesOfARequestGiveWayToThoseOfTheSide(t *testing.T) {
	side := visitor.NewSide(visitor.Options{})
	request := get("/")
	request.Header = http.Header{"Cookie": {"sid=recorded; theme=dark"}}
	check := func(v int, want string) {
		t.Helper()
		if sent, _ := side.Browser(v).Fill(request); sent.Header.Get("Cookie") != want {
			t.Errorf("visitor %d sends %q, want %q", v, sent.Header.Get("Cookie"), want)
		}
	}
	check(0, "sid=recorded; theme=dark")
	see(side.Browser(0), "/", http.Header{"Set-Cookie": {"sid=fresh"}}, "")
	check(0, "sid=fresh; theme=dark")
	check(1, "sid=recorded; theme=dark")
	see(side.Browser(0), "/", http.Header{"Set-Cookie": {"sid=; Max-Age=0"}}, "")
	check(0, "theme=dark")
	if request.Header.Get("Cookie") != "sid=recorded; theme=dark" {
		t.Error("the request of the list was changed")
	}
}

func TestHiddenFields(t *testing.T) {
	header := func(pairs ...string) http.Header { return http.Header{pairs[0]: {pairs[1]}} }
	page, data := header("Content-Type", "text/html; charset=utf-8"), header("Content-Type", "application/json")
	for _, c := range []struct {
		name   string
		header http.Header
		body   string
		field  string
		want   string
	}{
		{"input", page, `<FORM><INPUT TYPE=hidden NAME=t VALUE="a&amp;b">`, "t", "a&b"},
		{"the last of several", page, `<input type=hidden name=t value=1><input type=hidden name=t value=2>`, "t", "2"},
		{"no visible input", page, `<input name=t value=1>`, "t", ""},
		{"no comment", page, `<!-- <input type=hidden name=t value=1> -->`, "t", ""},
		{"in a page without a type", nil, `<!doctype html><input type=hidden name=t value=1>`, "t", "1"},
		{"meta", page, `<meta name="csrf-token" content="x+/=">`, "csrf-token", "x+/="},
		{"meta of Rails", page, `<meta name="csrf-param" content="authenticity_token"><meta name="csrf-token" content="x">`, "authenticity_token", "x"},
		{"other meta", page, `<meta name="author" content="x">`, "author", ""},
		{"JSON", data, `{"a":{"t":"inner"},"t":"outer","b":[{"t":"other"}]}`, "t", "outer"},
		{"JSON number", data, `[{"id":50001},{"id":12345678901234567890}]`, "id", "12345678901234567890"},
		{"JSON that is cut", data, `{"t":"x","a":[1,`, "t", "x"},
		{"redirect", header("Location", "/ads/7/edit?key=a%2Bb"), "", "key", "a+b"},
		{"cookie", header("Set-Cookie", "XSRF-TOKEN=a%3D; Path=/"), "", "XSRF-TOKEN", "a="},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := visitor.NewSide(visitor.Options{}).Browser(0)
			see(b, "/", c.header, c.body)
			request := get("/x")
			request.Header = http.Header{"X-Token": {"{{" + c.field + "}}"}}
			sent, unknown := b.Fill(request)
			if got := sent.Header.Get("X-Token"); got != c.want || (len(unknown) > 0) != (c.want == "") {
				t.Errorf("sends %q, unknown %q, want %q", got, unknown, c.want)
			}
		})
	}
}

func TestFieldsAreEncodedAsTheirPlaceRequires(t *testing.T) {
	b := visitor.NewSide(visitor.Options{}).Browser(0)
	see(b, "/", nil, "<html><input type=hidden name=t value='a/b&amp;\"c d'><input type=hidden name=lines value='1&#10;X-Evil: 2'>")
	multipart := "--B\r\nContent-Disposition: form-data; name=\"t\"\r\n\r\n{{t}}\r\n--B--\r\n"
	for _, c := range []struct{ name, mediaType, body, want string }{
		{"form", "application/x-www-form-urlencoded", "t={{t}}&u=1", "t=a%2Fb%26%22c+d&u=1"},
		{"encoded in the list", "", "t=%7B%7Bt%7D%7D", "t=a%2Fb%26%22c+d"},
		{"JSON", "application/json", `{"t": "{{t}}", "n": 1.50}`, `{"t": "a/b&\"c d", "n": 1.50}`},
		{"JSON number", "application/json", `{"n": {{n}}}`, `{"n": }`},
		{"multipart", "multipart/form-data; boundary=B", multipart, strings.Replace(multipart, "{{t}}", `a/b&"c d`, 1)},
		{"text", "text/plain", "{{ t }} {{none}}", `a/b&"c d `},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := trial.Request{Method: "POST", URL: "/x", Body: c.body, Header: http.Header{"Content-Type": {c.mediaType}, "Content-Length": {"9"}}}
			sent, _ := b.Fill(r)
			if sent.Body != c.want || sent.Header.Get("Content-Length") != "" {
				t.Errorf("sends %q with length %q, want %q", sent.Body, sent.Header.Get("Content-Length"), c.want)
			}
		})
	}
	sent, unknown := b.Fill(trial.Request{Method: "GET", URL: "/{{t}}/x?{{t}}={{t}}&n={{n}}", Header: http.Header{"X-T": {"{{lines}}"}}})
	if want := "/a%2Fb&%22c%20d/x?a%2Fb%26%22c+d=a%2Fb%26%22c+d&n="; sent.URL != want {
		t.Errorf("sends %s, want %s", sent.URL, want)
	}
	if !slices.Equal(unknown, []string{"n"}) || sent.Header.Get("X-T") != "1 X-Evil: 2" {
		t.Errorf("unknown %q, header %q", unknown, sent.Header.Get("X-T"))
	}
}

func TestMarksAreValuesOfAVisitor(t *testing.T) {
	request := get("/hello/{visitor.0}?name={visitor.1:Jane+Roe}&again={visitor.1:Jane+Roe}&year=2026")
	urls := map[string]bool{}
	for v := range 20 {
		sent, _ := visitor.NewSide(visitor.Options{}).Browser(v).Fill(request)
		again, _ := visitor.NewSide(visitor.Options{}).Browser(v).Fill(request)
		if diff := cmp.Diff(sent, again); diff != "" {
			t.Errorf("another side gets other values: %s", diff)
		}
		_, pairs, _ := strings.Cut(sent.URL, "?")
		values := strings.Split(pairs, "&")
		if strings.TrimPrefix(values[0], "name=") != strings.TrimPrefix(values[1], "again=") || values[2] != "year=2026" || urls[sent.URL] {
			t.Errorf("visitor %d sends %s", v, sent.URL)
		}
		urls[sent.URL] = true
	}
}

// A short sample has few values, and no two visitors may share one.
func TestMarksWithShortSamplesAreDistinct(t *testing.T) {
	seen := map[string]bool{"/?a=ab": true}
	for v := range 15 {
		sent, _ := visitor.NewSide(visitor.Options{}).Browser(v).Fill(get("/?a={visitor.0:ab}"))
		if seen[sent.URL] {
			t.Errorf("visitor %d sends %s, which is taken", v, sent.URL)
		}
		seen[sent.URL] = true
	}
}

// The numbers of rows are translated where they mean a row: in answers to requests that
// write, and under the same key.
func TestNumbersAreTranslatedUnderTheirKey(t *testing.T) {
	answered := func(r trial.Request, location, page string) trial.Exchange {
		return trial.Exchange{Step: trial.Step{Request: r}, Sent: r, Answer: trial.Answer{Status: 303, Header: http.Header{"Location": {location}}, Body: []byte(page)}}
	}
	write, read := post("/ads", "title=Bike"), get("/ads")
	known := []trial.Exchange{answered(write, "/ads/7001", ""), answered(read, "", `<html><a href="/users/31">one</a>`)}
	b := visitor.NewSide(visitor.Options{Known: known}).Browser(0)
	b.See(answered(write, "/ads/7002", ""))
	b.See(answered(read, "", `<html><a href="/users/32">one</a>`))
	for url, want := range map[string]string{"/ads/7001": "/ads/7002", "/ads/7001/edit?page=7001": "/ads/7002/edit?page=7001", "/users/31": "/users/31", "/ads/700": "/ads/700"} {
		if sent, _ := b.Fill(get(url)); sent.URL != want {
			t.Errorf("%s is sent as %s, want %s", url, sent.URL, want)
		}
	}
}

func TestOnlyValuesWithRoomCarryATokenAtAll(t *testing.T) {
	header := http.Header{"Content-Type": {"application/json"}, "User-Agent": {"Surveyor/1.0"}, "Accept-Language": {"english"}, "Cookie": {"theme=midnight"}, "Referer": {"http://elsewhere.example/somewhere"}}
	r := trial.Request{Method: "POST", URL: "/cgi-bin/guestbook.pl/visitors?sort=price&page=12&phone=0170-123456&date=2026-11-27", Header: header,
		Body: `{"title": "Quite useful", "n": 1234567890, "small": 12, "big": 1234567e10, "name": "Jo Li", "home": "http://elsewhere.example/x", "id": "0a1b2c3d-0000-4000-8000-1234567890ab"}`}
	canaries := visitor.NewCanaries(1, []trial.Request{r})
	want := []string{"0170-123456", "0a1b2c3d", "1234567890", "1234567890ab", "Surveyor", "midnight", "useful", "visitors"}
	if got := canaries.Texts(); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
