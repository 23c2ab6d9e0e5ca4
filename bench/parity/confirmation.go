package parity

import "math"

// Limits of the search for another reason of a difference.
const (
	mostChance   = 0.003 // probability with which a difference may still be chance
	mostTrials   = 60    // of a finding, until it is left open
	enoughTrials = 20    // to compare how often both sides differ from what is known
	leastTrials  = 3     // without the difference, until time explains it; more if it does not show each time
	surelyShown  = 0.99  // probability with which it would have shown in these
)

// A confirmation decides, trial by trial, whether a difference is real: it is if neither
// noise, chance nor the time between requests explains it. It sends nothing.
type confirmation struct {
	tally  tally // of the search and of the trials
	timed  bool  // the time between requests may explain the difference
	tries  int   // trials without the difference after which it does
	trials int   // that were made with both sides in step
	shown  int   // trials that showed the difference
	varied int   // trials in which the baseline differed from itself at the place, in a way that was not known
	both   tally // of the trials in which the baseline got the requests, too
	since  tally // of the trials after the last of those
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
	case c.noise, c.both.sent >= enoughTrials && c.alike(), c.varied > 0 && c.since.shown == 0 && c.since.sent >= c.tries:
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

// alone reports whether the candidate alone may get the requests next: if the difference has shown
// in step. One that does not show each time may be seen in an answer of the baseline, too, which
// gets the requests every other time.
func (c *confirmation) alone() bool {
	return c.shown > 0 && (c.shown == c.trials || c.trials%2 == 0)
}

// leastVaried is how often the baseline has to differ from itself until that explains anything.
const leastVaried = 2

// alike reports whether the baseline differs from itself about as often as the candidate does from
// it: the values at the place are many, and new ones come on both sides. It is so unless the
// candidate's share of these trials is above a half, with a probability of 95%.
func (c *confirmation) alike() bool {
	return c.varied >= leastVaried && binomialTail(c.both.shown, c.both.shown+c.varied) > 0.05
}

// binomialTail returns the probability of k heads or more in n throws of a coin.
func binomialTail(k, n int) (p float64) {
	of := math.Pow(2, -float64(n)) // times the number of ways to i heads
	for i := range n + 1 {
		if i >= k {
			p += of
		}
		of *= float64(n-i) / float64(i+1)
	}
	return p
}

// add counts a trial. What the baseline answers differently by itself was noise until now, so the
// tally begins again.
func (c *confirmation) add(o repetition) {
	if o.varies {
		c.tally, c.since = tally{}, tally{}
		c.varied++
	}
	c.tally, c.since = c.tally.with(o), c.since.with(o)
	if o.asked {
		c.both = c.both.with(o)
	}
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

// repeatedByChance returns the probability that, of all values that were drawn, those that came
// twice were two of the candidate's in the same trial, if both sides draw them from one set: shown
// of sent trials repeated a value, and a number of other ones, of the baseline, were all different.
// How large the set is need not be known: each way to pair the draws is equally likely.
func repeatedByChance(shown, sent, others int) float64 {
	p := 1.0
	for i := range shown {
		n := float64(2*(sent-i) + others)
		p *= float64(sent-i) / (n * (n - 1) / 2)
	}
	return p
}
