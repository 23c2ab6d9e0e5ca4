package capacity

import "math"

// Confidence is the probability with which the bounds of a limit hold it.
const Confidence = 0.95

// Within is the ratio of the bounds at which a search ends.
const Within = 1.06

const (
	bracket   = 1.25 // ratio of a failed to a sustained rate at which repetitions begin
	leastEdge = 3    // repetitions near the edge
	tries     = 3    // invalid trials in a row, after which a rate is beyond the generator
	leastRate = 1e-3 // hits per second
)

// A Search looks for the limit of one target. Set Objective and First before the first Next.
type Search struct {
	Objective Objective
	First     float64 // rate of the first trial
	Offered   float64 // highest rate that the generator has offered, to any target: it is not at its limit below

	trials  []*Trial
	edge    int     // trials near the edge
	invalid int     // invalid trials in a row
	ceiling float64 // rate that the generator cannot offer; 0 if not known
	cached  Limit
	known   int // number of trials that cached is of
}

// A Limit is what is known about the highest sustained rate.
type Limit struct {
	Low, High float64 // bounds; High is 0 if no rate was too high, Low is 0 if no rate was sustained
	Middle    float64 // the median of the possible limits; 0 if a bound is missing
	Generator float64 // rate at which the generator was at its own limit, below the target's; 0 if it was not
}

// Add adds the outcome of a trial.
func (s *Search) Add(t Trial) {
	if t.Invalid != "" {
		if t.Rate <= s.Offered {
			return // the generator has offered more than this before
		}
		if s.invalid++; s.invalid >= tries {
			s.invalid = 0
			s.ceiling = minKnown(s.ceiling, t.Rate)
		}
		return
	}
	s.invalid, s.Offered = 0, math.Max(s.Offered, t.Rate)
	if _, _, near := s.bracketed(); near {
		s.edge++
	}
	s.trials = append(s.trials, &t)
}

func minKnown(a, b float64) float64 {
	if a == 0 {
		return b
	}
	return math.Min(a, b)
}

// ends returns the highest sustained rate below the edge and the lowest failed one above it;
// 0 if there is none. The edge is where the fewest trials contradict it, the higher one of
// two: so a search recovers from a trial that failed because the machine paused.
func (s *Search) ends() (sustained, failed float64) {
	edge, fewest := math.Inf(1), s.against(math.Inf(1))
	for _, t := range s.trials {
		if n := s.against(t.Rate); n < fewest || n == fewest && t.Rate > edge {
			edge, fewest = t.Rate, n
		}
	}
	for _, t := range s.trials {
		switch ok := s.Objective.Failure(*t) == ""; {
		case ok && t.Rate < edge:
			sustained = math.Max(sustained, t.Rate)
		case !ok && t.Rate >= edge:
			failed = minKnown(failed, t.Rate)
		}
	}
	return sustained, failed
}

// against counts the trials that contradict an edge at a rate.
func (s *Search) against(edge float64) (n int) {
	for _, t := range s.trials {
		if (s.Objective.Failure(*t) == "") != (t.Rate < edge) {
			n++
		}
	}
	return n
}

// bracketed reports whether the ends are near each other.
func (s *Search) bracketed() (sustained, failed float64, near bool) {
	sustained, failed = s.ends()
	return sustained, failed, sustained > 0 && failed > 0 && failed <= bracket*sustained
}

// Next returns the rate of the next trial, and whether it is near the edge, where trials
// should be long. It returns done if the bounds are narrow, or cannot become so.
func (s *Search) Next() (rate float64, edge, done bool) {
	sustained, failed, near := s.bracketed()
	top := failed
	if s.ceiling > 0 && (failed == 0 || failed > s.ceiling) {
		top = s.ceiling
		if sustained > 0 && s.ceiling <= bracket*sustained {
			return 0, false, true
		}
	}
	switch {
	case near && s.alone(failed):
		return failed, true, false
	case near:
		return s.repeat()
	case sustained == 0 && top == 0:
		return s.First, false, false
	case top == 0:
		return 2 * sustained, false, false
	case sustained == 0 && top/2 < leastRate:
		return 0, false, true
	case sustained == 0:
		return top / 2, false, false
	}
	return math.Sqrt(sustained * top), false, false
}

