package result

import (
	"fmt"

	"github.com/classibench/classibench/internal/unit"
)

// Figures of the success story.
const (
	storyGain = 4   // "more than 300% performance increase"
	storyLoad = 20  // "load times of 20 to 30"
	storyIdle = 0.5 // machines that "don't sweat": less than half of their cores is busy
	storyHad  = 5e5 // hits a day that the CGI site carried
	storyDies = 1e6 // hits a day at which it failed
	storyGoal = 2e6 // hits a day after the move
)

// ClaimOutcome is whether a run reproduced a claim.
type ClaimOutcome string

const (
	Reproduced    ClaimOutcome = "reproduced"
	NotReproduced ClaimOutcome = "not reproduced"
	Undecided     ClaimOutcome = "undecided" // the interval leaves it open
	NotMeasured   ClaimOutcome = "not measured"
)

// A Claim is one claim of the success story, beside the figures of a run.
type Claim struct {
	Text     string // the claim, from the story
	Measured string // figures, with n and interval
	Rule     string // when the claim counts as reproduced
	Outcome  ClaimOutcome
}

// StoryClaims compares the claims of the success story with a result. The candidate stands
// for the program after the move, the baseline for the CGI program.
func StoryClaims(r *Result, candidate string) []Claim {
	s := story{r: r, before: r.trialOf(r.Baseline()), after: r.trialOf(candidate), candidate: candidate}
	s.peak = s.peakStage()
	return []Claim{s.gain(), s.carried(), s.dies(), s.load(), s.defunct(), s.carries(), s.idle(), s.database()}
}

// story is a result with the two trials that the claims are about.
type story struct {
	r             *Result
	candidate     string
	before, after *Trial // nil where not measured or invalid
	peak          int    // index of the stage that stands for the peak hours; -1 if there is none
}

func (r *Result) trialOf(target string) *Trial {
	if r.Replay == nil {
		return nil
	}
	for i, t := range r.Replay.Trials {
		if t.Target == target && t.Invalid == "" && len(t.Stages) == len(r.Replay.Stages) {
			return &r.Replay.Trials[i]
		}
	}
	return nil
}

// peakStage returns the first stage in which the baseline missed the objective, since the
// site of the story failed in its peak hours. If it missed none, it is the stage with the
// highest rate.
func (s story) peakStage() int {
	if s.before == nil || s.after == nil {
		return -1
	}
	stages := s.r.Replay.offeredTo(*s.before)
	for _, i := range stages {
		if !s.before.Stages[i].Meets {
			return i
		}
	}
	return s.r.Replay.busiest(stages)
}

func (s story) gain() Claim {
	c := Claim{Text: "More than 300% performance increase", Rule: fmt.Sprintf("the interval of the gain is above %d×", storyGain), Outcome: NotMeasured, Measured: "no gain was measured"}
	if s.r.Capacity == nil {
		return c
	}
	g, known := s.r.Capacity.GainOf(s.candidate)
	if why := s.r.GainInvalid(s.candidate); why != "" {
		c.Measured = why
		return c
	}
	if !known || !g.Bounded() {
		return c
	}
	c.Measured = fmt.Sprintf("%s (%s interval %s to %s, %s in %s)",
		unit.Times(g.Ratio), unit.Percent(g.Level), unit.Times(g.Low), unit.Times(g.High), unit.Count(g.Quads, "quad"), unit.Count(g.Sessions, "session"))
	c.Outcome = Undecided
	if g.Low >= storyGain {
		c.Outcome = Reproduced
	} else if g.High < storyGain {
		c.Outcome = NotReproduced
	}
	return c
}

// reached returns the outcome of a claim that holds or does not.
func reached(holds bool) ClaimOutcome {
	if holds {
		return Reproduced
	}
	return NotReproduced
}
