package visitor_test

import (
	"net/http"
	"slices"
	"testing"

	"github.com/classibench/classibench/bench/parity/trial"
	"github.com/classibench/classibench/bench/parity/visitor"
)

func TestSubstituted(t *testing.T) {
	form := http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}
	for _, c := range []struct {
		r    trial.Request
		url  string
		body string
		want []visitor.Substitute
	}{
		{trial.Request{URL: "/?page=2&category=cars"}, "/?page=48171&category=zqvxkb", "", []visitor.Substitute{{"query", "page", "48171"}, {"query", "category", "zqvxkb"}}},
		{trial.Request{URL: "/", Method: "POST", Header: form, Body: "email=ann@example.org"}, "/", "email=zqvxka%40example.org", []visitor.Substitute{{"form", "email", "zqvxka@example.org"}}},
		{trial.Request{URL: "/index.pl/host/cpu"}, "/index.pl/zqvxka/cpu", "", []visitor.Substitute{{"path", "index.pl", "zqvxka"}}},
		{trial.Request{URL: "/"}, "/", "", nil},
	} {
		got, all := visitor.Substituted(c.r, 0)
		if !slices.Equal(all, c.want) || got.URL != c.url || got.Body != c.body {
			t.Errorf("%s %q: got %s %q, %+v, want %s %q, %+v", c.r.URL, c.r.Body, got.URL, got.Body, all, c.url, c.body, c.want)
		}
	}
}

func TestSubstitutedPath(t *testing.T) {
	got, all := visitor.SubstitutedPath(trial.Request{URL: "/item/42?a=42"}, 2)
	if got.URL != "/item/48173?a=42" || !slices.Equal(all, []visitor.Substitute{{"path", "item", "48173"}}) {
		t.Errorf("got %s, %+v", got.URL, all)
	}
	if got, all := visitor.SubstitutedPath(trial.Request{URL: "/cgi-bin/ads.pl"}, 0); all != nil {
		t.Errorf("the name of a script is replaced: %s", got.URL)
	}
}

// A value that the program put into a cookie is found in its holder.
func TestHolders(t *testing.T) {
	r := trial.Request{URL: "/home", Header: http.Header{"Cookie": {"user=zqvxka; lang=de"}}}
	if got := visitor.Holders(r, "zqvxka"); !slices.Equal(got, []visitor.Substitute{{"cookie", "user", "zqvxka"}}) {
		t.Errorf("got %+v", got)
	}
}
