package parity

// Limits of the search for another reason of a difference.
const (
	mostChance  = 0.003 // probability with which a difference may still be chance
	mostTrials  = 60    // of a finding, until it is left open
	leastTrials = 3     // without the difference, until time explains it; more if it does not show each time
	surelyShown = 0.99  // probability with which it would have shown in these
)

// A confirmation decides, trial by trial, whether a difference is real: it is if neither
// noise, chance nor the time between requests explains it. It sends nothing.
type confirmation struct {
	tally  tally // of the search and of the trials
	timed  bool  // the time between requests may explain the difference
	tries  int   // trials without the difference after which it does
	trials int   // that were made with both sides in step
	shown  int   // trials that showed the difference
	noise  bool  // the baseline itself has answered as the candidate did
}

// A ruling is what a confirmation has decided.
type ruling int

const (
	undecided  ruling = iota
	isReal            // neither chance nor time explains the difference
	isNoise           // the baseline differs from itself in the same way
	isTiming          // it shows only if the two sides get the requests at different times
	isUnproved        // there were too many trials
)

func (c *confirmation) ruling() ruling {
	timing := c.timed && c.shown == 0 // may explain it: in step, it has not shown yet
	switch {
	case c.noise:
		return isNoise
	case !timing && !c.tally.byChance():
		return isReal
	case timing && c.trials >= c.tries:
		return isTiming
	case c.trials >= mostTrials:
		return isUnproved
	}
	return undecided
}

// add counts a trial. What the baseline answers differently by itself was noise until now, so the
// tally begins again.
func (c *confirmation) add(o repetition) {
	if o.varies {
		c.tally = tally{}
	}
	c.tally = c.tally.with(o)
	c.trials++
	c.shown += btoi(o.shows)
	c.noise = o.noise
}

// A repetition is the outcome of another trial of a finding.
type repetition struct {
	shows  bool // the difference
	asked  bool // the baseline got the requests, too
	varies bool // it differs from itself at the place of the difference
	noise  bool // an answer of it, or what varies by itself, explains the finding
}

// A tally counts what speaks for a difference: requests to the candidate that showed it, and
// others that did not and would if it came by chance.
type tally struct{ shown, sent, others int }

func (t tally) with(o repetition) tally {
	return tally{t.shown + btoi(o.shows), t.sent + 1, t.others + btoi(o.asked)}
}

func (t tally) byChance() bool { return byChance(t.shown, t.sent, t.others) > mostChance }

// byChance returns the probability that, of a number of sent requests, all those that showed a
// difference were sent to the candidate, if it shows as often in the others: shown of sent
// requests, and none of others (the hypergeometric distribution).
func byChance(shown, sent, others int) float64 {
	p := 1.0
	for i := range shown {
		p *= float64(sent-i) / float64(sent+others-i)
	}
	return p
}
