package parity

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/classibench/classibench/bench/parity/differ"
	"github.com/classibench/classibench/bench/parity/trial"
	"github.com/classibench/classibench/bench/parity/visitor"
	"github.com/classibench/classibench/bench/result"
)

var bicycles = []trial.Request{gets("/")[0], posts("/", "text=A+bicycle+for+sale")}

// A command that restores nothing makes each sequence begin with what earlier ones wrote: what then
// differs is no difference of the programs, and what varies then hides those that there are.
func TestDataThatACommandDoesNotRestoreAreRefused(t *testing.T) {
	last := func(w http.ResponseWriter, _ *http.Request, d *data) { html(w, "<p>The last is %s.</p>", d.shown) }
	for name, c := range map[string]struct {
		show          func(w http.ResponseWriter, r *http.Request, d *data)
		requests      []trial.Request
		old, new      bool // whether their commands restore them
		learnedNoWord bool
		want          string // begin of the problem
	}{
		"of the candidate":                    {list, bicycles, true, false, false, `the command "cp seed.db new.db" does not restore the data of new: `},
		"of the baseline":                     {list, bicycles, false, true, false, `the command "cp seed.db old.db" does not restore the data of old: `},
		"of both":                             {list, bicycles, false, false, false, `the command "cp seed.db new.db" does not restore the data of new: `},
		"of neither":                          {list, bicycles, true, true, false, ""},
		"the last one":                        {last, bicycles, true, false, false, `the command "cp seed.db new.db" does`},
		"which hid the words that carry some": {list, bicycles, true, false, true, `the command "cp seed.db new.db" does`},
		"answers to posts":                    {list, []trial.Request{posts("/list", "text=A+bicycle+for+sale")}, true, false, false, `the command "cp seed.db new.db" does`},
		"pages that show nothing of them":     {visits, bicycles, false, false, false, ""},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := simulate(board(c.show), board(c.show))
				s.old.fresh, s.old.reset = restored(c.old), []string{"cp", "seed.db", "old.db"}
				s.new.fresh, s.new.reset = restored(c.new), []string{"cp", "seed.db", "new.db"}
				h := s.tokenHunt(t, c.requests)
				if c.learnedNoWord {
					h.pair.canaries = visitor.NewCanaries(1, nil)
				}
				err := h.checkRestored(t.Context())
				input, refused := errors.AsType[*InputError](err)
				switch {
				case c.want == "" && err != nil:
					t.Errorf("got %v, want no error", err)
				case c.want != "" && (!refused || !input.Unrestored || !strings.HasPrefix(input.Problem, c.want)):
					t.Errorf("got %v, want %s", err, c.want)
				}
				if len(h.reasons) > 0 {
					t.Errorf("got reasons %q", h.reasons)
				}
			})
		})
	}
}

// If only one side has a command, what the other one keeps would differ.
func TestDataThatOneSideRestoresAreRefused(t *testing.T) {
	for name, c := range map[string]struct {
		old, new bool
		want     string
	}{
		"the baseline's":  {true, false, "nothing restores the data of new, and a command restores those of old: "},
		"the candidate's": {false, true, "nothing restores the data of old, and a command restores those of new: "},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := simulate(board(list), board(list))
				for _, side := range []struct {
					of    *simulated
					empty bool
				}{{s.old, c.old}, {s.new, c.new}} {
					if side.of.fresh = restored(side.empty); side.empty {
						side.of.reset = []string{"cp", "seed.db", side.of.name + ".db"}
					}
				}
				err := s.tokenHunt(t, bicycles).checkRestored(t.Context())
				if input, refused := errors.AsType[*InputError](err); !refused || !input.Unrestored || !strings.HasPrefix(input.Problem, c.want) {
					t.Errorf("got %v, want %s", err, c.want)
				}
			})
		})
	}
}

// Without a command, differences can be found, but no run proves that there are none.
func TestDataThatNothingRestoresAreNamed(t *testing.T) {
	for name, c := range map[string]struct {
		old, new bool // whether they are restored
		ignore   []differ.Ignore
		want     []string
	}{
		"of both":              {false, false, nil, []string{"of new: ", "of old: "}},
		"of the candidate":     {true, false, nil, []string{"of new: "}},
		"of the baseline":      {false, true, nil, []string{"of old: "}},
		"what is not compared": {false, false, []differ.Ignore{{CSS: "ul"}}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := simulate(board(list), board(list))
				s.old.fresh, s.new.fresh = restored(c.old), restored(c.new)
				h := s.tokenHunt(t, bicycles)
				h.plan.Ignore = c.ignore
				if err := h.checkRestored(t.Context()); err != nil {
					t.Fatal(err)
				}
				if len(h.reasons) != len(c.want) {
					t.Fatalf("got %q, want %q", h.reasons, c.want)
				}
				for i, want := range c.want {
					if !strings.Contains(h.reasons[i], "nothing restores the data "+want) || !strings.Contains(h.reasons[i], ", which POST / wrote in an earlier sequence, is still in its answer to GET /: name a command with --reset '") {
						t.Errorf("got %q, want %q", h.reasons[i], want)
					}
				}
			})
		})
	}
}

func TestNoVerdictWithoutRestoredData(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := simulate(board(list), board(list))
		s.old.fresh, s.new.fresh = restored(false), restored(false)
		if v := s.verify(t, Plan{Requests: bicycles, Budget: 10 * time.Second}); v.Verdict != result.Unknown || len(v.Findings) > 0 {
			t.Errorf("got %s, %+v", v.Verdict, v.Findings)
		}
	})
}

// The data that are restored may be those that an earlier verification has written to.
func TestValuesOfAnEarlierVerificationAreRestored(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := simulate(board(list), board(list))
		own := visitor.NewCanaries(1, bicycles).Mark(bicycles[1], firstWriter).Body
		seed := "<li>" + strings.ReplaceAll(strings.TrimPrefix(own, "text="), "+", " ") + "</li>"
		fresh := func() *data { return &data{texts: seed} }
		s.old.fresh, s.new.fresh = fresh, fresh
		h := s.tokenHunt(t, bicycles)
		if err := h.checkRestored(t.Context()); err != nil || len(h.reasons) > 0 {
			t.Errorf("got %v and %q", err, h.reasons)
		}
	})
}
