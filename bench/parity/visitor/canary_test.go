package visitor_test

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/classibench/classibench/bench/parity/trial"
	"github.com/classibench/classibench/bench/parity/visitor"
)

var browsing = []trial.Request{
	get("/search?q=wardrobe&view=compact&sort=newest&page=2"), // nothing shows the view
	post("/ads", "category=furniture&title=Nearly+new+wardrobe&email=seller@example.org&price=150"),
	get("/"),
}

func learn(t *testing.T, requests []trial.Request, newHandler func() http.Handler) (*visitor.Canaries, int) {
	t.Helper()
	tries := 0
	canaries, err := visitor.LearnCanaries(t.Context(), 1, requests, func(_ context.Context, s trial.Sequence, c *visitor.Canaries) ([]trial.Exchange, error) {
		tries++
		return send(t, newHandler(), visitor.NewSide(visitor.Options{Canaries: c}), s), nil
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return canaries, tries
}

func TestValuesThatTheProgramUnderstandsStay(t *testing.T) {
	canaries, tries := learn(t, browsing, func() http.Handler { return newSite() })
	if got, want := canaries.Texts(), []string{"Nearly", "seller@example.org", "wardrobe"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if tries > 32 {
		t.Errorf("sent the requests %d times", tries)
	}
	sent := canaries.Mark(browsing[1], 3)
	if !strings.Contains(sent.Body, "category=furniture") || strings.Contains(sent.Body, "wardrobe") || len(sent.Body) != len(browsing[1].Body)+2 { // %40 for @
		t.Errorf("visitor 3 sends %s", sent.Body)
	}
	if got := canaries.Mark(browsing[0], 3).URL; !strings.HasSuffix(got, "&view=compact&sort=newest&page=2") {
		t.Errorf("visitor 3 sends %s", got)
	}
}

func TestTokensOfAnotherVisitorAreLeaks(t *testing.T) {
	canaries, _ := learn(t, browsing, func() http.Handler { return newSite() })
	sequence := append(by(0, browsing...), by(1, browsing...)...)
	leaking := newSite()
	leaking.showsSearched = true
	run := func(s *site) []trial.Exchange {
		return send(t, s, visitor.NewSide(visitor.Options{Canaries: canaries}), sequence)
	}
	baseline, honest, candidate := run(newSite()), run(newSite()), run(leaking)
	for i, step := range sequence {
		if leaks := canaries.Leaks(step.Visitor, 2, honest[i].Answer, baseline[i].Answer); len(leaks) > 0 {
			t.Errorf("step %d of the same program leaks %+v", i, leaks)
		}
		leaks := canaries.Leaks(step.Visitor, 2, candidate[i].Answer, baseline[i].Answer)
		if i != 3 && len(leaks) > 0 {
			t.Errorf("step %d leaks %+v", i, leaks)
		}
		if i == 3 && (len(leaks) != 1 || leaks[0].Visitor != 0 || leaks[0].Like != "wardrobe" || leaks[0].Place != "body" || visitor.Since(leaks[0], candidate) != 0) {
			t.Errorf("step 3 leaks %+v, want the word of visitor 0", leaks)
		}
	}
}

func TestLeaksInEachEncoding(t *testing.T) {
	request := post("/", "name=Jane+Example&mail=jane.example@example.org")
	canaries := visitor.NewCanaries(7, []trial.Request{request})
	theirs := canaries.Mark(request, 1)
	mail := strings.ReplaceAll(strings.Split(theirs.Body, "mail=")[1], "%40", "@")
	percent, entities, escapes := "", "", ""
	for _, c := range []byte(mail) {
		percent += fmt.Sprintf("%%%02x", c)
		entities += fmt.Sprintf("&#x%x;", c)
		escapes += fmt.Sprintf(`\u%04x`, c)
	}
	for _, c := range []struct {
		name, body, encoding string
		header               http.Header
		place                string
	}{
		{"as it is", "<p>" + mail, "", nil, "body"},
		{"in upper case", "<p>" + strings.ToUpper(mail), "", nil, "body"},
		{"percent", percent, "percent", nil, "body"},
		{"HTML", entities, "HTML", nil, "body"},
		{"JSON", `{"a":"` + escapes + `"}`, "JSON", nil, "body"},
		{"base64", base64.StdEncoding.EncodeToString([]byte("x" + mail + "yz")), "base64", nil, "body"},
		{"cookie", "", "base64", http.Header{"Set-Cookie": {"me=" + base64.RawURLEncoding.EncodeToString([]byte("me:"+mail)) + "; Path=/"}}, "cookie me"},
		{"redirect", "", "percent", http.Header{"Location": {"/?m=" + strings.ReplaceAll(mail, "@", "%40")}}, "header Location"},
	} {
		t.Run(c.name, func(t *testing.T) {
			answer := trial.Answer{Status: 200, Header: c.header, Body: []byte(c.body)}
			leaks := canaries.Leaks(0, 2, answer, trial.Answer{})
			if len(leaks) != 1 || leaks[0].Place != c.place || leaks[0].Encoding != c.encoding || leaks[0].Value != mail {
				t.Errorf("got %+v", leaks)
			}
			if own := canaries.Leaks(1, 2, answer, trial.Answer{}); len(own) > 0 {
				t.Errorf("visitor 1's own value is a leak: %+v", own)
			}
			if stored := canaries.Leaks(0, 2, answer, trial.Answer{Body: []byte(mail)}); len(stored) > 0 {
				t.Errorf("a value that the baseline shows is a leak: %+v", stored)
			}
		})
	}
}

// A comparison that knows nothing of identifiers works, because it gets neutral ones.
func TestWordsAreLearnedBesideIdentifiers(t *testing.T) {
	exactly := func(_ trial.Request, want, got trial.Answer) bool { return cmp.Equal(want, got) }
	requests := append(slices.Clone(login), browsing...)
	canaries, err := visitor.LearnCanaries(t.Context(), 1, requests, func(_ context.Context, s trial.Sequence, c *visitor.Canaries) ([]trial.Exchange, error) {
		return send(t, newSite(), visitor.NewSide(visitor.Options{Canaries: c}), s), nil
	}, exactly)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := canaries.Texts(), []string{"Nearly", "seller@example.org", "wardrobe"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestABaselineThatIsNotDeterministicIsReported(t *testing.T) {
	n := 0
	_, err := visitor.LearnCanaries(t.Context(), 1, []trial.Request{get("/n")}, func(_ context.Context, s trial.Sequence, _ *visitor.Canaries) ([]trial.Exchange, error) {
		n++
		return []trial.Exchange{{Step: s[0], Answer: trial.Answer{Status: 200 + n}}}, nil
	}, nil)
	if err == nil || !strings.Contains(err.Error(), "GET /n") {
		t.Errorf("got error %v", err)
	}
}

func TestAnErrorOfTheBaselineIsReturned(t *testing.T) {
	broken := errors.New("no route to host")
	for at := range 4 {
		n := 0
		canaries, err := visitor.LearnCanaries(t.Context(), 1, browsing, func(_ context.Context, s trial.Sequence, c *visitor.Canaries) ([]trial.Exchange, error) {
			if n++; n > at {
				return nil, broken
			}
			return send(t, newSite(), visitor.NewSide(visitor.Options{Canaries: c}), s), nil
		}, nil)
		if !errors.Is(err, broken) || canaries != nil && slices.Contains(canaries.Texts(), "furniture") {
			t.Errorf("after %d tries: got %v, error %v", at, canaries, err)
		}
	}
	short := func(_ context.Context, s trial.Sequence, _ *visitor.Canaries) ([]trial.Exchange, error) {
		return make([]trial.Exchange, 1), nil
	}
	if _, err := visitor.LearnCanaries(t.Context(), 1, browsing, short, nil); err == nil || !strings.Contains(err.Error(), "1 of 3 requests") {
		t.Errorf("got error %v", err)
	}
}

// Programs write a word in upper case, or with a capital.
func TestPlainKeepsTheCase(t *testing.T) {
	search := get("/?q=wardrobe")
	canaries := visitor.NewCanaries(1, []trial.Request{search})
	own := strings.TrimPrefix(canaries.Mark(search, 2).URL, "/?q=")
	answer := trial.Answer{Body: []byte(own + " " + strings.ToUpper(own) + " " + strings.ToUpper(own[:1]) + own[1:])}
	if got, want := string(canaries.Plain(answer, 2).Body), "wardrobe WARDROBE Wardrobe"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
