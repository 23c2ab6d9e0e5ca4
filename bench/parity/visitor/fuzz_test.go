package visitor_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/classibench/classibench/bench/parity/trial"
	"github.com/classibench/classibench/bench/parity/visitor"
)

// Answers come from programs under test: any bytes.
func FuzzSee(f *testing.F) {
	f.Add("text/html", "sid=1; Path=/", "/ads/7?key=a", `<input type=hidden name=t value="a&#10;b"><a href="/x/0123456789ab?k=1">0123456789ab</a>`)
	f.Add("application/json", "a=\"b\"; Max-Age=1", "//x", `{"t":[{"t":"\u000a"},1e5]}`)
	f.Add("multipart/form-data; boundary=", ";;", "%zz", "\x00\xff{{t}}")
	f.Fuzz(func(t *testing.T, mediaType, cookie, location, body string) {
		side := visitor.NewSide(visitor.Options{})
		b := side.Browser(0)
		request := post("/x/{{t}}?t={{t}}", "t={{t}}&u={visitor.1}")
		e := trial.Exchange{Step: trial.Step{Request: request}, Sent: request, Answer: trial.Answer{Status: 200, Header: http.Header{"Content-Type": {mediaType}, "Set-Cookie": {cookie}, "Location": {location}}, Body: []byte(body)}}
		b.See(e)
		request.Header.Set("X-T", "{{t}}")
		sent, _ := b.Fill(request)
		for name, values := range sent.Header {
			if strings.ContainsAny(strings.Join(values, ""), "\r\n\x00") {
				t.Errorf("header %s: %q", name, values)
			}
		}
		if strings.ContainsAny(sent.URL, " \r\n") || strings.Count(sent.URL, "/") != 2 || strings.Count(sent.Body, "&") != 1 {
			t.Errorf("sends %q with body %q", sent.URL, sent.Body)
		}
		checkSessions(t, e)
	})
}

// checkSessions compares an answer with itself: nothing differs, and nothing leaks.
func checkSessions(t *testing.T, e trial.Exchange) {
	sessions, all := visitor.NewSessions(), []trial.Exchange{e, e}
	sessions.Learn(all, all)
	both := trial.Trial{Baseline: all, Candidate: all}
	got := sessions.Neutral(both)
	if diff := cmp.Diff(got.Baseline, got.Candidate); diff != "" {
		t.Errorf("an answer differs from itself: %s", diff)
	}
	if leaks := sessions.Leaks(both); len(leaks) > 0 {
		t.Errorf("an answer leaks its own identifiers: %+v", leaks)
	}
}

// Requests come from files of others.
func FuzzMark(f *testing.F) {
	f.Add("/a.cgi/b%20c?q=wardrobe;s=1&%zz", "application/json", `{"a": "wardrobe\n", "b": {{c}}, "d": {visitor.1}, "e": [12345678]}`, "a=wardrobe; b")
	f.Add("", "multipart/form-data; boundary=B", "--B\r\nContent-Disposition: form-data; name=a\r\n\r\nwardrobe\r\n--B--", "")
	f.Add("/?{{a}}", "", "a=b&&=;", "=")
	f.Fuzz(func(t *testing.T, url, mediaType, body, cookies string) {
		r := trial.Request{Method: "POST", URL: url, Body: body, Header: http.Header{"Content-Type": {mediaType}, "Cookie": {cookies}}}
		if !strings.Contains(url+mediaType+body, "visitor") && !strings.ContainsAny(mediaType+cookies, "\r\n\x00") {
			if got := visitor.NewCanaries(1, nil).Mark(r, 0); got.URL != url || got.Body != body || got.Header.Get("Cookie") != cookies {
				t.Errorf("sends %q, want %q", got, r)
			}
		}
		canaries := visitor.NewCanaries(1, []trial.Request{r})
		own, other := canaries.Mark(r, 0), canaries.Mark(r, 1)
		answer := trial.Answer{Body: []byte(own.Body), Header: http.Header{"X-Echo": {own.URL}}}
		if leaks := canaries.Leaks(0, 2, answer, trial.Answer{}); len(leaks) > 0 && !strings.Contains(url+body+cookies, leaks[0].Value) {
			t.Errorf("visitor 0 sends %q, visitor 1 %q, and sees %+v", own, other, leaks)
		}
	})
}

// Leaks decodes answers in several ways.
func FuzzLeaks(f *testing.F) {
	for _, body := range []string{"%77", "&#x77;&amp", `\u0077\ud83d\ude00\n\`, "d2FyZHJvYmU=", "\xff"} {
		f.Add(body)
	}
	search := get("/?q=wardrobe")
	canaries := visitor.NewCanaries(1, []trial.Request{search})
	f.Fuzz(func(t *testing.T, body string) {
		answer := trial.Answer{Body: []byte(body), Header: http.Header{"Set-Cookie": {body}}}
		if leaks := canaries.Leaks(0, 3, answer, answer); len(leaks) > 0 {
			t.Errorf("the baseline shows the same, and these leak: %+v", leaks)
		}
		canaries.Plain(answer, 1)
	})
}
