package parity

import (
	"net/http"
	"slices"
	"testing"
	"testing/synctest"

	"github.com/classibench/classibench/bench/parity/trial"
)

// The baseline gets the requests of a finding again. It was right with want, and the candidate
// wrong with got.
func TestRepetition(t *testing.T) {
	const token, other = "<b>3f9a1c72be05d846</b>", "<b>a07d52e91b64c3f8</b>"
	for name, c := range map[string]struct {
		want, got    string
		again, shown string // of the baseline and of the candidate, in step
		status       int    // of the baseline; 0 is as before
		o            repetition
	}{
		"it shows again":                      {"boat", "car", "boat", "car", 0, repetition{asked: true, shows: true}},
		"it does not":                         {"boat", "car", "boat", "boat", 0, repetition{asked: true}},
		"it shows otherwise":                  {"boat", "car", "boat", "plane", 0, repetition{asked: true, shows: true}},
		"the baseline gives the answer":       {"boat", "car", "car", "boat", 0, repetition{asked: true, varies: true, noise: true}},
		"so does it, and the candidate again": {"boat", "car", "car", "car", 0, repetition{asked: true, varies: true, noise: true}},
		"a token like those of the baseline":  {token, "<b>58c2e6f01d9b7a34</b>", other, "<b>c4d81e3f6a90b725</b>", 0, repetition{asked: true, varies: true, noise: true}},
		"an error in place of a token":        {token, "<b>no session</b>", other, "<b>no session</b>", 0, repetition{asked: true, varies: true, shows: true}},
		"the status of the baseline varies":   {"boat", "car", "boat", "car", http.StatusNotFound, repetition{asked: true, noise: true}},
		"neither side answers":                {"boat", silence, silence, silence, 0, repetition{asked: true, varies: true, noise: true}},
		"the baseline varies elsewhere":       {"boat <i>3f9a1c72be05d846</i>", "car <i>3f9a1c72be05d846</i>", "boat <i>a07d52e91b64c3f8</i>", "car <i>58c2e6f01d9b7a34</i>", 0, repetition{asked: true, shows: true}},
	} {
		h, f := differing(t, c.want, c.got)
		again := pages("", c.again)
		if c.status != 0 {
			again[1].Answer.Status = c.status
		}
		step := trial.Trial{Baseline: again, Candidate: pages("", c.shown)}
		if o := h.judge.repetition(f, step, [][]trial.Exchange{f.trial.Baseline}, again); o != c.o {
			t.Errorf("%s: got %+v, want %+v", name, o, c.o)
		}
	}
}

// A race of the baseline may show in any of the trials, not only in those before.
func TestARaceOfTheBaselineThatShowsLate(t *testing.T) {
	for refusal, noise := range map[string]bool{"busy": true, "locked": false} {
		synctest.Test(t, func(t *testing.T) {
			h, f := rivals(t, simulate(exclusive(refusal), exclusive("busy")), 5)
			h.serials[keyOf(f.best)] = []serialRun{{[]int{0, 1}, f.trial.Baseline}}
			o, err := h.inStep(t.Context(), f)
			if err != nil || o.noise != noise {
				t.Errorf("the baseline refuses as %q: got %+v, %v, want noise: %v", refusal, o, err, noise)
			}
		})
	}
}

// counting adds by POST, and shows the number of them.
func counting(d *data) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		d.mu.Lock()
		defer d.mu.Unlock()
		d.count += btoi(r.Method == http.MethodPost)
		html(w, "<p>%d</p>", d.count)
	}
}

// Two orders of requests are no noise: what the baseline answers in one of them is compared with an
// answer in the same order only.
func TestARepetitionInAnOrderThatIsKnown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := simulate(counting, counting).hunt(t)
		q := trial.Sequence{{Request: posts("/", "text=hello"), Batch: 1}, {Request: gets("/")[0], Batch: 1}}
		run, err := h.inOrder(t.Context(), q, []int{1})
		if err != nil {
			t.Fatal(err)
		}
		candidate := slices.Clone(run)
		candidate[1].Answer.Body = []byte("<p>7</p>")
		f, both := &found{candidate: "new", kind: "concurrency"}, trial.Trial{Baseline: run, Candidate: candidate}
		f.see(q, both, h.judge.clue(1, both))
		f.clue = f.last
		h.keepSerial(keyOf(q), serialRun{[]int{1}, run})
		if o, err := h.inStep(t.Context(), f); err != nil || o.varies || o.noise || !o.asked {
			t.Errorf("got %+v, %v; want neither noise nor what varies", o, err)
		}
	})
}

// Only what the baseline answered to requests at the same time speaks against a race of it.
func TestATallyOfRequestsAtTheSameTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, f := rivals(t, simulate(exclusive("locked"), exclusive("busy")), 5)
		h.serials[keyOf(f.best)] = []serialRun{{[]int{0, 1}, f.trial.Baseline}, {[]int{1}, f.trial.Baseline}}
		h.keepAtOnce(keyOf(f.best), f.trial.Baseline)
		f.shrunk.Shown, f.shrunk.Repeated, f.shrunk.Gone = 3, 5, 2
		if got, want := h.tallied(f), (tally{shown: 4, sent: 6, others: 1}); got != want {
			t.Errorf("got %+v, want %+v", got, want)
		}
	})
}