// alone reports whether a single trial failed at or somewhat above a rate, which is then
// repeated: its cause may be a pause of the machine.
func (s *Search) alone(rate float64) bool {
	n := 0
	for _, t := range s.trials {
		if t.Rate >= rate && t.Rate <= bracket*rate && s.Objective.Failure(*t) != "" {
			n++
		}
	}
	return n == 1
}

// repeat returns a rate near the edge. A trial at the upper bound shows the capacity; one
// below the estimate shows how answers become slow.
func (s *Search) repeat() (rate float64, edge, done bool) {
	l := s.Limit()
	if s.edge >= leastEdge && l.High <= Within*l.Low {
		return 0, true, true
	}
	rates := []float64{l.Middle, l.High, math.Sqrt(l.Low * l.Middle)}
	if _, failed := s.ends(); s.view().refuses() && failed > l.High {
		rates = append(rates, math.Sqrt(l.High*failed)) // lower rates may not use up the tokens
	}
	return rates[s.edge%len(rates)], true, false
}

// Limit returns the bounds that follow from the trials so far.
func (s *Search) Limit() Limit {
	if s.known == len(s.trials) && s.known > 0 {
		return s.cached
	}
	sustained, failed, near := s.bracketed()
	l := Limit{Low: sustained, High: failed}
	switch {
	case failed == 0 && s.ceiling > 0:
		l.Generator = s.ceiling
	case near:
		l = s.view().limit()
	}
	s.cached, s.known = l, len(s.trials)
	return l
}

// view returns what the trials near the edge say. Trials far above say nothing more, and a
// target may lose capacity there.
func (s *Search) view() view {
	sustained, failed := s.ends()
	v := view{o: s.Objective, base: math.Inf(1)}
	low, high := math.Min(sustained, failed), math.Max(sustained, failed)
	if (view{o: s.Objective, trials: s.trials}).refuses() {
		low = s.accepted(low, bracket*high)
	}
	for _, t := range s.trials {
		if t.P95 > 0 {
			v.base = math.Min(v.base, math.Max(t.P95-queues[0].wait(t, high, s.Objective.P95, 0), t.P95/2))
		}
		if t.Rate >= 0.75*low && t.Rate <= 1.3*high {
			v.trials = append(v.trials, t)
		}
	}
	v.base = math.Min(v.base, s.Objective.P95)
	v.from, v.to = placeOf(0.86*low), placeOf(1.22*high)
	return v
}

// accepted returns the lowest rate that a target accepted while it refused the rest, of trials
// up to a rate; low if none is lower. A target may sustain much higher rates for as long as it
// has tokens.
func (s *Search) accepted(low, highest float64) float64 {
	for _, t := range s.trials {
		from := t.cut()
		if from >= t.Seconds {
			from = 0
		}
		if share, _ := t.lost(from, t.Seconds); t.Rate <= highest && t.share() > s.Objective.Errors && t.P95 <= s.Objective.P95 {
			low = math.Min(low, t.Rate*(1-share))
		}
	}
	return low
}

func (v view) limit() Limit {
	q := quantiles(v.posterior(), (1-Confidence)/2, 0.5, (1+Confidence)/2)
	return Limit{Low: q[0], Middle: q[1], High: q[2]}
}

// Trials returns the valid trials so far.
func (s *Search) Trials() []*Trial { return s.trials }

// Plausible reports whether the trials agree with each other: fewer than a quarter of those
// near the edge are surprising, if the limit is within its bounds.
func (s *Search) Plausible() bool {
	if _, _, near := s.bracketed(); !near {
		return true
	}
	return s.view().surprises(s.Limit()) < mostSurprise
}
