// Package hazard names the cause of a difference between a program that is started for
// each request and the same program that stays: one of 17 hazards of becoming persistent.
//
// Name applies a table of rules, the most specific first. A rule sees facts that a run
// found, not the source of the program: the cause is the most likely one, and comes with
// its evidence and the next likely one.
package hazard

// A Hazard is one of the ways in which a program breaks when it becomes persistent.
type Hazard struct {
	Number int    // 1 to 17
	Cause  string // in words
	Shows  string // how it shows
	Hints  []Hint
}

// A Hint says what to look for in a program of one language.
type Hint struct {
	Language string // Perl, PHP, Python or Go
	Text     string
}

// A Cause is the most likely hazard behind a difference.
type Cause struct {
	Hazard
	Evidence []string // one sentence each
	Instead  int      // number of the next likely hazard; 0: there is none
}

// Name returns the most likely cause. Its number is 0 if the evidence fits none.
func Name(e Evidence) Cause {
	var c Cause
	for _, r := range rules {
		switch {
		case !r.holds(e):
		case c.Number == 0:
			c.Hazard, _ = Number(r.hazard)
			c.Evidence = append(c.Evidence, r.reason)
		case r.hazard == c.Number:
			c.Evidence = append(c.Evidence, r.reason)
		case c.Instead == 0:
			c.Instead = r.hazard
		}
	}
	c.Evidence = append(c.Evidence, facts(e)...)
	if other, found := Number(c.Instead); found {
		c.Evidence = append(c.Evidence, "Less likely: "+other.Cause+".")
	}
	return c
}

// All returns the hazards by number.
func All() []Hazard { return append(first(), second()...) }

// Number returns the hazard of a number from 1 to 17.
func Number(n int) (Hazard, bool) {
	all := All()
	if n < 1 || n > len(all) {
		return Hazard{}, false
	}
	return all[n-1], true
}

// hints are those of a hazard.
func hints(perl, php, python, golang string) []Hint {
	return []Hint{{"Perl", perl}, {"PHP", php}, {"Python", python}, {"Go", golang}}
}
