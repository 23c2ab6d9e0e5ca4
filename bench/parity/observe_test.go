package parity

import (
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/classibench/classibench/bench/parity/differ"
	"github.com/classibench/classibench/bench/parity/order"
	"github.com/classibench/classibench/bench/parity/trial"
	"github.com/classibench/classibench/bench/parity/visitor"
	"github.com/classibench/classibench/bench/usage"
)

// silence stands for no answer.
const silence = "(no answer)"

// pages returns exchanges of one route with these texts in their answers.
func pages(texts ...string) (all []trial.Exchange) {
	for _, text := range texts {
		r := trial.Request{Route: "GET /", Method: "GET", URL: "/"}
		a := trial.Answer{Status: 200, Header: http.Header{"Content-Type": {"text/html"}}, Body: []byte("<p>" + text + "</p>")}
		if text == silence {
			a = trial.Answer{Failure: "connection reset"}
		}
		all = append(all, trial.Exchange{Step: trial.Step{Request: r}, Sent: r, Answer: a})
	}
	return all
}

// differing returns a hunt, and a finding of which the victim answers got instead of want.
func differing(t *testing.T, want, got string) (*hunt, *found) {
	t.Helper()
	d, err := differ.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	h := &hunt{run: &run{judge: &judge{differ: d, sessions: visitor.NewSessions()}}}
	of := trial.Trial{Baseline: pages("", want), Candidate: pages("", got)}
	q := trial.Sequence{of.Baseline[0].Step, of.Baseline[1].Step}
	c := h.judge.clue(1, of)
	return h, &found{clue: c, form: form{best: q, trial: of, last: c, shrunk: order.Shrunk{Shown: 1, Repeated: 1}}}
}

// A victim is sent twice, then the requests that make it wrong, then the victim.
func TestWhichRequestWins(t *testing.T) {
	for _, c := range []struct {
		name                        string
		base, cand                  []trial.Exchange
		steady, first, last, forget bool
	}{
		{"the first one", pages("boat", "boat", "car", "boat"), pages("boat", "boat", "boat", "boat"), true, true, false, false},
		{"the last one", pages("boat", "boat", "car", "boat"), pages("boat", "boat", "car", "car"), true, false, true, false},
		{"each one", pages("boat", "boat", "car", "boat"), pages("boat", "car", "car", "bike"), false, false, false, false},
		{"what was written is not seen", pages("boat", "boat", "saved", "car"), pages("boat", "boat", "saved", "boat"), true, false, true, true},
	} {
		h, f := differing(t, "boat", "car")
		h.readReordered(f, trial.Trial{Baseline: c.base, Candidate: c.cand})
		if s := f.seen; s.steady != c.steady || s.firstWins != c.first || s.lastWins != c.last || s.forgets != c.forget {
			t.Errorf("%s: got %+v", c.name, s)
		}
	}
}

// The sequence has two requests; the victim is repeated, and then the sequence twice.
func TestRepetitions(t *testing.T) {
	base := pages("", "boat", "boat", "boat", "boat", "boat", "", "boat", "", "boat")
	for _, c := range []struct {
		name                     string
		victims                  []string
		adds, alternate, rotates bool
	}{
		{"always the same", []string{"car", "car", "car", "car", "car", "car", "car"}, false, false, false},
		{"a list", []string{"car", "car", "car", "car", "car", "car, car", "car, car, car"}, true, false, false},
		{"a number", []string{"9 cars", "9 cars", "9 cars", "9 cars", "9 cars", "10 cars", "11 cars"}, true, false, false},
		{"two workers", []string{"car", "boat", "boat", "car", "boat", "car", "car"}, false, true, false},
		{"in rotation", []string{"car", "car", "car", "car", "car", "bike", "boat"}, false, false, true},
		{"only the first one", []string{"car", "boat", "boat", "boat", "boat", "car", "car"}, false, false, false},
	} {
		h, f := differing(t, "boat", "car")
		v := c.victims
		h.compareRepeats(f, trial.Trial{Baseline: base, Candidate: pages("", v[0], v[1], v[2], v[3], v[4], "", v[5], "", v[6])}, 1, 7, 9)
		if f.seen.adds != c.adds || f.seen.alternate != c.alternate || f.seen.rotates != c.rotates || !f.seen.repeated {
			t.Errorf("%s: got %+v", c.name, f.seen)
		}
	}
}

