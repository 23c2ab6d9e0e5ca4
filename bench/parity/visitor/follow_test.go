package visitor_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/classibench/classibench/bench/parity/trial"
	"github.com/classibench/classibench/bench/parity/visitor"
)

var login = []trial.Request{get("/login"), post("/login", "user={visitor.0:jane.roe}&csrf={{csrf}}"), get("/me")}

func TestALoginIsFollowedByEachVisitor(t *testing.T) {
	sequence := append(by(0, login...), by(1, login...)...)
	sequence = append(sequence, by(0, get("/me"))...)
	all := send(t, newSite(), visitor.NewSide(visitor.Options{}), sequence)
	if got, want := statuses(all), []int{200, 303, 200, 200, 303, 200, 200}; !slices.Equal(got, want) {
		t.Fatalf("got statuses %v, want %v", got, want)
	}
	first, second, again := string(all[2].Answer.Body), string(all[5].Answer.Body), string(all[6].Answer.Body)
	if first == second || first != again || len(first) != len("<p>Hello jane.roe</p>") {
		t.Errorf("the visitors see %q, %q and again %q", first, second, again)
	}
}

// An ad is posted on one side. The requests that follow hold its id and key there, as a
// file of recorded requests would.
func TestIdentifiersOfARecordingAreTranslated(t *testing.T) {
	posting := by(0, post("/ads", "category=bicycles&title=Old+bike"))
	recorded := send(t, newSite(), visitor.NewSide(visitor.Options{}), posting)
	location := recorded[0].Answer.Header.Get("Location")
	id := strings.Split(location, "/")[2]

	sequence := append(posting, by(0, get(location), get("/ads/"+id), post("/ads/"+id, ""))...)
	sequence = append(sequence, by(1, get("/ads/"+id))...)
	side := visitor.NewSide(visitor.Options{Known: recorded})
	all := send(t, newSite(), side, sequence)
	if got, want := statuses(all), []int{303, 200, 200, 200, 200}; !slices.Equal(got, want) {
		t.Errorf("got statuses %v, want %v", got, want)
	}
	if all[1].Sent.URL == location {
		t.Errorf("the edit link is that of the recording: %s", location)
	}
}

var posting = append(by(0, append(slices.Clone(login), post("/ads", "category=bicycles&title=Old+bike"), get("/"))...), by(1, append(slices.Clone(login), get("/"))...)...)

// runs sends a sequence to the baseline twice, which the sessions learn, then to both.
func runs(t *testing.T, sequence trial.Sequence, candidate *site) (*visitor.Sessions, trial.Trial) {
	t.Helper()
	run := func(s *site) []trial.Exchange { return send(t, s, visitor.NewSide(visitor.Options{}), sequence) }
	sessions := visitor.NewSessions()
	sessions.Learn(run(newSite()), run(newSite()))
	return sessions, trial.Trial{Baseline: run(newSite()), Candidate: run(candidate)}
}

func TestAnswersAreEqualAfterIdentifiersAreNeutral(t *testing.T) {
	sessions, both := runs(t, posting, newSite())
	got := sessions.Neutral(both)
	for i := range both.Baseline {
		if cmp.Equal(both.Baseline[i].Answer, both.Candidate[i].Answer) && i == 0 {
			t.Error("the answers are equal before: nothing is tested")
		}
		if diff := cmp.Diff(got.Baseline[i].Answer, got.Candidate[i].Answer); diff != "" {
			t.Errorf("step %d differs: %s", i, diff)
		}
	}
	if leaks := sessions.Leaks(both); len(leaks) > 0 {
		t.Errorf("got leaks %+v", leaks)
	}
	want := []string{"location /ads/*/edit 0", "location /ads/*/edit ?key"}
	if got := sessions.Places("/ads"); !slices.Equal(got, want) {
		t.Errorf("got places %q, want %q", got, want)
	}
}

func TestAnIdentifierThatRepeatsIsADifference(t *testing.T) {
	candidate := newSite()
	candidate.oneSession = true
	sessions, both := runs(t, posting, candidate)
	got := sessions.Neutral(both)
	if diff := cmp.Diff(got.Baseline[0].Answer, got.Candidate[0].Answer); diff != "" {
		t.Errorf("the first login differs: %s", diff)
	}
	if want, got := got.Baseline[5].Answer.Header.Get("Set-Cookie"), got.Candidate[5].Answer.Header.Get("Set-Cookie"); want == got {
		t.Errorf("the second visitor gets %q, as on the baseline", got)
	}
	if leaks := sessions.Leaks(both); len(leaks[5]) == 0 || leaks[5][0].Visitor != 0 || leaks[5][0].Place != "cookie sid" && leaks[5][0].Place != "body" {
		t.Errorf("got leaks %+v", leaks)
	}
}

