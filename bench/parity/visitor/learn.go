package visitor

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/classibench/classibench/bench/parity/trial"
)

// A Try sends a sequence to the baseline on fresh data. Its requests carry the canaries.
type Try func(ctx context.Context, s trial.Sequence, c *Canaries) ([]trial.Exchange, error)

// A Same compares two answers of the baseline to a request.
type Same func(r trial.Request, want, got trial.Answer) bool

// mostTries limits how often LearnCanaries sends the requests. Words that were not tried
// alone until then are sent as they are.
const mostTries = 32

// LearnCanaries finds the words that can carry a token: with tokens, the baseline's
// answers to all requests in their order are the same as without, after the tokens in
// them are replaced by the words. A word that no answer shows carries a token only as part
// of a text with spaces, an address of mail or a phone number, because a program may
// understand it, such as sort=newest.
//
// It calls try three times if all words can carry a token, and rarely more than 32 times.
// Same gets answers in which identifiers are neutral, as from Sessions.Neutral. A nil one
// compares status, type, and the words of the body in which two equal runs agree.
// With an error of try, the canaries that were found until then are returned, or nil.
func LearnCanaries(ctx context.Context, seed int64, requests []trial.Request, try Try, same Same) (*Canaries, error) {
	var q trial.Sequence
	for _, r := range requests {
		q = append(q, trial.Step{Request: r})
	}
	return LearnCanariesOf(ctx, seed, q, try, same)
}

// LearnCanariesOf is LearnCanaries for a sequence, which may be that of several visitors.
func LearnCanariesOf(ctx context.Context, seed int64, q trial.Sequence, try Try, same Same) (*Canaries, error) {
	l := &learner{ctx: ctx, try: try, same: same, sessions: NewSessions(), sequence: q}
	var requests []trial.Request
	for _, step := range q {
		requests = append(requests, step.Request)
	}
	l.all = NewCanaries(seed, requests)
	if err := l.plain(); err != nil {
		return nil, err
	}
	dropped, err := l.coarse()
	if err != nil {
		return nil, err
	}
	err = l.refine(dropped)
	return l.good.Keep(l.unseen()...), err
}

// A learner tries sets of words.
type learner struct {
	ctx      context.Context // of the one call
	try      Try
	same     Same
	sequence trial.Sequence
	sessions *Sessions
	all      *Canaries

	without  []trial.Exchange // answers without tokens
	good     *Canaries        // those that changed no answer
	answered []trial.Exchange // with these
	tries    int
}

// plain sends the requests twice without tokens.
func (l *learner) plain() error {
	none := l.all.Keep(l.all.Texts()...)
	a, err := l.send(none)
	if err != nil {
		return err
	}
	b, err := l.send(none)
	if err != nil {
		return err
	}
	l.without = a
	l.sessions.Learn(a, b)
	if l.same == nil {
		both := l.sessions.Neutral(trial.Trial{Baseline: a, Candidate: b})
		l.same = sameWords(both.Baseline, both.Candidate)
	}
	return nil
}

func (l *learner) send(c *Canaries) ([]trial.Exchange, error) {
	l.tries++
	answered, err := l.try(l.ctx, l.sequence, c)
	if err == nil && len(answered) != len(l.sequence) {
		err = fmt.Errorf("find values that can carry a token: the baseline answered %d of %d requests", len(answered), len(l.sequence))
	}
	return answered, err
}

// coarse drops words until no answer changes, and returns those dropped: all words of the
// requests whose answers change, or, if these have none, of the requests before them.
func (l *learner) coarse() (dropped []string, err error) {
	for {
		c := l.all.Keep(dropped...)
		changed, err := l.changed(c)
		if err != nil || len(changed) == 0 {
			return dropped, err
		}
		words := l.words(c, changed)
		if len(words) == 0 {
			for i := range changed[0] {
				words = append(words, l.words(c, []int{i})...)
			}
		}
		if len(words) == 0 {
			words = c.Texts()
		}
		if len(words) == 0 {
			return dropped, fmt.Errorf("find values that can carry a token: the baseline's answers to equal requests on equal data differ, first to %s %s", l.sequence[changed[0]].Request.Method, l.sequence[changed[0]].Request.URL)
		}
		dropped = append(dropped, words...)
	}
}

// changed returns the indexes of the requests whose answers change with the canaries.
// Canaries that change none are kept as good.
func (l *learner) changed(c *Canaries) (all []int, err error) {
	answered, err := l.send(c)
	if err != nil {
		return nil, err
	}
	both := l.sessions.Neutral(trial.Trial{Baseline: l.without, Candidate: plain(c, answered)})
	for i, step := range l.sequence {
		if !l.same(step.Request, both.Baseline[i].Answer, both.Candidate[i].Answer) {
			all = append(all, i)
		}
	}
	if len(all) == 0 {
		l.good, l.answered = c, answered
	}
	return all, nil
}

// plain returns the exchanges without the tokens of their visitors.
func plain(c *Canaries, answered []trial.Exchange) []trial.Exchange {
	all, visitors := slices.Clone(answered), map[int]bool{}
	for _, e := range all {
		visitors[e.Step.Visitor] = true
	}
	for i := range all {
		for v := range visitors {
			all[i].Answer = c.Plain(all[i].Answer, v)
		}
	}
	return all
}

// words returns the words that carry a token in some of the requests.
func (l *learner) words(c *Canaries, requests []int) []string {
	all := map[string]bool{}
	for _, i := range requests {
		rewrite(l.sequence[i].Request, func(p place, text string) string {
			if carries(p) && !hasMarks(text) {
				for _, s := range spans(text) {
					if word, found := c.carry[s.key(text)]; found {
						all[word] = true
					}
				}
			}
			return text
		})
	}
	return slices.Sorted(maps.Keys(all))
}

// refine adds words again that change no answer, by halves.
func (l *learner) refine(words []string) error {
	if len(words) == 0 || l.tries >= mostTries {
		return nil
	}
	kept := slices.DeleteFunc(l.all.Texts(), func(text string) bool {
		_, good := l.good.carry[strings.ToLower(text)]
		return good || slices.Contains(words, text)
	})
	changed, err := l.changed(l.all.Keep(kept...))
	if err != nil || len(changed) == 0 || len(words) == 1 {
		return err
	}
	half := len(words) / 2
	if err := l.refine(words[:half]); err != nil {
		return err
	}
	return l.refine(words[half:])
}

// unseen returns the words whose tokens no answer shows, and that are not free text.
func (l *learner) unseen() (all []string) {
	var answers []trial.Answer
	for _, e := range l.answered {
		answers = append(answers, e.Answer)
	}
	shown := newContents(answers...)
	for _, text := range l.good.Texts() {
		if !l.good.free[strings.ToLower(text)] && !shown.holds(l.good.own(0, spans(text)[0], text)) {
			all = append(all, text)
		}
	}
	return all
}
