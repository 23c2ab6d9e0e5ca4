package answers_test

import (
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/classibench/classibench/bench/answers"
)

func TestMarker(t *testing.T) {
	const head = "<!DOCTYPE html PUBLIC \"-//W3C//DTD HTML 4.01//EN\" \"http://www.w3.org/TR/html4/strict.dtd\">\n<html><head><meta charset=\"utf-8\"><title>%</title></head>\n"
	full := func(title, body string) string { return strings.Replace(head, "%", title, 1) + body + "</html>" }
	for name, c := range map[string]struct {
		same, others []string
		want         string
	}{
		"a title":           {[]string{full("Bicycles", "<p>It is 12:30:59</p>"), full("Bicycles", "<p>It is 12:31:00</p>")}, nil, "<title>Bicycles</title>"},
		"a heading":         {[]string{"<html>\n<h1>Ads</h1>\n<p>1 ad of today</p>", "<html>\n<h1>Ads</h1>\n<p>2 ads of today</p>"}, nil, "<h1>Ads</h1>"},
		"varying headings":  {[]string{"<h1>Ann</h1>\nwelcome back", "<h1>Bob</h1>\nwelcome back"}, nil, "welcome back"},
		"digits around":     {[]string{"you are visitor 17 of this page"}, nil, "you are visitor"},
		"not of other page": {[]string{"<h1>Classified ads</h1>\n<p>bicycles</p>"}, []string{"<h1>Classified ads</h1>\n<p>cars</p>"}, "<p>bicycles</p>"},
		"only shared":       {[]string{"<h1>Classified ads</h1>"}, []string{"<h1>Classified ads</h1>"}, "<h1>Classified ads</h1>"},
		"nothing stable":    {[]string{"a8fe01", "77bbcc"}, nil, ""},
		"nothing":           {[]string{"", ""}, nil, ""},
		"numbers":           {[]string{"1 2 3", "1 2 3"}, nil, ""},
		"JSON":              {[]string{`{"id":17,"title":"Bicycle","seen":3}`, `{"id":17,"title":"Bicycle","seen":4}`}, nil, `,"title":"Bicycle","seen":`},
	} {
		of := func(texts []string) (all []answers.Answer) {
			for _, text := range texts {
				all = append(all, page(text))
			}
			return all
		}
		if got := answers.Marker(of(c.same), of(c.others)...); got != c.want {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
}

func TestMarkersDoNotNameTheirSide(t *testing.T) {
	a := page("<a href=\"http://127.0.0.1:8000/ads\">all of the ads</a>\n<p>welcome</p>")
	a.From = "127.0.0.1:8000"
	if got := answers.Marker([]answers.Answer{a}); got == "" || strings.Contains(got, "127.0.0.1") {
		t.Errorf("got %q", got)
	}
}

// headings have the only digits that a marker may have.
var headings = regexp.MustCompile(`</?h[1-6]\b`)

// All pages contain the marker.
func TestAnyMarker(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		line := rapid.StringMatching(`(<h1>)?[a-zé0-9 <>/="]{0,90}`)
		fixed := rapid.SliceOf(line).Draw(t, "fixed")
		var same []answers.Answer
		for range rapid.IntRange(1, 3).Draw(t, "answers") {
			same = append(same, page(strings.Join(append(append([]string{}, fixed...), line.Draw(t, "varies")), "\n")))
		}
		marker := answers.Marker(same)
		for _, a := range same {
			if !strings.Contains(string(a.Body), marker) || strings.ContainsAny(headings.ReplaceAllString(marker, ""), "0123456789\n") {
				t.Fatalf("%q is not in %q", marker, a.Body)
			}
		}
	})
}
