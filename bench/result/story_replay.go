package result

import (
	"fmt"

	"github.com/classibench/classibench/internal/unit"
)

// Carried is the range of hits per day in which a target stops meeting the objective.
type Carried struct {
	Target string
	Met    float64 // hits per day of the busiest stage that met the objective, with all lower ones; 0 if none did
	Missed float64 // hits per day of the least busy stage that missed it; 0 if none did

	Invalid float64 // hits per day of a higher rate whose figures are invalid, which ended the doubling; 0 if there is none
	Why     string  // they are invalid
}

// CarriedOf returns how many hits a day a target carried, in the replay and at the rates
// after it, and false if its replay was not measured in hits per day or is invalid.
func CarriedOf(r *Result, target string) (Carried, bool) {
	c, offers := Carried{Target: target}, r.dailyOffers(target)
	if len(offers) == 0 {
		return c, false
	}
	for _, o := range offers {
		if !o.met && (c.Missed == 0 || o.hitsPerDay < c.Missed) {
			c.Missed = o.hitsPerDay
		}
	}
	for _, o := range offers {
		if c.Missed == 0 || o.hitsPerDay < c.Missed {
			c.Met = max(c.Met, o.hitsPerDay)
		}
	}
	for _, d := range r.Replay.Doubled {
		if d.Target == target && d.Invalid != "" && c.Missed == 0 {
			c.Invalid, c.Why = d.Stage.HitsPerDay, d.Invalid
		}
	}
	return c, true
}

// A dailyOffer is a number of hits per day with which a target met the objective or not.
type dailyOffer struct {
	hitsPerDay float64
	met        bool
}

func (r *Result) dailyOffers(target string) (all []dailyOffer) {
	t := r.trialOf(target)
	if t == nil {
		return nil
	}
	for i, s := range r.Replay.Stages {
		if s.HitsPerDay > 0 {
			all = append(all, dailyOffer{s.HitsPerDay, t.Stages[i].Meets})
		}
	}
	for _, d := range r.Replay.Doubled {
		if d.Target == target && d.Invalid == "" && d.Stage.HitsPerDay > 0 {
			all = append(all, dailyOffer{d.Stage.HitsPerDay, d.Result.Meets})
		}
	}
	return all
}

// String describes the two limits: "8 million hits a day; it missed the objective at 16 million".
func (c Carried) String() string {
	switch {
	case c.Met == 0:
		return "missed the objective at " + unit.Millions(c.Missed) + " hits a day already"
	case c.Invalid > 0:
		return "met the objective up to " + unit.Millions(c.Met) + " hits a day; the measurement at " + unit.Millions(c.Invalid) + " is invalid: " + c.Why
	case c.Missed == 0:
		return "met the objective up to " + unit.Millions(c.Met) + " hits a day, the most that was offered"
	}
	return "met the objective up to " + unit.Millions(c.Met) + " hits a day, and missed it at " + unit.Millions(c.Missed)
}

// both formats the figures of both sides.
func (s story) both(before, after string) string {
	return fmt.Sprintf("%s: %s; %s: %s", s.r.Baseline(), before, s.candidate, after)
}

func (s story) carried() Claim {
	c := Claim{Text: "The CGI site carried half a million hits a day", Rule: "the CGI program meets the objective at half a million hits a day"}
	return s.daily(c, s.r.Baseline(), func(x Carried) bool { return x.Met >= storyHad })
}

func (s story) dies() Claim {
	c := Claim{Text: "At a million hits a day the CGI site failed at peak hours", Rule: "the CGI program misses the objective at 1 million hits a day or fewer"}
	return s.daily(c, s.r.Baseline(), func(x Carried) bool { return x.Missed > 0 && x.Missed <= storyDies })
}

func (s story) carries() Claim {
	c := Claim{Text: "Two million hits a day after the move", Rule: "the persistent program meets the objective at 2 million hits a day"}
	return s.daily(c, s.candidate, func(x Carried) bool { return x.Met >= storyGoal })
}

// daily judges a claim by how many hits a day a target carried.
func (s story) daily(c Claim, target string, holds func(Carried) bool) Claim {
	x, known := CarriedOf(s.r, target)
	if !known {
		c.Outcome, c.Measured = NotMeasured, s.withoutDays()
		return c
	}
	c.Outcome, c.Measured = reached(holds(x)), target+" "+x.String()
	return c
}

func (s story) load() Claim {
	c := Claim{Text: "Load of 20 to 30 at peak hours", Rule: fmt.Sprintf("on average, %d tasks or more of the CGI server are runnable at the peak", storyLoad)}
	return s.atPeak(c, func(before, after Load) (string, bool) {
		words := func(l Load) string {
			return fmt.Sprintf("%s tasks runnable on average, %d at most", unit.Fixed(l.RunnableMean, 1), l.RunnableMax)
		}
		return s.both(words(before), words(after)), before.RunnableMean >= storyLoad
	})
}

func (s story) defunct() Claim {
	c := Claim{Text: "Processes going defunct", Rule: "the CGI server has more defunct processes at the peak than the persistent program"}
	return s.atPeak(c, func(before, after Load) (string, bool) {
		words := func(l Load) string {
			return fmt.Sprintf("%d defunct at most, %s on average", l.DefunctMax, unit.Fixed(l.DefunctMean, 2))
		}
		return s.both(words(before), words(after)), before.DefunctMean > after.DefunctMean && before.DefunctMax > 0
	})
}

func (s story) idle() Claim {
	c := Claim{Text: "Machines that do not sweat", Rule: "at the same load, the persistent program keeps less than half of its cores busy, and fewer than the CGI program"}
	cores := float64(s.r.Environment.TargetCores())
	return s.atPeak(c, func(before, after Load) (string, bool) {
		words := func(l Load) string { return unit.Fixed(l.CPUCores, 2) + " cores busy" }
		return s.both(words(before), words(after)) + ", of " + unit.Count(int(cores), "core"), after.CPUCores < storyIdle*cores && after.CPUCores < before.CPUCores
	})
}

// atPeak judges a claim by the load of both sides in the peak stage.
func (s story) atPeak(c Claim, judge func(before, after Load) (measured string, holds bool)) Claim {
	if s.peak < 0 {
		c.Outcome, c.Measured = NotMeasured, s.unmeasured()
		return c
	}
	for _, t := range []*Trial{s.before, s.after} {
		if !t.Load.Known() {
			c.Outcome, c.Measured = NotMeasured, fmt.Sprintf("the processes of %s are not known", t.Target)
			return c
		}
	}
	measured, holds := judge(s.before.Stages[s.peak].Load, s.after.Stages[s.peak].Load)
	stage := s.r.Replay.Stages[s.peak]
	c.Measured = fmt.Sprintf("at %s: %s (one run of %s)", stage.title(), measured, unit.Span(stage.To-stage.From))
	c.Outcome = reached(holds)
	return c
}

func (s story) unmeasured() string {
	if s.r.Replay == nil || len(s.r.Replay.Trials) == 0 {
		return "no traffic was replayed"
	}
	return "there is no valid replay of both programs"
}

// withoutDays returns why it is unknown how many hits a day a target carried.
func (s story) withoutDays() string {
	if s.before != nil && s.after != nil {
		return "the rates of the replay are not in hits per day"
	}
	return s.unmeasured()
}
