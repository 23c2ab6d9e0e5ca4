package parity_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/classibench/classibench/bench/instance"
	"github.com/classibench/classibench/bench/parity"
	"github.com/classibench/classibench/bench/parity/trial"
	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/bench/target"
)

func TestACleanTwinHasNoFinding(t *testing.T) {
	t.Parallel()
	v := inTime(t, parity.Plan{Sides: sides(t, "noisy", "noisy"), Requests: get("/a", "/b"), Budget: 5 * time.Second})
	if v.Verdict != result.Same || len(v.Findings) > 0 {
		t.Errorf("got verdict %s with %d findings, want same: %+v", v.Verdict, len(v.Findings), v.Reasons)
	}
	if v.Tried.Sequences == 0 || v.Tried.Restarts < v.Tried.Sequences {
		t.Errorf("got %+v, want a restart for each sequence", v.Tried)
	}
}

// inTime runs a plan, and again with a minute if its time was too short, as on a busy machine.
func inTime(t *testing.T, p parity.Plan) *result.Verification {
	t.Helper()
	v := verify(t, p, 1)
	if v.Verdict == result.Unknown {
		p.Budget = time.Minute
		v = verify(t, p, 1)
	}
	return v
}

// Two pages of errors are equal, and prove nothing.
func TestErrorsOnly(t *testing.T) {
	t.Parallel()
	v := verify(t, parity.Plan{Sides: sides(t, "missing", "missing"), Requests: get("/a"), Budget: 4 * time.Second}, 1)
	if v.Verdict != result.Unknown || !strings.Contains(strings.Join(v.Reasons, " "), "GET /a (status 404)") {
		t.Errorf("got verdict %s: %v", v.Verdict, v.Reasons)
	}
}

func TestALeakingServer(t *testing.T) {
	t.Parallel()
	f := one(t, parity.Plan{Sides: sides(t, "leaky", "leaky"), Requests: get("/a", "/hello", "/b", "/set?name=Jane+Roe", "/c")})
	if f.Kind != result.KindLifetime || path(f) != "/set?name=Jane+Roe /hello" || !f.Minimal || f.Rate != 1 {
		t.Errorf("got %s by %s, minimal %v, rate %v", f.Kind, path(f), f.Minimal, f.Rate)
	}
}

// What one visitor can see of itself, and another one can see, too, is reported as a leak between
// visitors.
func TestALeakBetweenVisitors(t *testing.T) {
	t.Parallel()
	for program, c := range map[string]struct {
		requests []trial.Request
		want     string
		canary   bool
	}{
		"leaky": {get("/a", "/set?name=Jane+Roe", "/hello"), "1/set?name=Jane+Roe 2/hello", true},
		"open":  {get("/secret", "/a", "/unlock"), "1/unlock 2/secret", false}, // lets others in
		"two":   {get("/arm", "/load", "/fire"), "1/arm 1/load 1/fire", false}, // no value, and nobody is let in
	} {
		t.Run(program, func(t *testing.T) {
			t.Parallel()
			f := one(t, parity.Plan{Sides: sides(t, program, program), Requests: c.requests})
			var got []string
			for _, s := range f.Sequence {
				got = append(got, fmt.Sprint(s.Visitor, s.URL))
			}
			if strings.Join(got, " ") != c.want || f.Canary != c.canary || !f.Minimal || f.Rate != 1 {
				t.Errorf("got %q, of another visitor %v, minimal %v, rate %v; want %s, %v", got, f.Canary, f.Minimal, f.Rate, c.want, c.canary)
			}
		})
	}
}

// A finding shows the values that were sent: those in the answer.
func TestAFindingShowsWhatWasSent(t *testing.T) {
	t.Parallel()
	f := one(t, parity.Plan{Sides: sides(t, "leaky", "leaky"), Requests: get("/hello", "/set?name={visitor.0:Catherine}")})
	sent := f.SentSequence()[0].URL
	name, found := strings.CutPrefix(sent, "/set?name=")
	if !found || strings.Contains(name, "visitor") || !strings.Contains(f.Answer.Body, name) {
		t.Errorf("got %s as sent for %s, and the answer %s", sent, f.Sequence[0].URL, f.Answer.Body)
	}
}

