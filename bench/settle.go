package bench

import (
	"context"
	"errors"
	"time"

	"github.com/classibench/classibench/bench/histogram"
	"github.com/classibench/classibench/bench/load"
)

const (
	enough     = 25                     // answers in a turn of the slow side, if there is time
	longest    = 5 * time.Second        // of a turn
	ample      = 200 * time.Millisecond // turn of a fast side beside a slower one
	leastShare = 0.25                   // least length of a turn ÷ the longest turn of the quad
	rounds     = 2                      // in a session, if possible
	leastQuads = 8                      // in a run, if fewer users make room for them
	pilotFor   = 100 * time.Millisecond
	pilotTries = 5
	dearer     = 1.1 // times the time of a single user, up to which users are not reduced
)

// settle chooses the number of users, warms all targets up, and chooses the length of turns:
// long enough for enough answers, short enough for some rounds in the rest of the session.
func (c *session) settle(ctx context.Context, session, budget time.Duration) error {
	began := time.Now()
	pilots, err := c.pilots(ctx)
	if err != nil {
		return err
	}
	first := c.users == 0 || rounds*c.plan.roundOf(pilots, c.users) > c.plan.Settings.Capacity.Budget // or the first guess was wrong
	if first {
		c.users = c.plan.usersFor(pilots, budget)
	}
	paces, overdue, err := c.paces(ctx, pilots)
	for first && err == nil && len(overdue) > 0 && c.users > 1 {
		for _, i := range overdue {
			if err := c.rest(ctx, i); err != nil {
				return err
			}
		}
		c.users /= 2
		paces, overdue, err = c.paces(ctx, pilots)
	}
	if err != nil {
		return err
	}
	c.turns = turnsFor(paces, c.plan.Settings.Capacity.Block, session-time.Since(began))
	return nil
}

// paces measures the pace of each instance under load, and returns those that cannot answer
// all users in time.
func (c *session) paces(ctx context.Context, pilots []pilot) (paces []pace, overdue []int, err error) {
	paces = make([]pace, len(c.instances))
	for i := range c.instances {
		paces[i], err = c.warm(ctx, i, pilots[i])
		if errors.Is(err, errOverdue) {
			overdue, err = append(overdue, i), nil
		}
		if err != nil {
			return nil, nil, err
		}
	}
	return paces, overdue, nil
}

// errOverdue means that a target cannot answer all users in time.
var errOverdue = errors.New("not all users were answered in time")

// rest lets a target finish the requests of users who have given up: a single user sends
// requests until one is answered.
func (c *session) rest(ctx context.Context, i int) error {
	for range c.users {
		b, err := c.saturate(ctx, i, c.requests, 1, turn{length: 1})
		if err != nil || b.Faults[load.FaultTimeout].Count == 0 {
			return err
		}
	}
	return nil
}

// A pilot is a measurement with a single user.
type pilot struct {
	answer time.Duration // mean time of an answer
	cpu    time.Duration // mean CPU time of the target's tree for it; 0 if unknown
}

// pilots measures each instance with a single user, one after the other.
func (c *session) pilots(ctx context.Context) ([]pilot, error) {
	all := make([]pilot, len(c.instances))
	for i := range c.instances {
		var err error
		if all[i], err = c.pilot(ctx, i); err != nil {
			return nil, err
		}
	}
	return all, nil
}

func (c *session) pilot(ctx context.Context, i int) (pilot, error) {
	defer c.findUnreaped(i)()
	before, err := c.instances[i].CPU()
	if err != nil {
		return pilot{}, err
	}
	answers, length, err := c.askAlone(ctx, i)
	if err != nil {
		return pilot{}, err
	}
	after, err := c.instances[i].CPU()
	return pilot{length / answers, (after - before) / answers}, err
}

// askAlone has one user send requests until there is a right answer, since a slow target may
// give only one answer in the time, and that one may be wrong.
func (c *session) askAlone(ctx context.Context, i int) (answers, length time.Duration, err error) {
	for try := 1; ; try++ {
		b, err := c.saturate(ctx, i, c.requests, 1, turn{length: pilotFor})
		answers, length = answers+time.Duration(b.Hits+b.Errors), length+b.Length
		switch {
		case err != nil || b.Hits > 0:
			return answers, length, err
		case try == pilotTries || b.Faults[load.FaultTimeout].Count > 0:
			return 0, 0, silence(c.instances[i], b)
		}
	}
}

// busy returns the longest time of an answer with this number of users: all of them wait for
// the CPU time of all, on this number of cores.
func (p pilot) busy(users, cores int) time.Duration {
	work := p.cpu
	if work == 0 {
		work = p.answer
	}
	return max(p.answer, time.Duration(users)*work/time.Duration(cores))
}

