package verify

import (
	"strings"
	"sync"

	"github.com/classibench/classibench/bench/result"
)

// verification is the result of a verification that never was, without findings.
func verification(candidates ...string) *result.Verification {
	v := &result.Verification{
		Schema: result.Schema, Version: "v0.2.0", Began: "2026-03-14T09:26:53Z", Seconds: 58.4, Budget: 120, Seed: 1,
		Command:  []string{"classibench", "verify", "--baseline", "cgi:./ads.pl", "--candidate", "server:starman --listen {addr} ads.psgi", "--get", "/"},
		Scenario: result.Scenario{Name: "ads.pl and starman", Seed: 1, Routes: []string{"home", "ad", "new", "login"}, Digest: "7f0c1d5c0a5b4ce8d7b7a1f8a59be1a8f1f93cde6c2d29bdb91d4b0c1b2a7d44"},
		Environment: result.Environment{
			OS: "linux", Arch: "amd64", Kernel: "6.12.41", CPU: "Example 3000 @ 2.60GHz", Cores: 2, Memory: 8e9, Go: "go1.26.8", Host: "runner-7",
		},
		Targets: []result.Target{{Name: "ads.pl", Kind: "cgi", Command: []string{"./ads.pl"}}},
		Tried:   result.Tried{Requests: 1284, OrderedPairs: 81, PairsOf: 81, Sequences: 96, Visitors: 4, Restarts: 212, Routes: 9},
		Varies: []result.Varying{
			{Route: "new", Place: "html input[name=token] @value", Examples: []string{"5f0c21aa", "9be17703"}},
			{Place: "header X-Request-Id", Examples: []string{"8e1c", "77aa"}, Declared: true},
		},
	}
	for _, name := range candidates {
		v.Targets = append(v.Targets, result.Target{Name: name, Kind: "server", Command: []string{name, "--listen", "{addr}", "ads.psgi"}})
	}
	return v
}

func with(v *result.Verification, findings ...result.Finding) *result.Verification {
	v.Findings = findings
	v.Tried.Probes = 31 * len(findings)
	v.Judge()
	return v
}

const editPage = `<!DOCTYPE html>
<html><head><title>Your ad</title></head>
<body>
<h1>Your ad</h1>
<p>Thank you. This is the only page that shows your key.</p>
<p class="key">%KEY%</p>
<form action="/edit" method="post">
<input type="hidden" name="id" value="51">
<input type="submit" value="Change">
</form>
<p><a href="/">All ads</a></p>
</body></html>
`

func edited(key string) result.VerifiedAnswer {
	return result.VerifiedAnswer{Status: 200, Header: map[string][]string{"Content-Type": {"text/html; charset=utf-8"}, "Date": {"Sat, 14 Mar 2026 09:27:01 GMT"}},
		Body: strings.Replace(editPage, "%KEY%", key, 1)}
}

// leak is a finding of kind lifetime: the page of one visitor shows the key of another one.
func leak() result.Finding {
	post := result.VerifiedStep{Visitor: 1, Method: "POST", URL: "/new", Route: "new", Header: map[string][]string{"Content-Type": {"application/x-www-form-urlencoded"}}, Body: "title=Bicycle&price=80&key=k1-5f0c21aa"}
	post.Sent = &result.SentRequest{URL: post.URL, Header: post.Header, Body: "title=Bjqvxtz&price=80&key=k1-5f0c21aa"}
	get := result.VerifiedStep{Visitor: 2, Method: "GET", URL: "/edit?id=51", Route: "edit"}
	return result.Finding{
		Candidate: "starman", Kind: result.KindLifetime, Hazard: 6, Cause: "session globals leak", Canary: true,
		Length: 2, Sequence: []result.VerifiedStep{post, get}, Victim: get, Minimal: true, Rate: 1, Shown: 3, Repeated: 3,
		Place: "html body > p.key", Want: "Please log in", Got: "Your key: k1-5f0c21aa",
		Baseline: edited("Please log in"), Answer: edited("Your key: k1-5f0c21aa"),
		Evidence: []string{"The answer to visitor 2 holds “k1-5f0c21aa”, which visitor 1 sent in POST /new.", "A candidate that is restarted before the request does not show it."},
		LookFor: []result.Hint{
			{Language: "Perl", Text: "a variable of the file or of a package (our $session) that is not set again at the start of each request; a my variable of the file that a named sub uses"},
			{Language: "PHP", Text: "static variables and properties, and services that keep a user between requests"},
		},
		Cleaners: []result.VerifiedStep{{Visitor: 1, Method: "GET", URL: "/logout"}},
		Also:     []result.VerifiedStep{{Visitor: 2, Method: "GET", URL: "/mine"}},
	}
}

// port is a finding of kind port.
func port() result.Finding {
	get := result.VerifiedStep{Visitor: 1, Method: "GET", URL: "/old", Route: "old"}
	return result.Finding{
		Candidate: "starman", Kind: result.KindPort, Length: 1, Sequence: []result.VerifiedStep{get}, Victim: get, Minimal: true, Rate: 1, Shown: 3, Repeated: 3,
		Place: "header Location", Want: "/c/cars", Got: "http://127.0.0.1:5000/c/cars",
		Baseline: result.VerifiedAnswer{Status: 302, Header: map[string][]string{"Location": {"/c/cars"}}},
		Answer:   result.VerifiedAnswer{Status: 302, Header: map[string][]string{"Location": {"http://127.0.0.1:5000/c/cars"}}},
	}
}

