package hazard_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/classibench/classibench/bench/parity/hazard"
)

// A named is evidence with the hazard that it points to.
type named struct {
	name    string
	e       hazard.Evidence
	want    int
	instead int    // the next likely one; 0: any
	says    string // a part of the evidence
}

// cases hold each hazard as a run may meet it, and evidence that fits more than one.
var cases = []named{
	{"a flag lets the next visitor in", hazard.Evidence{Kind: "lifetime", Admitted: true, WantCode: 403, GotCode: 200, Since: 1}, 1, 0, "refuses"},
	{"a flag lets in, the name of the one before is shown", hazard.Evidence{Kind: "lifetime", Admitted: true, Other: true, Echo: hazard.Previous, Carrier: "form"}, 1, 6, "refuses"},
	{"an old cookie lets the next visitor in", hazard.Evidence{Kind: "lifetime", Admitted: true, Absent: true, Other: true, Echo: hazard.Previous, Carrier: "cookie"}, 5, 1, "left over"},
	{"a value stays until it is overwritten", hazard.Evidence{Kind: "lifetime", Echo: hazard.Previous, Since: 1, Carrier: "form"}, 1, 0, "from request 1, sent in its form"},
	{"a closure shows the first request for ever", hazard.Evidence{Kind: "lifetime", Echo: hazard.First, AsFirst: true, Other: true, Whose: 2, Since: 1, Carrier: "query"}, 2, 1, "visitor 2"},
	{"a pattern is compiled once", hazard.Evidence{Kind: "lifetime", AsFirst: true, Want: "3 ads", Got: "7 ads"}, 3, 1, "first request of the route"},
	{"an iterator goes on", hazard.Evidence{Kind: "lifetime", Alternate: true, Shown: 5, Repeated: 10}, 3, 0, "in rotation"},
	{"a counter of one worker", hazard.Evidence{Kind: "lifetime", OneFine: true, Workers: 4, Shown: 3, Repeated: 10, Other: true}, 4, 6, "3 of 10 repetitions show it, with 4 workers"},
	{"intermittent, workers not known", hazard.Evidence{Kind: "lifetime", Shown: 3, Repeated: 10}, 4, 1, "3 of 10"},
	{"an old cookie", hazard.Evidence{Kind: "lifetime", Echo: hazard.Previous, Other: true, Absent: true, Carrier: "cookie", Whose: 1, Since: 1}, 5, 6, "has no such value"},
	{"an old PATH_INFO of the first request", hazard.Evidence{Kind: "lifetime", Echo: hazard.First, Absent: true, Carrier: "path"}, 5, 1, "left over"},
	{"an old field of the same form", hazard.Evidence{Kind: "lifetime", Echo: hazard.Previous, Other: true, Absent: true, SameRoute: true, Carrier: "form"}, 5, 6, "left over"},
	{"the name of a login on another page", hazard.Evidence{Kind: "lifetime", Echo: hazard.Previous, Other: true, Absent: true, Carrier: "form"}, 6, 1, "visitor before"},
	{"a setting that an earlier request wrote", hazard.Evidence{Kind: "lifetime", Forgets: true, Want: "blue", Got: "red"}, 8, 1, "not seen"},
	{"a cache filled by the first request", hazard.Evidence{Kind: "lifetime", Forgets: true, AsFirst: true, Want: "blue", Got: "red"}, 3, 1, "first request of the route"},
	{"the session of the visitor before", hazard.Evidence{Kind: "lifetime", Echo: hazard.Previous, Other: true, Carrier: "session", Whose: 1, Since: 2}, 6, 1, "which the program made"},
	{"the name of the visitor before", hazard.Evidence{Kind: "lifetime", Echo: hazard.Previous, Other: true, Carrier: "form"}, 6, 1, "visitor before"},
	{"exit ends the worker", hazard.Evidence{Kind: "lifetime", Died: true, Failure: "connection reset by peer", NextTook: 900 * time.Millisecond}, 7, 0, "The next request took 900ms"},
	{"a bad gateway", hazard.Evidence{Kind: "port", WantCode: 200, GotCode: 502}, 7, 0, "without an answer"},
	{"a configuration read once", hazard.Evidence{Kind: "lifetime", Stale: "configuration", Echo: hazard.Start}, 8, 0, "old configuration"},
	{"the value of the start", hazard.Evidence{Kind: "lifetime", Echo: hazard.Start}, 8, 1, "that of the start"},
	{"the output of date is missing", hazard.Evidence{Kind: "port", Missing: true, Child: true}, 9, 0, "starts a child process"},
	{"a part is missing from the start", hazard.Evidence{Kind: "port", Missing: true}, 9, 0, "fresh process"},
	{"a lock of a file", hazard.Evidence{Kind: "lifetime", Hangs: true, HangsFrom: 2, Failure: "no answer within 10s"}, 10, 1, "second request"},
	{"descriptors run out", hazard.Evidence{Kind: "lifetime", GotCode: 500, WantCode: 200, Log: "open guestbook.txt: Too many open files"}, 10, 1, "too many open files"},
	{"descriptors grow", hazard.Evidence{Kind: "growth", Grows: []string{"descriptors"}}, 16, 10, "Growing: descriptors"},
	{"locks grow", hazard.Evidence{Kind: "growth", Grows: []string{"locks"}}, 10, 16, "Growing: locks"},
	{"rows that were rolled back", hazard.Evidence{Kind: "lifetime", Appears: true}, 11, 1, "did not commit"},
	{"a lock of a database", hazard.Evidence{Kind: "lifetime", Hangs: true, Body: "DBD::SQLite::db do failed: database is locked"}, 11, 10, "database is locked"},
	{"a long wait", hazard.Evidence{Kind: "lifetime", Usual: 10 * time.Millisecond, Took: 5 * time.Second}, 11, 1, "took 5s, and 10ms without"},
	{"begin twice", hazard.Evidence{Kind: "lifetime", GotCode: 500, Log: "cannot start a transaction within a transaction"}, 11, 1, "still open"},
	{"a clock", hazard.Evidence{Kind: "lifetime", Clock: true, Echo: hazard.Start}, 12, 8, "stands still"},
	{"another locale", hazard.Evidence{Kind: "lifetime", Want: "1,234.50 EUR", Got: "1.234,50 EUR"}, 13, 1, "separators"},
	{"another time zone", hazard.Evidence{Kind: "lifetime", Want: "at 14:05", Got: "at 16:05"}, 13, 1, "quarters of an hour"},
	{"another umask", hazard.Evidence{Kind: "lifetime", Want: "-rw-r--r-- a.txt", Got: "-rw------- a.txt"}, 13, 1, "permissions"},
	{"another directory", hazard.Evidence{Kind: "lifetime", WantCode: 200, GotCode: 500, Body: "can't open ads.txt: No such file or directory"}, 13, 1, "no longer found"},
	{"not found", hazard.Evidence{Kind: "lifetime", WantCode: 200, GotCode: 404}, 13, 1, "not found"},
	{"a record separator", hazard.Evidence{Kind: "lifetime", Truncate: true, Missing: true}, 14, 1, "too early"},
	{"an alarm of a neighbor", hazard.Evidence{Kind: "lifetime", Died: true, Log: "Alarm clock"}, 14, 7, "signal"},
	{"old code", hazard.Evidence{Kind: "lifetime", Stale: "code"}, 15, 1, "old code"},
	{"two scripts with one name", hazard.Evidence{Kind: "lifetime", GotCode: 500, Log: "Cannot redeclare render()"}, 15, 1, "defined twice"},
	{"a sub of another script", hazard.Evidence{Kind: "lifetime", OfOther: true}, 15, 1, "another program"},
	{"memory and zombies", hazard.Evidence{Kind: "growth", Grows: []string{"memory", "zombies"}}, 16, 0, "Growing: memory, zombies"},
	{"no process left", hazard.Evidence{Kind: "lifetime", Log: "fork: Resource temporarily unavailable"}, 16, 1, "no memory, processes"},
	{"a seed", hazard.Evidence{Kind: "lifetime", Repeats: true}, 17, 1, "repeats"},
	{"two requests at once mix", hazard.Evidence{Kind: "concurrency", Other: true, Echo: hazard.Previous, Shown: 4, Repeated: 10}, 17, 6, "one after the other"},
	{"a map without a mutex", hazard.Evidence{Kind: "concurrency", Died: true, Log: "fatal error: concurrent map writes"}, 17, 7, "threads use the same data"},
	{"a lock held at once", hazard.Evidence{Kind: "concurrency", Hangs: true, Blocked: true}, 10, 17, "until another one ends"},
}