// Where a request takes long, the answers are compared while the first sequence is sent again,
// and the search ends with the first difference: of two visits, the first requests are enough.
func TestASlowBaselineIsJudgedAtOnce(t *testing.T) {
	t.Parallel()
	for want, requests := range map[string][]trial.Request{
		"/sign-in?name=Catherine /": get("/", "/a", "/sign-in?name=Catherine", "/b"), // another visitor
		"/save /hint":               get("/hint", "/a", "/save", "/b"),               // the same one, later
	} {
		t.Run(want, func(t *testing.T) {
			t.Parallel()
			v := verify(t, parity.Plan{Sides: sides(t, "members", "members"), Requests: requests, Budget: 15 * time.Second}, 1)
			for tries := 0; v.Tried.Sequences == 0 && tries < 3; tries++ { // on a busy machine the budget may end in the first
				v = verify(t, parity.Plan{Sides: sides(t, "members", "members"), Requests: requests, Budget: 15 * time.Second}, 1)
			}
			if len(v.Findings) != 1 || path(v.Findings[0]) != want || v.Tried.Sequences != 1 {
				t.Errorf("got %d findings in %d sequences, want %s in the first", len(v.Findings), v.Tried.Sequences, want)
			}
		})
	}
}

func TestALeakThatNeedsTwoRequests(t *testing.T) {
	t.Parallel()
	f := one(t, parity.Plan{Sides: sides(t, "two", "two"), Requests: get("/arm", "/x", "/load", "/y", "/fire")})
	if f.Kind != result.KindLifetime || path(f) != "/arm /load /fire" || !f.Minimal {
		t.Errorf("got %s by %s, minimal %v", f.Kind, path(f), f.Minimal)
	}
}

// Three pairs of programs are probed at the same time, each with data of its own.
func TestLanes(t *testing.T) {
	t.Parallel()
	f := one(t, parity.Plan{Sides: sides(t, "two", "two"), Lanes: 3, Requests: get("/arm", "/x", "/load", "/y", "/fire")})
	if f.Kind != result.KindLifetime || path(f) != "/arm /load /fire" || !f.Minimal {
		t.Errorf("got %s by %s, minimal %v", f.Kind, path(f), f.Minimal)
	}
}

// The answers differ behind the bytes that are kept.
func TestALeakAtTheEndOfALongAnswer(t *testing.T) {
	t.Parallel()
	f := one(t, parity.Plan{Sides: sides(t, "long", "long"), Requests: get("/a")})
	if f.Kind != result.KindLifetime || f.Length != 2 || f.Place != "rest of the body" {
		t.Errorf("got %s by %s at %s", f.Kind, path(f), f.Place)
	}
}

func TestAnotherProgram(t *testing.T) {
	t.Parallel()
	f := one(t, parity.Plan{Sides: sides(t, "ported", "ported"), Requests: get("/a", "/price")})
	if f.Kind != result.KindPort || path(f) != "/price" {
		t.Errorf("got %s by %s", f.Kind, path(f))
	}
}

func TestAServerThatEnds(t *testing.T) {
	t.Parallel()
	f := one(t, parity.Plan{Sides: sides(t, "dying", "dying"), Requests: get("/a", "/quit", "/b")})
	if f.Kind != result.KindLifetime || f.Length != 2 || f.Sequence[0].URL != "/quit" || f.Answer.Failure == "" {
		t.Errorf("got %s by %s: %+v", f.Kind, path(f), f.Answer)
	}
}

func TestAServerThatHangs(t *testing.T) {
	t.Parallel()
	f := one(t, parity.Plan{Sides: sides(t, "free", "hanging"), Requests: get("/a", "/lock"), AnswerTime: 200 * time.Millisecond})
	if f.Kind != result.KindLifetime || path(f) != "/lock /lock" || f.Answer.Failure == "" {
		t.Errorf("got %s by %s: %+v", f.Kind, path(f), f.Answer)
	}
}

