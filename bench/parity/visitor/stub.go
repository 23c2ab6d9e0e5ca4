package visitor

import (
	"context"

	"github.com/classibench/classibench/bench/parity/trial"
)

type jar struct{}

func newJar(host string) *jar { return &jar{} }

type translations struct{}

func newTranslations() *translations { return &translations{} }

// Canaries are the values of a list of requests that carry a token of their visitor.
type Canaries struct{}

// NewCanaries returns canaries for each value of the requests that has room for a token.
func NewCanaries(seed int64, requests []trial.Request) *Canaries { return &Canaries{} }

// Texts returns the values that carry a token, sorted.
func (c *Canaries) Texts() []string { return nil }

// Keep returns canaries without some values: these are sent unchanged.
func (c *Canaries) Keep(texts ...string) *Canaries { return c }

// Mark returns the request with the visitor's tokens in its values, and marks such as
// {visitor.0} replaced.
func (c *Canaries) Mark(r trial.Request, visitor int) trial.Request { return r }

// A Leak is a value of another visitor in an answer.
type Leak struct {
	Visitor  int    // whose value it is
	Value    string // as that visitor sent it, or got it from the side
	Like     string // the value in the list of requests; empty for an identifier that the side made
	Place    string // such as "body", "header Location", "cookie sid"
	Encoding string // such as "percent", "HTML", "JSON" or "base64"; empty: as it is
}

// Leaks returns the tokens of other visitors that are in the candidate's answer to a
// visitor, and in none of the baseline's answers to the same request. Visitors is the
// number of visitors. More than one answer of the baseline is passed if the order in
// which requests arrive changes them.
func (c *Canaries) Leaks(me, visitors int, got trial.Answer, want ...trial.Answer) []Leak { return nil }

// Since returns the index of the first exchange in which the leaked value was sent or
// answered, -1 if there is none.
func Since(l Leak, exchanges []trial.Exchange) int { return -1 }

// A Try sends a sequence to the baseline, with the canaries, on fresh data.
type Try func(ctx context.Context, s trial.Sequence, c *Canaries) ([]trial.Exchange, error)

// LearnCanaries finds the values that can carry a token: the baseline's answers with
// tokens are the same as without, after the tokens are replaced by the values. Same
// compares two answers to a request; nil compares status, type and the text of the body
// without what two equal runs disagree in. It calls try about 3 + 2k times, for k values
// that cannot carry a token.
func LearnCanaries(ctx context.Context, seed int64, requests []trial.Request, try Try, same func(r trial.Request, want, got trial.Answer) bool) (*Canaries, error) {
	return NewCanaries(seed, requests), nil
}

// Sessions know at which places of its answers the baseline shows identifiers that it
// makes itself: they differ between two runs on equal data.
type Sessions struct{}

// NewSessions returns sessions that know no place.
func NewSessions() *Sessions { return &Sessions{} }

// Learn adds the places in which two runs of the baseline differ, for the same sequence
// on equal data.
func (s *Sessions) Learn(a, b []trial.Exchange) {}

// Neutral returns the trial with the identifiers that both sides made in their
// corresponding answers replaced by equal names, so that the answers can be compared. An
// identifier that one side repeats, and the other does not, gets different names.
func (s *Sessions) Neutral(t trial.Trial) trial.Trial { return t }

// Leaks returns the identifiers of other visitors in the candidate's answer to a step that
// the baseline's answer does not show, by the index of the step.
func (s *Sessions) Leaks(t trial.Trial) map[int][]Leak { return nil }
