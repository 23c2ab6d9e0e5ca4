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
	{"what ends the program does not end the request", hazard.Evidence{Kind: "port", GoesOn: true, Want: "nothing", Got: "A canoe"}, 7, 0, "goes on"},
	{"the way up that the first page needed", hazard.Evidence{Kind: "lifetime", FirstWins: true, Want: "../static/zoom.html", Got: "../../static/zoom.html"}, 3, 0, "first request decides"},
	{"the same, before it is known which request decides", hazard.Evidence{Kind: "lifetime", Want: "../static/zoom.html", Got: "../../static/zoom.html"}, 1, 0, ""},
	{"a separator that the first request decides", hazard.Evidence{Kind: "lifetime", FirstWins: true, Want: "red, blue", Got: "red; blue"}, 3, 0, "first request decides"},
	{"a separator that each request changes", hazard.Evidence{Kind: "lifetime", LastWins: true, Want: "red, blue", Got: "red; blue"}, 14, 0, "separate"},
	{"a format of numbers that the first request decides", hazard.Evidence{Kind: "lifetime", FirstWins: true, Want: "1,234.50", Got: "1.234,50"}, 3, 0, "first request decides"},
	{"a file that the first request chose", hazard.Evidence{Kind: "lifetime", FirstWins: true, Want: "ok", Got: "No such file or directory"}, 3, 0, "first request decides"},
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
	{"another program takes the place of the worker", hazard.Evidence{Kind: "port", InLog: true, Failure: "the target closed the connection before it answered: EOF"}, 7, 9, "took the place"},
	{"the output of a child goes astray", hazard.Evidence{Kind: "port", InLog: true}, 9, 0, "output of the server"},
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
	{"a signal of a neighbor", hazard.Evidence{Kind: "lifetime", Died: true, Failure: "the program ended with signal: terminated"}, 14, 7, "signal"},
	{"a fault of the program", hazard.Evidence{Kind: "lifetime", Died: true, Failure: "the program ended with signal: segmentation fault"}, 7, 0, "worker ended"},
	{"a request that ends its own process", hazard.Evidence{Kind: "port", Died: true, Failure: "the program ended with signal: terminated"}, 7, 0, "worker ended"},
	{"a map without a mutex", hazard.Evidence{Kind: "concurrency", Died: true, Log: "fatal error: concurrent map writes"}, 17, 7, "threads use the same data"},
	{"a name of the first visitor stays", hazard.Evidence{Kind: "lifetime", FirstWins: true, Echo: hazard.First, Identity: true, Carrier: "query"}, 6, 2, "first visitor"},
	{"a value of the session of the first visitor stays", hazard.Evidence{Kind: "lifetime", FirstWins: true, Echo: hazard.First, Other: true, Whose: 1, Carrier: "session"}, 6, 2, "session of the first visitor"},
	{"a value of the first request stays, where this one has none", hazard.Evidence{Kind: "lifetime", FirstWins: true, Echo: hazard.First, Absent: true, Carrier: "query"}, 2, 1, "its own value does"},
	{"the first request decides, and none of its values is shown", hazard.Evidence{Kind: "lifetime", FirstWins: true, AsFirst: true, Want: "green boat", Got: "red car, blue car"}, 3, 1, "decides about all later"},
	{"a flag of the same route is overwritten", hazard.Evidence{Kind: "lifetime", LastWins: true, AsFirst: true, Want: "1000", Got: "800"}, 1, 0, ""},
	{"a value of the first request is overwritten", hazard.Evidence{Kind: "lifetime", LastWins: true, Echo: hazard.First, SameRoute: true, Absent: true, Carrier: "query"}, 5, 1, "left over"},
	{"a cookie with the name of a visitor", hazard.Evidence{Kind: "lifetime", LastWins: true, Echo: hazard.Previous, Other: true, Absent: true, Identity: true, Carrier: "cookie"}, 6, 5, "who an earlier visitor was"},
	{"a field with the address of a visitor, shown to the same one", hazard.Evidence{Kind: "lifetime", LastWins: true, Echo: hazard.Previous, Absent: true, Identity: true, Carrier: "form", Writes: true}, 6, 1, "who an earlier visitor was"},
	{"a list that grows with each visitor", hazard.Evidence{Kind: "lifetime", Adds: true, Echo: hazard.Previous, SameRoute: true, Absent: true, Carrier: "query"}, 1, 5, "adds to the answer"},
	{"a table that grows with each draft", hazard.Evidence{Kind: "lifetime", Adds: true, Writes: true, Echo: hazard.Previous, Carrier: "form"}, 11, 1, "does not have"},
	{"a database stays locked", hazard.Evidence{Kind: "lifetime", Want: "ads: 0", Got: "ads: 1", Locked: []string{"/data/ads.db"}}, 11, 1, "a lock on /data/ads.db"},
	{"a file stays locked", hazard.Evidence{Kind: "lifetime", Hangs: true, Failure: "no answer within 3s", Locked: []string{"/data/lock"}}, 10, 1, "waits or fails"},
	{"what a handle holds back", hazard.Evidence{Kind: "lifetime", Forgets: true, Opened: []string{"/data/book.txt"}}, 10, 8, "keeps the file open"},
	{"the working directory", hazard.Evidence{Kind: "lifetime", Want: "boat shop", Got: "no such note", WantCode: 200, GotCode: 404, Moved: "/"}, 13, 1, "it works in /"},
	{"the umask", hazard.Evidence{Kind: "lifetime", WantCode: 200, GotCode: 500, Umask: "0777"}, 13, 1, "its umask is 0777"},
	{"another hour", hazard.Evidence{Kind: "lifetime", Want: "sold at 1 o'clock", Got: "sold at 10 o'clock"}, 13, 1, "time zone"},
	{"days of another locale", hazard.Evidence{Kind: "lifetime", Want: "Monday, 3 May", Got: "Montag, 3 May"}, 13, 1, "names of days"},
	{"a separator of fields", hazard.Evidence{Kind: "lifetime", LastWins: true, Want: "cars, boats", Got: "cars;boats"}, 14, 1, "words are the same"},
	{"the whole file instead of a line", hazard.Evidence{Kind: "lifetime", LastWins: true, Lines: true, Want: "boat", Got: "boat car"}, 14, 1, "separator of records"},
	{"further lines that grow", hazard.Evidence{Kind: "lifetime", LastWins: true, Lines: true, Adds: true}, 1, 0, "adds to the answer"},
	{"the output of a child is in the log", hazard.Evidence{Kind: "port", InLog: true, Missing: true, Log: "one ad"}, 9, 0, "output of the server"},
	{"some of the repeated requests are right", hazard.Evidence{Kind: "lifetime", Alternate: true, Steady: true, LastWins: true}, 4, 3, "another worker"},
	{"an iterator goes on with each of the earlier requests", hazard.Evidence{Kind: "lifetime", Rotates: true, Steady: true, LastWins: true}, 3, 1, "in rotation"},
	{"two workers, sometimes", hazard.Evidence{Kind: "lifetime", Workers: 2, Shown: 5, Repeated: 10, Echo: hazard.Previous, Identity: true, Absent: true}, 4, 6, "several workers"},
	{"a named sub without the variable of its script", hazard.Evidence{Kind: "port", OwnLost: true, Want: "Ads with car", Got: "Ads with"}, 2, 0, "does not see it"},
	{"perl warns about a closure", hazard.Evidence{Kind: "port", Log: `Variable "$word" is not available at ads.pl line 9.`}, 2, 0, "does not share"},
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