// A value goes from the form of a login into a cookie.
func TestASubstituteIsFollowed(t *testing.T) {
	login := trial.Step{Request: trial.Request{Method: "POST", URL: "/login", Header: http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}, Body: "name=ann"}}
	home := trial.Step{Request: trial.Request{URL: "/home"}}
	q, sent := substituted(trial.Sequence{login, home, home})
	if len(sent) != 1 || q[0].Request.Body != "name="+sent[0].Value || q[1].Request.URL != "/home" {
		t.Fatalf("got %+v, %+v", q, sent)
	}
	withCookie := home.Request
	withCookie.Header = http.Header{"Cookie": {"user=" + sent[0].Value}}
	var s observations
	s.carry([]trial.Exchange{{Sent: q[0].Request}, {Sent: withCookie}}, sent[0].Value)
	if s.by != 1 || len(s.carried) != 1 || s.carried[0].Kind != "cookie" || !isIdentity(s.carried[0].Name) {
		t.Errorf("got %+v", s)
	}
	if q, sent := substituted(trial.Sequence{{Request: trial.Request{URL: "/item/7"}}, home}); len(sent) != 1 || q[0].Request.URL == "/item/7" {
		t.Errorf("without values the path is replaced: got %+v, %+v", q, sent)
	}
}

func TestPartsThatDiffer(t *testing.T) {
	for _, c := range []struct {
		want, got, log string
		inLog, lines   bool
	}{
		{"Ads:\none ad\n", "Ads:\n", "started\none ad\n", true, true},
		{"Ads:\none ad\n", "Ads:\n", "started\n", false, true},
		{"<pre>boat\n</pre>", "<pre>boat\ncar\nbike</pre>", "", false, true},
		{"<li>boat</li>\n", "<li>boat</li>\n<li>car</li>\n", "", false, false},
		{"<p>boat</p>", "<p>car</p>", "car", false, false},
		{"<p>boat</p>", "<p>boat</p>", "", false, false},
	} {
		lost, extra := apart(c.want, c.got)
		if got := isInLog(lost, extra, c.log); got != c.inLog {
			t.Errorf("%q, %q: in the log: got %v", c.want, c.got, got)
		}
		if got := otherLines(lost, extra); got != c.lines {
			t.Errorf("%q, %q: other lines: got %v", c.want, c.got, got)
		}
	}
}

func TestProgram(t *testing.T) {
	for url, want := range map[string]string{
		"/cgi-bin/ads.pl?q=1": "/cgi-bin/ads.pl", "/cgi-bin/ads.pl/a/b": "/cgi-bin/ads.pl", "/cars/7": "/cars", "/": "/", "/planes": "/planes",
	} {
		if got := program(url); got != want {
			t.Errorf("%s: got %s, want %s", url, got, want)
		}
	}
	if !isIdentity("user") || !isIdentity("PHPSESSID") || !isIdentity("email") || isIdentity("q") || isIdentity("category") || isIdentity("inside") {
		t.Error("names that tell who a visitor is are not told from others")
	}
}

// What this process holds is read from /proc.
func TestSnapshot(t *testing.T) {
	if _, err := os.Stat("/proc/self/stat"); err != nil {
		t.Skip("this system has no /proc")
	}
	pid, dir := os.Getpid(), t.TempDir()
	tree, err := usage.NewTree(func() []int { return []int{pid} })
	if err != nil {
		t.Fatal(err)
	}
	defer tree.Close()
	read := func() snapshot { return tree.Held() }
	before := read()
	f, err := os.Create(filepath.Join(dir, "kept"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	after := read()
	if c := after.since(before); !slices.Equal(c.open, []string{f.Name()}) || c.dir != "" || c.umask != "" || c.child {
		t.Errorf("got %+v, want %s open", c, f.Name())
	}
	moved := after[pid]
	moved.Dir, moved.Umask, moved.ReapedFaults = "/", "0777", moved.ReapedFaults+1
	if c := (snapshot{pid: moved}).since(after); c.dir != "/" || c.umask != "0777" || !c.child || c.open != nil {
		t.Errorf("got %+v, want another directory and umask, and a child", c)
	}
	if before[pid].Dir == "" || before[pid].Umask == "" || before[pid].Parent != os.Getppid() {
		t.Errorf("got %+v", before[pid])
	}
}

func TestWorkers(t *testing.T) {
	s := snapshot{10: {Parent: 1}, 11: {Parent: 10}, 12: {Parent: 10}}
	if got := s.workers(); got != 2 {
		t.Errorf("got %d, want 2 children of one process", got)
	}
}
