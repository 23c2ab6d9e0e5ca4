package differ_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/classibench/classibench/bench/parity/differ"
	"github.com/classibench/classibench/bench/parity/trial"
)

func TestVarying(t *testing.T) {
	const form = `<h1>Ads</h1><p>It is %s.</p><ul><li>bike %s</li><li>car %s</li></ul><ol>%s</ol>`
	d := newDiffer(t, differ.Ignore{Header: "X-Request-Id"}, differ.Ignore{Route: "home", CSS: ".clock"}, differ.Ignore{JSON: "/id"}, differ.Ignore{Regexp: "[0-9]+ ms"})
	for i, items := range []string{"<li>b</li><li>a</li><li>c</li>", "<li>c</li><li>a</li>"} {
		d.Learn(home, page(fmt.Sprintf(form, "12:00:01", "0a1b2c3d", "4e5f6a7b", "<li>a</li><li>b</li><li>c</li>")),
			page(fmt.Sprintf(form, fmt.Sprint("12:00:0", i+2), "1a1b2c3d", "5e5f6a7b", items)))
	}
	var got []string
	for _, v := range d.Varying() {
		got = append(got, fmt.Sprintf("%s|%s|%s|%v", v.Route, v.Place, strings.Join(v.Examples, "|"), v.Declared))
	}
	want := []string{
		"|header X-Request-Id||true", "home|css .clock||true", "|json /id||true", "|regexp [0-9]+ ms||true",
		"home|html ol (order)|ol li a li b li c|false",
		"home|html ol > li[*] (number)|2 to 3|li b|false",
		"home|html p|12:00:01|12:00:02|12:00:03|false",
		"home|html ul > li[*]|0a1b2c3d|1a1b2c3d|4e5f6a7b|false",
	}
	if diff := cmp.Diff(got, want); diff != "" {
		t.Errorf("got -, want +:\n%s", diff)
	}
}

func TestUnmaskable(t *testing.T) {
	busy := page("busy")
	busy.Status = 503
	for name, c := range map[string]struct {
		a, b trial.Answer
		want string
	}{
		"equal":             {page("<p>a b c</p>"), page("<p>a b c</p>"), ""},
		"a clock":           {page("12:00:00"), page("12:00:01"), ""},
		"a status":          {page("<p>home</p>"), busy, "the status varies: 200 and 503"},
		"a failure":         {page("<p>home</p>"), trial.Answer{Failure: "EOF"}, "one of two answers is missing: EOF"},
		"another structure": {page("<p>a</p><ul><li>b<li>c<li>d</ul>"), page("<table><tr><td>1<td>2<tr><td>3<td>4</table>"), "have no like in the other"},
		"JSON or not":       {object(`{"a":1}`), object(`oops`), "the body is json in one answer and text in another"},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDiffer(t)
			d.Learn(home, c.a, c.b)
			if got := d.Unmaskable("home"); c.want == "" && got != "" || !strings.Contains(got, c.want) {
				t.Errorf("got %q, want %q", got, c.want)
			}
			if found := d.Compare(home, c.a, c.b); len(found) > 0 {
				t.Errorf("what was learned differs: %+v", found)
			}
			if got := d.Unmaskable("other"); got != "" {
				t.Errorf("another route: %s", got)
			}
		})
	}
}

func TestIgnore(t *testing.T) {
	want := answer(`<div class="ad">A</div><p>took 12 ms</p>`, "Content-Type: text/html", "X-Id: 1", "Set-Cookie: sid=1", "Set-Cookie: lang=en")
	got := answer(`<div class="ad"><b>B</b></div><div class="ad">C</div><p>took 4012 ms</p>`, "Content-Type: text/html", "X-Id: 2", "Set-Cookie: sid=2", "Set-Cookie: lang=de")
	all := []differ.Ignore{{Header: "x-id"}, {Header: "set-cookie: sid"}, {CSS: "div.ad"}, {Regexp: `took \d+ ms`}}
	if found := brief(newDiffer(t, all...).Compare(home, want, got)); !cmp.Equal(found, []string{"cookie lang: en -> de"}) {
		t.Errorf("got %q", found)
	}
	for i := range all {
		all[i].Route = "another"
	}
	if found := newDiffer(t, all...).Compare(home, want, got); len(found) != 6 {
		t.Errorf("declared for another route: got %q", brief(found))
	}
	value := func(id, title string) trial.Answer {
		return object(`{"ads":[{"id":` + id + `,"title":"` + title + `"}],"a/b":` + id + `}`)
	}
	d := newDiffer(t, differ.Ignore{JSON: "/ads/*/id"}, differ.Ignore{JSON: "/a~1b"})
	if found := brief(d.Compare(home, value("1", "car"), value("2", "cat"))); !cmp.Equal(found, []string{"json /ads/0/title: car -> cat"}) {
		t.Errorf("got %q", found)
	}
}

func TestBadDeclarations(t *testing.T) {
	for _, c := range []struct {
		ignore differ.Ignore
		want   string
	}{
		{differ.Ignore{}, "ignore: 0 of header, css, json and regexp are set"},
		{differ.Ignore{CSS: "p", JSON: "/a"}, "are set (css, json), want one"},
		{differ.Ignore{Header: "X Id"}, `header "X Id" is no name of a field`},
		{differ.Ignore{Header: "Vary: sid"}, `is no name of a field; write a name such as`},
		{differ.Ignore{CSS: "div["}, `css "div[" cannot be read as a selector: `},
		{differ.Ignore{JSON: "ads/0"}, `json "ads/0" is no pointer; it must begin with "/"`},
		{differ.Ignore{JSON: "/a~2"}, `that is not followed by 0 or 1`},
		{differ.Ignore{Regexp: "a("}, `regexp "a(" cannot be read: `},
		{differ.Ignore{Regexp: "[0-9]*"}, `matches an empty text`},
	} {
		if _, err := differ.New([]differ.Ignore{c.ignore}); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: got %v, want %q", c.ignore, err, c.want)
		}
	}
}
