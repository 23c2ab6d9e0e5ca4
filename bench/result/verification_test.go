package result

import (
	"strings"
	"testing"
)

func verified(findings ...Finding) *Verification {
	v := &Verification{
		Schema: Schema, Began: "2026-03-14T09:26:53Z", Seconds: 58.4, Targets: []Target{{Name: "ads.pl", Kind: "cgi"}, {Name: "starman", Kind: "server"}},
		Tried: Tried{Requests: 1284, OrderedPairs: 81, PairsOf: 81, Sequences: 96, Visitors: 4, Restarts: 212, Routes: 9}, Findings: findings,
	}
	v.Judge()
	return v
}

func step(visitor int, method, url string) VerifiedStep {
	return VerifiedStep{Visitor: visitor, Method: method, URL: url}
}

func found(kind string, steps ...VerifiedStep) Finding {
	return Finding{Candidate: "starman", Kind: kind, Length: len(steps), Sequence: steps, Victim: steps[len(steps)-1], Shown: 3, Repeated: 3, Rate: 1, Minimal: true}
}

var (
	portFinding     = found(KindPort, step(1, "GET", "/old"))
	lifetimeFinding = found(KindLifetime, step(1, "POST", "/new"), step(2, "GET", "/"))
	growthFinding   = Finding{Candidate: "starman", Kind: KindGrowth, Growth: &Growth{Resource: "memory", Unit: "bytes", Per1000: 1.24e6, Low: 1.2e6, High: 1.3e6}}
)