func TestTheKeyOfAnotherVisitorsAdIsALeak(t *testing.T) {
	candidate := newSite()
	candidate.showsKeys = true
	sessions, both := runs(t, posting, candidate)
	leaks := sessions.Leaks(both)
	last := len(posting) - 1
	if len(leaks) != 1 || len(leaks[last]) != 1 || leaks[last][0].Visitor != 0 || leaks[last][0].Place != "body" {
		t.Fatalf("got leaks %+v, want one in step %d", leaks, last)
	}
	if since := visitor.Since(leaks[last][0], both.Candidate); since != 3 {
		t.Errorf("the key is known since step %d, want 3", since)
	}
}

// A place that was constant for the baseline is never made neutral.
func TestAConstantPlaceStays(t *testing.T) {
	page := func(token, style string) trial.Exchange {
		body := `<link href="/static/` + style + `.css"><a href="/edit/` + token + `">edit</a><p>` + style + ` ` + token + `</p>`
		return trial.Exchange{Step: trial.Step{Request: get("/")}, Answer: trial.Answer{Status: 200, Body: []byte(body)}}
	}
	sessions := visitor.NewSessions()
	sessions.Learn([]trial.Exchange{page("1a2b3c4d5e6f", "style-0123456789ab")}, []trial.Exchange{page("2a2b3c4d5e6f", "style-0123456789ab")})
	got := sessions.Neutral(trial.Trial{Baseline: []trial.Exchange{page("3a2b3c4d5e6f", "style-0123456789ab")}, Candidate: []trial.Exchange{page("4a2b3c4d5e6f", "style-9876543210ab")}})
	base, cand := string(got.Baseline[0].Answer.Body), string(got.Candidate[0].Answer.Body)
	if !strings.Contains(base, "style-0123456789ab") || !strings.Contains(cand, "style-9876543210ab") {
		t.Errorf("the constant name became neutral: %s | %s", base, cand)
	}
	if strings.Contains(base, "3a2b3c4d5e6f") || strings.Contains(cand, "4a2b3c4d5e6f") {
		t.Errorf("the token is not neutral: %s | %s", base, cand)
	}
}

// one returns the exchange of a page.
func one(body string) []trial.Exchange {
	return []trial.Exchange{{Step: trial.Step{Request: get("/")}, Answer: trial.Answer{Status: 200, Body: []byte("<html>" + body)}}}
}

// Equal times follow each other, so a pair of times says nothing about the next one.
func TestTimesAreNoIdentifiers(t *testing.T) {
	page := func(at string) []trial.Exchange { return one(`<input type="hidden" name="at" value="` + at + `">`) }
	for _, c := range [][2]string{{"1700000000", "1700000009"}, {"1700000000123", "1700000009123"}, {"2026-11-27T10:00:00Z", "2026-11-27T10:00:09Z"}, {"Fri, 27 Nov 2026 10:00:00 GMT", "Fri, 27 Nov 2026 10:00:09 GMT"}} {
		sessions := visitor.NewSessions()
		sessions.Learn(page(c[0]), page(c[1]))
		if places := sessions.Places("/"); len(places) > 0 {
			t.Errorf("%s and %s are identifiers at %q", c[0], c[1], places)
		}
	}
}

// A value is replaced as a word in each encoding, and not within a longer word.
func TestIdentifiersAreReplacedAsWords(t *testing.T) {
	page := func(id, escaped string) []trial.Exchange {
		return one(`<input type="hidden" name="t" value="` + id + `"><p>` + id + ` ` + id + `more x` + id + ` ` + escaped + `</p>`)
	}
	sessions := visitor.NewSessions()
	sessions.Learn(page("a1/b2+c3", ""), page("d4/e5+f6", ""))
	got := sessions.Neutral(trial.Trial{Baseline: page("g7/h8+i9", "g7%2Fh8%2Bi9"), Candidate: page("j1/k2+l3", "j1%2Fk2%2Bl3")})
	want := `<html><input type="hidden" name="t" value="identifier-1"><p>identifier-1 g7/h8+i9more xg7/h8+i9 identifier-1</p>`
	if body := string(got.Baseline[0].Answer.Body); body != want {
		t.Errorf("got %s, want %s", body, want)
	}
}