// usersFor returns the number of users with which the budget has room for some quads of each
// candidate: that of the scenario, or fewer if answers take long, and longer with more users.
// A turn waits for the answers of all users at its beginning and end.
func (p *Plan) usersFor(pilots []pilot, budget time.Duration) int {
	fewest := p.roundOf(pilots, 1)
	for users := p.Settings.Capacity.Users; users > 1; users-- {
		if round := p.roundOf(pilots, users); round*leastQuads <= budget || float64(round) <= dearer*float64(fewest) {
			return users
		}
	}
	return 1
}

// roundOf returns the approximate time of a quad of each candidate with this number of users.
func (p *Plan) roundOf(pilots []pilot, users int) (round time.Duration) {
	for i, q := range pilots {
		busy := q.busy(users, p.Environment.TargetCores())
		round += turnsOf(i, len(pilots)) * (2*busy + max(p.Settings.Capacity.Block, busy))
	}
	return round
}

// turnsOf returns the number of turns that instance i has in a round.
func turnsOf(i, instances int) time.Duration {
	if i == 0 {
		return time.Duration(2 * max(1, instances-1))
	}
	return 2
}

// A pace is the speed of a target under load.
type pace struct {
	rate float64       // right answers a second
	slow time.Duration // time of slow answers; 0 for a single user, who waits for no other
}

// warm keeps one instance busy for a while, unless it is so slow that the pilot has warmed it
// up. If users got no answer in time, the error is errOverdue, with the known pace.
func (c *session) warm(ctx context.Context, i int, p pilot) (pace, error) {
	if p.answer > warmth && c.users == 1 {
		return pace{rate: 1 / p.answer.Seconds()}, ctx.Err()
	}
	b, err := c.saturate(ctx, i, c.requests, c.users, turnOf(warmth))
	switch {
	case err != nil:
		return pace{}, err
	case b.Hits == 0 && (c.users == 1 || b.Faults[load.FaultTimeout].Count == 0):
		return pace{}, silence(c.instances[i], b)
	case c.users == 1:
		return pace{rate: rate(b)}, nil
	case b.Hits == 0: // only the pilot's pace is known
		return pace{1 / p.answer.Seconds(), p.answer}, errOverdue
	case b.Faults[load.FaultTimeout].Count > 0 && float64(c.users) > rate(b)*c.plan.Settings.patience().Seconds()/2:
		err = errOverdue // with faster answers, the number of users is not the cause
	}
	return pace{rate(b), slowAnswer(b.Latency)}, err
}

// slowAnswer returns the time of the slowest answers: the highest quantile that has enough of
// them.
func slowAnswer(latency *histogram.Histogram) time.Duration {
	for _, q := range []float64{0.99, 0.95} {
		if latency.Supports(q) {
			return latency.Quantile(q)
		}
	}
	return latency.Quantile(0.9)
}

// turnsFor returns the turns for targets with these paces. Each turn is long enough for
// enough answers. The turn of a fast target is as long as that of the slow one, or a share of
// it if that is long, so that both see similar states of the machine. If rounds of these
// turns do not fit into the session, turns are shortened, down to the requested length or the
// time of an answer.
func turnsFor(paces []pace, asked, session time.Duration) []turn {
	turns := make([]turn, len(paces))
	slowest := time.Duration(0)
	for i, p := range paces {
		turns[i].length = max(asked, min(time.Duration(enough/p.rate*float64(time.Second)), longest))
		slowest = max(slowest, turns[i].length)
	}
	least := max(min(slowest, ample), time.Duration(leastShare*float64(slowest)))
	left, lengths := session/rounds, time.Duration(0)
	for i, p := range paces {
		turns[i] = p.turn(max(turns[i].length, least))
		left -= turnsOf(i, len(paces)) * (turns[i].warmUp + p.slow) // turns wait for their last answers
		lengths += turnsOf(i, len(paces)) * turns[i].length
	}
	if share := float64(left) / float64(lengths); share < 1 {
		for i, p := range paces {
			turns[i] = p.turn(max(asked, time.Duration(max(0, share)*float64(turns[i].length))))
		}
	}
	return turns
}

// turn returns a turn of this length. It has no warm-up if a single user waits longer for an
// answer: there are no other users that have to spread out.
func (p pace) turn(length time.Duration) turn {
	t := turnOf(length).after(p.slow)
	if p.slow == 0 && p.rate*length.Seconds() < enough {
		t.warmUp = 0
	}
	return t
}

// warmAll keeps each instance busy for a while, one after the other.
func (c *session) warmAll(ctx context.Context) error {
	for i := range c.instances {
		if _, err := c.saturate(ctx, i, c.requests, c.users, turnOf(warmth)); err != nil {
			return err
		}
	}
	return nil
}
