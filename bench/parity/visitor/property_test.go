package visitor_test

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/classibench/classibench/bench/parity/trial"
	"github.com/classibench/classibench/bench/parity/visitor"
)

// texts draws values as people and programs write them, without braces: those are marks.
var texts = rapid.OneOf(
	rapid.StringMatching(`[A-Za-z]{0,12}( [A-Za-z0-9]{1,9}){0,3}`),
	rapid.StringMatching(`[a-z.]{1,9}@[a-z]{3,8}\.org`),
	rapid.StringMatching(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{12}`),
	rapid.StringMatching(`[+0-9][0-9 ]{5,12}[0-9]`),
	rapid.StringOf(rapid.RuneFrom([]rune("aZ9 &=;%+/\\\"'<>?#äß语.\t"))),
)

// requests draws requests with values in each of their places.
var requests = rapid.Custom(func(t *rapid.T) trial.Request {
	text := func(name string) string { return texts.Draw(t, name) }
	r := trial.Request{Method: "POST", URL: "/app.cgi/" + url.PathEscape(text("path")) + "?q=" + url.QueryEscape(text("query")), Header: http.Header{}}
	switch rapid.IntRange(0, 2).Draw(t, "type") {
	case 0:
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Body = url.Values{"a": {text("a"), text("b")}, "c d": {text("c")}}.Encode()
	case 1:
		r.Header.Set("Content-Type", "application/json")
		body, err := json.Marshal(map[string]any{"a": text("a"), "b": []any{text("b"), 12345678, true, nil}})
		if err != nil {
			t.Fatal(err)
		}
		r.Body = string(body)
	case 2:
		r.Header.Set("Content-Type", `multipart/form-data; boundary="xYz"`)
		r.Body = "--xYz\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n" + text("a") + "\r\n--xYz--\r\n"
	}
	return r
})

// A request without marks is sent byte by byte as it is, if nothing carries a token.
func TestARequestWithoutTokensStays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := requests.Draw(t, "request")
		if diff := cmp.Diff(r, visitor.NewCanaries(1, nil).Mark(r, 2)); diff != "" {
			t.Fatal(diff)
		}
	})
}

// Tokens have the length and shape of the words, in each place, and visitors differ.
func TestTokensKeepTheShape(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := requests.Draw(t, "request")
		canaries := visitor.NewCanaries(rapid.Int64().Draw(t, "seed"), []trial.Request{r})
		seen := map[string]int{}
		for v := range 4 {
			sent := canaries.Mark(r, v)
			want, got := decoded(t, r), decoded(t, sent)
			if len(want) != len(got) {
				t.Fatalf("got %q, want the shape of %q", got, want)
			}
			for i, c := range want {
				if shape(c) != shape(got[i]) {
					t.Fatalf("got %q, want the shape of %q", got, want)
				}
			}
			if before, twice := seen[sent.URL+sent.Body]; twice && len(canaries.Texts()) > 0 {
				t.Fatalf("visitors %d and %d both send %q", before, v, sent)
			}
			seen[sent.URL+sent.Body] = v
			if again := canaries.Mark(r, v); !cmp.Equal(sent, again) {
				t.Fatalf("visitor %d sends %q, then %q", v, sent, again)
			}
		}
	})
}

// decoded returns the values of a request without their encoding.
func decoded(t *rapid.T, r trial.Request) []rune {
	u, err := url.Parse(r.URL)
	if err != nil {
		t.Fatal(err)
	}
	text := u.Path + u.Query().Get("q")
	switch r.Header.Get("Content-Type") {
	case "application/json":
		var v any
		if err := json.Unmarshal([]byte(r.Body), &v); err != nil {
			t.Fatalf("%q is no JSON: %v", r.Body, err)
		}
		object := v.(map[string]any)
		text += object["a"].(string) + object["b"].([]any)[0].(string)
	case "application/x-www-form-urlencoded":
		form, err := url.ParseQuery(r.Body)
		if err != nil {
			t.Fatal(err)
		}
		text += form["a"][0] + form["a"][1] + form["c d"][0]
	default:
		text += r.Body
	}
	return []rune(text)
}

// shape returns A, a or 0 for a letter or digit, and another character itself. A hex
// letter and a digit keep their kind, too.
func shape(c rune) rune {
	switch {
	case c > unicode.MaxASCII:
		return c
	case unicode.IsUpper(c):
		return 'A'
	case unicode.IsLower(c):
		return 'a'
	case unicode.IsDigit(c):
		return '0'
	}
	return c
}

// A token of another visitor is found in any encoding, and Plain restores the words.
func TestATokenIsFoundInAnyEncoding(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.StringMatching(`[A-Z]?[a-z]{7,14}`).Draw(t, "word")
		r := trial.Request{Method: "GET", URL: "/?q=" + word}
		canaries := visitor.NewCanaries(rapid.Int64().Draw(t, "seed"), []trial.Request{r})
		token := strings.TrimPrefix(canaries.Mark(r, 1).URL, "/?q=")
		before := rapid.StringMatching(`[a-z ]{0,9}[ .:>]`).Draw(t, "before")
		after := rapid.StringMatching(`[<. ][a-z ]{0,9}`).Draw(t, "after")
		text := before + token + after
		if rapid.Bool().Draw(t, "base64") {
			text = base64.StdEncoding.EncodeToString([]byte(text))
		}
		answer := trial.Answer{Body: []byte("<p>" + text)}
		if leaks := canaries.Leaks(0, 2, answer, trial.Answer{}); len(leaks) != 1 || leaks[0].Value != token || leaks[0].Like != word {
			t.Fatalf("got %+v for %q in %q", leaks, token, text)
		}
		if leaks := canaries.Leaks(0, 2, trial.Answer{Body: []byte("<p>" + before + word + after)}, trial.Answer{}); len(leaks) > 0 {
			t.Fatalf("the word itself is a leak: %+v", leaks)
		}
		plain := canaries.Plain(trial.Answer{Body: []byte(before + token + after)}, 1)
		if got, want := string(plain.Body), before+word+after; got != want {
			t.Fatalf("plain is %q, want %q", got, want)
		}
	})
}