// race is a finding of kind concurrency, in which the candidate does not answer.
func race() result.Finding {
	step := func(visitor int, url string) result.VerifiedStep {
		return result.VerifiedStep{Visitor: visitor, Method: "GET", URL: url, Route: "search", Batch: 1}
	}
	s := []result.VerifiedStep{{Visitor: 3, Method: "GET", URL: "/", Route: "home"}, step(1, "/search?q=cars"), step(2, "/search?q=boats"), step(4, "/slow")}
	return result.Finding{
		Candidate: "starman", Kind: result.KindConcurrency, Hazard: 17, Cause: "random seed or pid reused, state shared by threads",
		Length: 4, Sequence: s, Victim: s[2], Rate: 0.3, Shown: 3, Repeated: 10,
		Place: "status", Want: "200", Got: "", Baseline: result.VerifiedAnswer{Status: 200, Header: map[string][]string{"Content-Type": {"application/json"}}, Body: `{"found":["boat","canoe"]}`},
		Answer: result.VerifiedAnswer{Failure: "connection reset by peer"},
	}
}

// soak is a growth of memory and of descriptors.
func soak(candidate string, memory float64) (all []result.Growth) {
	for _, x := range []struct {
		resource, unit string
		start, per     float64
	}{{"memory", "bytes", 31e6, memory}, {"descriptors", "", 12, 0}} {
		g := result.Growth{Candidate: candidate, Resource: x.resource, Unit: x.unit, Per1000: x.per, Low: 0.9 * x.per, High: 1.12 * x.per, Level: 0.95, Requests: 20000, Grows: x.per > 1e5}
		for n := 1000; n <= 20000; n += 1000 {
			g.Points = append(g.Points, result.GrowthPoint{Requests: n, Value: x.start + x.per*float64(n)/1000 + 0.004*x.start*float64(n*n%7-3)})
		}
		all = append(all, g)
	}
	return all
}

// growth is a finding of kind growth.
func growth() result.Finding {
	all := soak("starman", 1.24e6)
	all[0].Route = "search"
	return result.Finding{
		Candidate: "starman", Kind: result.KindGrowth, Hazard: 16, Cause: "growth, zombies", Growth: &all[0],
		Evidence: []string{"Memory grows only when the route search is requested."},
	}
}

// samples are verifications that came to each verdict, and some that lack something or have
// more than usual. They are made once, and must not be changed.
var samples = sync.OnceValue(func() map[string]*result.Verification {
	return map[string]*result.Verification{
		"same":      with(verification("starman")),
		"different": soaked(with(verification("starman"), leak(), race(), port(), growth())),
		"leak":      with(verification("starman"), leak()),
		"grows":     soaked(with(verification("starman"), growth())),
		"two":       with(verification("starman", "uwsgi"), port()),
		"partial":   partial(),
		"early":     with(partial(), port()),
		"unknown":   unknown(),
		"hostile":   hostile(),
	}
})

func soaked(v *result.Verification) *result.Verification {
	v.Growth = soak("starman", 1.24e6)
	return v
}

// partial was interrupted before all pairs were seen.
func partial() *result.Verification {
	v := verification("starman")
	v.Partial, v.Tried.OrderedPairs, v.Seconds = true, 12, 9.1
	v.Reasons = []string{"it was interrupted after 9.1s"}
	return with(v)
}

// unknown could not compare anything.
func unknown() *result.Verification {
	v := verification("starman")
	v.Tried, v.Varies, v.Invalid = result.Tried{Requests: 12, Sequences: 4, Restarts: 2}, nil, true
	v.Reasons = []string{"ads.pl answers GET / differently each time, in places that cannot be masked", "route home: 14 of 20 answers differ in their structure"}
	v.Warnings = []result.Warning{{About: "findings", Text: "both sides seem to share their data: an ad posted to ads.pl was seen in starman"}}
	return with(v)
}

// hostile has texts that try to be more than texts.
func hostile() *result.Verification {
	const script = "</pre></details><script>alert(\"x\")</script> 100%, ]]> | a:b\r\n::error::no\x1b[31m\x00 \xff\u202e`$(id)' \\"
	v := verification("starman", "x"+script)
	f := leak()
	f.Candidate = "x" + script
	f.Cause, f.Place, f.Want, f.Got = script, script, script, script+strings.Repeat("long", 400)
	f.Victim.URL, f.Victim.Body = "/"+script, script+strings.Repeat("b", 300)
	f.Sequence[1] = f.Victim
	f.Sequence[0].URL, f.Sequence[0].Visitor = "/"+strings.Repeat("very-long-", 40), 12
	f.Sequence[0].Sent = &result.SentRequest{URL: f.Sequence[0].URL, Body: f.Sequence[0].Body}
	f.Sequence[1].Sent = &result.SentRequest{URL: f.Victim.URL, Header: map[string][]string{"X-" + script: {script}}, Body: f.Victim.Body}
	f.Baseline.Header = map[string][]string{"X-" + script: {script}}
	f.Answer.Body = strings.Repeat("x", 5000) + script + strings.Repeat(script+"\n", 300)
	f.Evidence, f.LookFor = []string{script}, []result.Hint{{Language: script, Text: script}}
	f.Also = []result.VerifiedStep{{Visitor: 1, Method: "GET", URL: script}}
	v.Varies = []result.Varying{{Route: script, Place: script, Examples: []string{script}}}
	v.Scenario.Name, v.Environment.CPU = script, script
	v.Warnings = []result.Warning{{About: "findings", Text: script}}
	return with(v, f)
}
