package bench

import (
	"context"
	"errors"
	"time"

	"github.com/classibench/classibench/bench/histogram"
	"github.com/classibench/classibench/bench/load"
)

const (
	enough     = 25                     // answers in a turn of the slow side, where there is time
	longest    = 5 * time.Second        // of a turn
	ample      = 200 * time.Millisecond // for a fast side beside a slower one
	leastShare = 0.25                   // length of a turn ÷ that of the longest one of a quad, at least
	rounds     = 2                      // that a session should have room for
	leastQuads = 8                      // that a run should have room for, if fewer users make it so
	pilotFor   = 100 * time.Millisecond
	pilotTries = 5
	dearer     = 1.1 // times the time that a single user needs is no reason for fewer users
)

// settle finds how many users keep a target busy in the time that there is, warms
// all targets up, and finds the length of turns: long enough for enough answers, short
// enough for some rounds in what is left of the session.
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

// paces keeps each instance busy for a while, and returns which cannot answer so many users
// in time.
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

// errOverdue means that a target cannot answer so many users in time.
var errOverdue = errors.New("not all users were answered in time")

// rest lets a target end what was asked by users who have given up: a single one asks
// until it gets an answer.
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

// askAlone has one user ask a target until there is a right answer: a slow one gives a single
// answer in the time, and that one may be wrong.
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

// busy is how long an answer takes when so many users wait for answers, at most: all
// of them wait for the CPU time of all, on so many cores.
func (p pilot) busy(users, cores int) time.Duration {
	work := p.cpu
	if work == 0 {
		work = p.answer
	}
	return max(p.answer, time.Duration(users)*work/time.Duration(cores))
}

// usersFor is how many users there can be for a run of the budget to have room for
// some quads of each candidate: the scenario's, or fewer where answers take long and
// longer the more users there are. Who begins and ends a turn waits for all of them.
func (p *Plan) usersFor(pilots []pilot, budget time.Duration) int {
	fewest := p.roundOf(pilots, 1)
	for users := p.Settings.Capacity.Users; users > 1; users-- {
		if round := p.roundOf(pilots, users); round*leastQuads <= budget || float64(round) <= dearer*float64(fewest) {
			return users
		}
	}
	return 1
}

// roundOf is about how long a quad of each candidate takes with so many users.
func (p *Plan) roundOf(pilots []pilot, users int) (round time.Duration) {
	for i, q := range pilots {
		busy := q.busy(users, p.Environment.TargetCores())
		round += turnsOf(i, len(pilots)) * (2*busy + max(p.Settings.Capacity.Block, busy))
	}
	return round
}

// turnsOf is how many turns an instance of so many has in a round.
func turnsOf(i, instances int) time.Duration {
	if i == 0 {
		return time.Duration(2 * max(1, instances-1))
	}
	return 2
}

// A pace is how fast a target is under load.
type pace struct {
	rate float64       // right answers a second
	slow time.Duration // what its slow answers take; 0 for a single user, who waits for nobody
}

// warm keeps one instance busy for a while. A target so slow that the pilot took as
// long is as warm as it will be. The error is errOverdue, with what is known, where users
// got no answer in time.
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
	case b.Hits == 0: // what the pilot found is all that is known
		return pace{1 / p.answer.Seconds(), p.answer}, errOverdue
	case b.Faults[load.FaultTimeout].Count > 0 && float64(c.users) > rate(b)*c.plan.Settings.patience().Seconds()/2:
		err = errOverdue // where answers come fast enough, it is not the number of users
	}
	return pace{rate(b), slowAnswer(b.Latency)}, err
}

// slowAnswer is what the slowest answers take, but for those that are too few to
// tell.
func slowAnswer(latency *histogram.Histogram) time.Duration {
	for _, q := range []float64{0.99, 0.95} {
		if latency.Supports(q) {
			return latency.Quantile(q)
		}
	}
	return latency.Quantile(0.9)
}

// turnsFor are the turns of targets with such paces. Each is long enough for enough
// answers. That of a fast target is as long as that of the slow one, so that both see
// as much of what the machine does; beside a long one a share is enough. Where rounds
// of such turns do not fit into what is left of the session, they are shortened, down
// to what is asked or the time of an answer.
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
		left -= turnsOf(i, len(paces)) * (turns[i].warmUp + p.slow) // what is under way at the end is waited for
		lengths += turnsOf(i, len(paces)) * turns[i].length
	}
	if share := float64(left) / float64(lengths); share < 1 {
		for i, p := range paces {
			turns[i] = p.turn(max(asked, time.Duration(max(0, share)*float64(turns[i].length))))
		}
	}
	return turns
}

// turn is one of such a length. A single user who waits for an answer longer than
// that has nothing to spread and nobody to wait for.
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
