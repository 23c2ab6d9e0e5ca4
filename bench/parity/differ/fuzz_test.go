package differ_test

import (
	"strings"
	"testing"

	"github.com/classibench/classibench/bench/parity/differ"
	"github.com/classibench/classibench/bench/parity/trial"
)

// checkLearned fails if two answers that were learned differ, in either direction, or
// if an answer differs from itself.
func checkLearned(t *testing.T, a, b trial.Answer) {
	t.Helper()
	d := newDiffer(t)
	for _, x := range []trial.Answer{a, b} {
		if found := d.Compare(home, x, x); len(found) > 0 {
			t.Fatalf("%q differs from itself: %q", x.Body, brief(found))
		}
	}
	d.Learn(home, a, b)
	for _, pair := range [][2]trial.Answer{{a, b}, {b, a}} {
		if found := d.Compare(home, pair[0], pair[1]); len(found) > 0 {
			t.Fatalf("%q, %q %v: %q", pair[0].Body, pair[1].Body, pair[0].Header, brief(found))
		}
	}
	exchange := func(a trial.Answer) []trial.Exchange {
		return []trial.Exchange{{Step: trial.Step{Request: home}, Answer: a}}
	}
	d.Stuck(exchange(a), exchange(b))
	d.Varying()
}

func fuzzBody(f *testing.F, contentType string, seeds ...[2]string) {
	for _, s := range seeds {
		f.Add(s[0], s[1])
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		checkLearned(t, answer(a, "Content-Type: "+contentType), answer(b, "Content-Type: "+contentType))
	})
}

func FuzzHTML(f *testing.F) {
	fuzzBody(f, "text/html", [][2]string{
		{"<p>a</p><p>b</p>", "<p>b</p><p>a</p>"},
		{"<ul><li>1<li>2<li>3", "<ul><li>3<li>1"},
		{"<p id=a class=b>12:00:01</p>", "<p class=c>12:00:02</p>"},
		{"<table><tr><td>x", "<select><option>y<svg><p>"},
		{strings.Repeat("<div>", 600), "\xff\x00<!--"},
	}...)
}

func FuzzJSON(f *testing.F) {
	fuzzBody(f, "application/json", [][2]string{
		{`{"a":[1,2,3],"b":null}`, `{"b":"x","a":[3,1]}`},
		{`{"a":1,"a":2}`, `{"a":2}`},
		{`[1e999999999, 0.10]`, `[1E5, -0]`},
		{`{"a/b~":{"":[]}}`, `{"a/b~":{"":[{}]}}`},
		{`[[[[`, `"x"`},
	}...)
}

func FuzzXML(f *testing.F) {
	fuzzBody(f, "application/xml", [][2]string{
		{"<?xml version='1.0'?><a b='1'>x</a>", "<a b='2'>y<c/></a>"},
		{"<!DOCTYPE a><a:b xmlns:a='u'><!-- x --></a:b>", "<a></b>"},
	}...)
}

func FuzzText(f *testing.F) {
	fuzzBody(f, "text/plain", [][2]string{
		{"a 12:30 b", "a 12:31 b"},
		{"the cat sat on 17 mats", "a dog ran to 4 cats, 2026-11-27"},
		{"x+y/z==\n1.5e-07", "\x00\nFri, 27 Nov 2026 12:00:00 GMT"},
	}...)
}

func FuzzBytes(f *testing.F) {
	fuzzBody(f, "image/png", [2]string{"\x89PNG\x00\x01", "\x89PNG\x02\x01"}, [2]string{"", "aa"}, [2]string{"a", "aa"})
}

func FuzzHeader(f *testing.F) {
	f.Add("sid=1; Path=/; Max-Age=99999999999", "sid=2; Expires=Fri, 27 Nov 2026 13:00:00 GMT")
	f.Add("max-age=60, public", "no-store")
	f.Add("http://127.0.0.1:34567/%zz", "//[::1]:80/?a#b")
	f.Add("Fri, 27 Nov 2026 13:00:00 GMT", "text/html; charset=x; boundary=\"")
	f.Fuzz(func(t *testing.T, a, b string) {
		for _, name := range []string{"Set-Cookie", "Cache-Control", "Location", "Content-Type", "Expires", "X-Any"} {
			checkLearned(t, answer("", name+": "+a), answer("", name+": "+b))
		}
	})
}

func FuzzIgnore(f *testing.F) {
	f.Add("Vary", "p > a[href]", "/a/~0/*", "[0-9]+")
	f.Fuzz(func(t *testing.T, header, css, pointer, pattern string) {
		for _, i := range []differ.Ignore{{Header: header}, {CSS: css}, {JSON: pointer}, {Regexp: pattern}} {
			d, err := differ.New([]differ.Ignore{i})
			if err != nil {
				continue
			}
			for _, a := range []trial.Answer{page("<p>a<a href=x>1</a>"), object(`{"a":[1]}`)} {
				if found := d.Compare(home, a, a); len(found) > 0 {
					t.Fatalf("%+v: %q", i, brief(found))
				}
			}
		}
	})
}