// The program was racy before it was ported. One that is not is in TestARace.
func TestARaceOfBothPrograms(t *testing.T) {
	t.Parallel()
	f := one(t, parity.Plan{Sides: sides(t, "clash", "clash"), Requests: get("/a?name=Ann+Smith", "/b?name=Bob+Brown")})
	if f.Kind != result.KindConcurrency || !strings.Contains(strings.Join(f.Evidence, " "), "The baseline fails, too, when requests come at the same time") {
		t.Errorf("got %s with the evidence %q", f.Kind, f.Evidence)
	}
}

func TestAClockThatStandsStill(t *testing.T) {
	t.Parallel()
	f := one(t, parity.Plan{Sides: sides(t, "clock", "stopped"), Requests: get("/a", "/b")})
	if f.Kind != result.KindLifetime || f.Length != 2 {
		t.Errorf("got %s by %s", f.Kind, path(f))
	}
}

// A worker does not see what another one got. Over one connection there is no difference.
func TestWorkers(t *testing.T) {
	t.Parallel()
	form := http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}
	write := trial.Request{Route: "write", Method: "POST", URL: "/", Header: form, Body: "text=A+bicycle+for+sale"}
	f := one(t, parity.Plan{Sides: sides(t, "workers", "workers"), Requests: append(get("/"), write)})
	if f.Kind != result.KindLifetime || f.Length != 3 || !f.Minimal || !f.Sequence[2].Connect {
		t.Errorf("got %s by %s, minimal %v", f.Kind, path(f), f.Minimal)
	}
}

// Both read and write the same file.
func TestSharedDataAreRefused(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "notes")
	form := http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}
	write := trial.Request{Route: "write", Method: "POST", URL: "/", Header: form, Body: "text=A+bicycle+for+sale"}
	requests := append(get("/"), write)
	_, err := (&parity.Plan{Sides: sides(t, "notes", "notes", file), Requests: requests, Budget: time.Minute}).Run(t.Context())
	if input, ok := errors.AsType[*parity.InputError](err); !ok || !strings.Contains(input.Problem, "share their data") {
		t.Errorf("got %v, want that data are shared", err)
	}
	slow, err := (&parity.Plan{Sides: sides(t, "slow notes", "slow notes", file+"-slow"), Requests: requests, Budget: 6 * time.Second}).Run(t.Context())
	if input, ok := errors.AsType[*parity.InputError](err); !ok || !input.Shared || len(slow.Findings) > 0 {
		t.Errorf("of a slow baseline: got %v and %d findings, want that data are shared", err, len(slow.Findings))
	}
	v := inTime(t, parity.Plan{Sides: sides(t, "notes", "notes"), Requests: requests, Budget: 5 * time.Second})
	if v.Verdict != result.Same {
		t.Errorf("got verdict %s with separate data, want same", v.Verdict)
	}
}

// A short value carries no token of its visitor, so the pages are compared.
func TestSharedDataAreRefusedWithoutTokens(t *testing.T) {
	t.Parallel()
	form := http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}
	for _, body := range []string{"text=Hello", "text=12", "other=nothing"} {
		requests := append(get("/"), trial.Request{Route: "write", Method: "POST", URL: "/", Header: form, Body: body})
		t.Run(body, func(t *testing.T) {
			t.Parallel()
			file := filepath.Join(t.TempDir(), "notes")
			_, err := (&parity.Plan{Sides: sides(t, "notes", "notes", file), Requests: requests, Budget: time.Minute}).Run(t.Context())
			if input, ok := errors.AsType[*parity.InputError](err); !ok || !input.Shared || !strings.Contains(input.Problem, "share their data: after requests to new only, the answer of old to GET /") {
				t.Errorf("got %v, want that data are shared", err)
			}
		})
	}
}

func TestGrowth(t *testing.T) {
	t.Parallel()
	v := verify(t, parity.Plan{Sides: sides(t, "growing", "growing"), Requests: get("/a", "/keep", "/open"), Budget: 3 * time.Minute, Soak: 4000}, 2)
	got := map[string]string{}
	for _, f := range v.Findings {
		if f.Kind == result.KindGrowth {
			got[f.Growth.Resource] = f.Growth.Route
		}
	}
	if got["memory"] != "GET /keep" || got["descriptors"] != "GET /open" || len(got) != 2 {
		t.Errorf("got growth of %v", got)
	}
}

