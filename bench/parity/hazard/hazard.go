// Package hazard names the cause of a difference between a program that is started for
// each request and the same program that stays: one of 17 hazards of becoming persistent.
//
// Name is a table of rules; the most specific that holds wins. It does no more than state
// the most likely cause: the evidence is given with it, and the next likely cause.
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

// Name returns the most likely cause. Its number is 0 if nothing is known.
func Name(e Evidence) Cause { return Cause{} }

// All returns the hazards by number.
func All() []Hazard { return nil }