func TestName(t *testing.T) {
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got := hazard.Name(c.e)
			if got.Number != c.want || c.instead != 0 && got.Instead != c.instead {
				t.Errorf("got hazard %d, else %d, want %d, else %d; evidence %q", got.Number, got.Instead, c.want, c.instead, got.Evidence)
			}
			if !strings.Contains(strings.Join(got.Evidence, " "), c.says) {
				t.Errorf("evidence %q does not say %q", got.Evidence, c.says)
			}
		})
	}
}

func TestEachHazardIsNamedAndHasHints(t *testing.T) {
	for i, h := range hazard.All() {
		if h.Number != i+1 || h.Cause == "" || h.Shows == "" {
			t.Errorf("hazard %d is %+v", i+1, h)
		}
		for j, language := range []string{"Perl", "PHP", "Python", "Go"} {
			if h.Hints[j].Language != language || len(h.Hints[j].Text) < 40 {
				t.Errorf("hazard %d has the hint %+v for %s", h.Number, h.Hints[j], language)
			}
		}
		if !slices.ContainsFunc(cases, func(c named) bool { return c.want == h.Number }) {
			t.Errorf("no case is named as hazard %d", h.Number)
		}
	}
	if n := len(hazard.All()); n != 17 {
		t.Errorf("got %d hazards, want 17", n)
	}
}