// What grows is found although the budget ends before the soak.
func TestGrowthInALongSoak(t *testing.T) {
	t.Parallel()
	v := verify(t, parity.Plan{Sides: sides(t, "growing", "growing"), Requests: get("/a", "/open"), Budget: 12 * time.Second, Soak: 1_000_000}, 2)
	if f := v.Findings[0]; f.Kind != result.KindGrowth || f.Growth.Resource != "descriptors" || len(v.Warnings) == 0 {
		t.Errorf("got %s of %s, warnings %v", f.Kind, f.Place, v.Warnings)
	}
}

// A finding of growth is tried again with its own requests, until the program is repaired.
func TestGrowthAgain(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]string{"/open": result.Different, "/a": result.Same} {
		q := trial.Sequence{{Request: get(path)[0]}}
		p := parity.Plan{Sides: sides(t, "growing", "growing"), Requests: get(path), Replay: q, ReplayGrows: &result.Growth{Resource: "descriptors", Requests: 400}}
		v := verify(t, p, 0)
		if v.Verdict != want || v.Tried.Requests != 400 {
			t.Errorf("%s: got verdict %s of %d requests, want %s: %+v", path, v.Verdict, v.Tried.Requests, want, v.Reasons)
		}
	}
}

// The baseline has no such page, and answers like the candidate: the difference may be there
// all the same where the page is.
func TestAReplayOfAnotherProgram(t *testing.T) {
	t.Parallel()
	q := trial.Sequence{{Request: get("/a")[0]}}
	for want, status := range map[string]int{result.Same: http.StatusNotFound, result.Unknown: http.StatusOK} {
		v := verify(t, parity.Plan{Sides: sides(t, "missing", "missing"), Requests: get("/a"), Replay: q, ReplayWant: status}, 0)
		if v.Verdict != want {
			t.Errorf("status %d when it was found: got verdict %s, want %s: %q", status, v.Verdict, want, v.Reasons)
		}
	}
}

// An interrupted verification keeps what it tried, and does not claim that both answer the same.
func TestAnInterruptedVerification(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	p := parity.Plan{Sides: sides(t, "noisy", "noisy"), Requests: get("/a", "/b"), Budget: time.Minute}
	p.Watch = func(g parity.Progress) {
		if g.Phase == "all twice in a row" {
			cancel()
		}
	}
	v, err := p.Run(ctx)
	if !errors.Is(err, context.Canceled) || !v.Partial || v.Tried.Sequences < 2 || v.Verdict != result.Unknown || !strings.HasPrefix(v.Reasons[0], "it was interrupted after ") {
		t.Errorf("got %v with %+v, verdict %s, reasons %q, want a partial result", err, v.Tried, v.Verdict, v.Reasons)
	}
}

// Data that cannot be restored in the middle end the run: what was tried until then is no
// proof.
func TestDataThatCannotBeRestored(t *testing.T) {
	t.Parallel()
	full := errors.New("no space left")
	both := sides(t, "noisy", "noisy")
	p := parity.Plan{Requests: get("/a", "/b"), Budget: time.Minute}
	p.Sides = func(ctx context.Context) ([]instance.Candidate, error) {
		all, err := both(ctx)
		fresh, n := all[1].Fresh, 0
		all[1].Fresh = func(ctx context.Context) (target.Target, error) {
			if n++; n > 12 { // after the check of shared data
				return target.Target{}, full
			}
			return fresh(ctx)
		}
		return all, err
	}
	v, err := p.Run(t.Context())
	if !errors.Is(err, full) || !v.Partial || v.Verdict != result.Unknown || v.Tried.Sequences == 0 || !strings.Contains(strings.Join(v.Reasons, " "), "it ended early: restore the data of new: no space left") {
		t.Errorf("got %v, verdict %s, %+v, reasons %q", err, v.Verdict, v.Tried, v.Reasons)
	}
}
