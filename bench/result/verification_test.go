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
		"No difference found: 1,284 requests in 96 sequences, all 81 ordered pairs of routes, 4 visitors, 212 restarts.":   verified(),
		"No difference found: 1,284 requests in 96 sequences, 57 of 81 ordered pairs of routes, 4 visitors, 212 restarts.": few,
		"starman answers differently: 2 lifetime findings, 1 port finding.":                                                verified(lifetimeFinding, portFinding, lifetimeFinding),
		"starman answers differently: 1 lifetime finding, 1 port finding. uwsgi: no difference found.":                     two,
		"Whether starman answers the same as ads.pl is not known: it was interrupted after 9 s. No difference was found so far: 1,284 requests in 96 sequences, all 81 ordered pairs of routes, 4 visitors, 212 restarts.": early,
		"starman answers differently: 1 lifetime finding. uwsgi: no difference found so far.":                              earlyTwo,
		"starman answers the same, but grows: memory.":                                                                     verified(growthFinding),
		"starman answers differently: 1 port finding, 1 growth finding.":                                                   verified(growthFinding, portFinding),
		"Whether starman and uwsgi answer the same as ads.pl is not known: ads.pl does not answer.":                        silent,
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