func TestNothingIsNamedWithoutEvidence(t *testing.T) {
	for _, e := range []hazard.Evidence{{}, {Kind: "port"}, {Kind: "port", Want: "1 ad", Got: "2 ads"}, {Kind: "port", WantCode: 200, GotCode: 404}} {
		if got := hazard.Name(e); got.Number != 0 || got.Cause != "" || got.Instead != 0 {
			t.Errorf("%+v is named %+v", e, got)
		}
	}
}

// A message that the baseline shows as well points to nothing.
func TestAMessageOfBothSidesIsNoEvidence(t *testing.T) {
	e := hazard.Evidence{Kind: "port", Want: "3: Too many open files", Got: "4: Too many open files"}
	if got := hazard.Name(e); got.Number != 0 {
		t.Errorf("got %+v", got)
	}
}

func TestNumber(t *testing.T) {
	for _, n := range []int{-1, 0, 18} {
		if h, found := hazard.Number(n); found {
			t.Errorf("%d is hazard %+v", n, h)
		}
	}
}

// Name never fails, names another hazard as less likely, and a lifetime difference always
// has a cause.
func TestNameOfAnyEvidence(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := rapid.Make[hazard.Evidence]().Draw(t, "evidence")
		e.Kind = rapid.SampledFrom([]string{"", "port", "lifetime", "concurrency", "growth"}).Draw(t, "kind")
		got := hazard.Name(e)
		if got.Number < 0 || got.Number > 17 || got.Number != 0 && got.Instead == got.Number {
			t.Fatalf("got %+v", got)
		}
		if e.Kind == "lifetime" && got.Number == 0 {
			t.Fatal("a lifetime difference has no cause")
		}
		if (got.Number == 0) != (got.Cause == "") || got.Number != 0 && len(got.Evidence) == 0 {
			t.Fatalf("got %+v", got)
		}
	})
}

func FuzzName(f *testing.F) {
	f.Add("1,234.50", "1.234,50", "Too many open files", "connection reset by peer")
	f.Add("at 14:05", "at 16:05", "", "")
	f.Fuzz(func(t *testing.T, want, got, log, failure string) {
		same := hazard.Name(hazard.Evidence{Kind: "port", Want: want, Got: want, Body: want})
		if same.Number != 0 {
			t.Errorf("equal texts are named %+v", same)
		}
		hazard.Name(hazard.Evidence{Kind: "lifetime", Want: want, Got: got, Log: log, Failure: failure})
	})
}