func TestHeadline(t *testing.T) {
	few := verified()
	few.Tried.OrderedPairs = 57
	two := verified(lifetimeFinding, portFinding)
	two.Targets = append(two.Targets, Target{Name: "uwsgi"})
	early, earlyTwo := verified(), verified(lifetimeFinding)
	early.Partial, early.Reasons = true, []string{"it was interrupted after 9 s"}
	early.Judge()
	earlyTwo.Partial, earlyTwo.Targets = true, two.Targets
	silent := &Verification{Targets: two.Targets, Invalid: true, Reasons: []string{"ads.pl does not answer."}}
	silent.Judge()
	for want, v := range map[string]*Verification{
		"No difference found: 1,284 requests in 96 sequences, all 81 ordered pairs of routes, 4 visitors, 212 restarts.":                                                                                                   verified(),
		"No difference found: 1,284 requests in 96 sequences, 57 of 81 ordered pairs of routes, 4 visitors, 212 restarts.":                                                                                                 few,
		"starman answers differently: 2 lifetime findings, 1 port finding.":                                                                                                                                                verified(lifetimeFinding, portFinding, lifetimeFinding),
		"starman answers differently: 1 lifetime finding, 1 port finding. uwsgi: no difference found.":                                                                                                                     two,
		"Whether starman answers the same as ads.pl is not known: it was interrupted after 9 s. No difference was found so far: 1,284 requests in 96 sequences, all 81 ordered pairs of routes, 4 visitors, 212 restarts.": early,
		"starman answers differently: 1 lifetime finding. uwsgi: no difference found so far.":                                                                                                                              earlyTwo,
		"starman answers the same, but grows: memory.":                                                                                                                                                                     verified(growthFinding),
		"starman answers differently: 1 port finding, 1 growth finding.":                                                                                                                                                   verified(growthFinding, portFinding),
		"Whether starman and uwsgi answer the same as ads.pl is not known: ads.pl does not answer.":                                                                                                                        silent,
	} {
		if got := v.Headline(); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}

func TestExitStatus(t *testing.T) {
	short, invalid, early := verified(), verified(), verified()
	early.Partial = true
	if early.Judge(); early.Verdict != Unknown || early.ExitStatus() != ExitUnknown {
		t.Errorf("of a verification that ended early: verdict %s, exit status %d", early.Verdict, early.ExitStatus())
	}
	short.Reasons = []string{"the budget was spent"}
	invalid.Reasons, invalid.Invalid = []string{"the baseline does not answer"}, true
	for want, v := range map[int]*Verification{ExitSame: verified(), ExitDifferent: verified(portFinding), ExitUnknown: short, ExitInvalid: invalid} {
		if v.Judge(); v.ExitStatus() != want {
			t.Errorf("verdict %s: exit status %d, want %d", v.Verdict, v.ExitStatus(), want)
		}
	}
}

// A finding outweighs the reasons why other parts are not known.
func TestJudgeOfAFindingInAPartialRun(t *testing.T) {
	v := verified(portFinding)
	v.Reasons, v.Partial = []string{"it was interrupted"}, true
	if v.Judge(); v.Verdict != Different {
		t.Errorf("verdict %s", v.Verdict)
	}
}

func TestTitle(t *testing.T) {
	race := found(KindConcurrency, step(1, "GET", "/"), step(1, "GET", "/a"), step(2, "GET", "/b"))
	race.Sequence[1].Batch, race.Sequence[2].Batch = 1, 1
	race.Victim = race.Sequence[1]
	leaked := found(KindLifetime, step(1, "POST", "/a"), step(1, "GET", "/b"), step(3, "GET", "/c"), step(2, "GET", "/d"))
	leaked.Canary = true
	grown := growthFinding
	grown.Growth = &Growth{Resource: "descriptors", Per1000: 12, Route: "search"}
	for want, f := range map[string]Finding{
		"GET /old answers differently":                                               portFinding,
		"GET / answers differently after POST /new":                                  lifetimeFinding,
		"GET /a answers differently while GET /b is under way":                       race,
		"GET /d shows a value of another visitor after POST /a and 2 other requests": leaked,
		"memory grows by 1.24 MB per 1,000 requests":                                 growthFinding,
		"descriptors grow by 12.0 per 1,000 requests of search":                      grown,
		"GET /" + strings.Repeat("x", 75) + "… answers differently":                  found(KindPort, step(1, "GET", "/"+strings.Repeat("x", 500))),
		"GET /b answers differently after GET /a and GET /a":                         found(KindLifetime, step(1, "GET", "/a"), step(2, "GET", "/a"), step(1, "GET", "/b")),
	} {
		if got := f.Title(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestReliability(t *testing.T) {
	flickers := lifetimeFinding
	flickers.Minimal, flickers.Shown, flickers.Repeated = false, 3, 10
	for want, f := range map[string]Finding{
		"1 request; shown in all of 3 repetitions":                                 portFinding,
		"2 requests, none of which can be left out; shown in all of 3 repetitions": lifetimeFinding,
		"2 requests; shown in 3 of 10 repetitions":                                 flickers,
		"": growthFinding,
	} {
		if got := f.Reliability(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// Two requests that differ in their bodies only are told apart by the first field that differs.
func TestTitleTellsBodiesApart(t *testing.T) {
	post := func(contentType, body string) VerifiedStep {
		s := step(1, "POST", "/ads")
		s.Header, s.Body = map[string][]string{"Content-Type": {contentType}}, body
		return s
	}
	const form, multi = "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"
	part := func(name, value string) string {
		return "--x\r\nContent-Disposition: form-data; name=" + name + "\r\n\r\n" + value + "\r\n"
	}
	german := step(1, "POST", "/ads")
	german.Header = map[string][]string{"Accept-Language": {"de"}}
	long := "/" + strings.Repeat("x", 80) + "?page="
	for want, steps := range map[string][2]VerifiedStep{
		"POST /ads (price=90) answers differently after POST /ads (price=80)":                          {post(form, "title=Car&price=80"), post(form, "title=Car&price=90")},
		"POST /ads (title=My boat) answers differently after POST /ads (title=My car)":                 {post(form, "title=My+car"), post(form, "title=My+boat")},
		"POST /ads (photo=b) answers differently after POST /ads (without photo)":                      {post(form, "a=1"), post(form, "a=1&photo=b")},
		"POST /ads (n=2) answers differently after POST /ads (n=1)":                                    {post("application/json", `{"a": "x", "n": 1}`), post("application/json", `{"a": "x", "n": 2}`)},
		"POST /ads (q=2) answers differently after POST /ads (q=1)":                                    {post(multi, part("p", "0")+part("q", "1")+"--x--\r\n"), post(multi, part("p", "0")+part("q", "2")+"--x--\r\n")},
		"POST /ads (body=two) answers differently after POST /ads (body=one)":                          {post("text/plain", "one"), post("text/plain", "two")},
		"POST /ads answers differently after POST /ads":                                                {post(form, "a=1"), post(form, "a=1")},
		"POST /ads (Accept-Language=de) answers differently after POST /ads (without Accept-Language)": {step(1, "POST", "/ads"), german},
		"GET " + long[:76] + "… (page=2) answers differently after GET " + long[:76] + "… (page=1)":    {step(1, "GET", long+"1"), step(1, "GET", long+"2")},
		"POST /ads (a=" + strings.Repeat("y", 32) + "…) answers differently after POST /ads (a=)":      {post(form, "a="), post(form, "a="+strings.Repeat("y", 99))},
	} {
		if got := found(KindLifetime, steps[0], steps[1]).Title(); got != want {
			t.Errorf("got  %q\nwant %q", got, want)
		}
	}
	a, b := found(KindPort, post(form, "title=Car&price=80")), found(KindPort, post(form, "title=Car&price=90"))
	if v := verified(a, b); v.Title(a) != "POST /ads (price=80) answers differently" || v.Title(b) != "POST /ads (price=90) answers differently" {
		t.Errorf("of two findings: got %q and %q", v.Title(a), v.Title(b))
	}
}
