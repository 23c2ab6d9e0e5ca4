package parity

import (
	"bytes"
	"cmp"
	"net/http"
	"slices"
	"strings"

	"github.com/classibench/classibench/bench/parity/trial"
)

// Arrivals tell in which order requests that were sent at the same time have most likely come. What a
// write put into its answer, such as the address of a new page, is not in an answer before it; a list
// has what was written in its order, or the other way round. Else the order is that of the answers.
type arrivals struct {
	steps    trial.Sequence
	groups   [][]int
	answered []trial.Exchange
	texts    [][]string // that only this write has, by step; none for a step that does not write
}

func newArrivals(q trial.Sequence, groups [][]int, answered []trial.Exchange) *arrivals {
	a := &arrivals{steps: q, answered: answered, groups: groups, texts: make([][]string, len(q))}
	owners := map[string]int{} // numbers of the writes that have a text
	for i, e := range answered {
		a.texts[i] = writtenBy(q[i], e)
		for _, text := range a.texts[i] {
			owners[text]++
		}
	}
	for i, texts := range a.texts {
		texts = slices.DeleteFunc(texts, func(text string) bool { return owners[text] > 1 })
		a.texts[i] = texts[:min(mostWritten, len(texts))]
	}
	return a
}

// Limits of the texts by which a write is known again.
const (
	leastWritten = 6  // bytes
	mostWritten  = 16 // texts
)

// writtenBy returns texts in the request and the answer of a write.
func writtenBy(s trial.Step, e trial.Exchange) (texts []string) {
	if !writes(s.Request) {
		return nil
	}
	h := e.Answer.Header
	all := slices.Concat(h["Location"], []string{e.Sent.URL, e.Sent.Body}, h["Set-Cookie"], []string{string(e.Answer.Body)})
	for _, word := range strings.FieldsFunc(strings.Join(all, " "), func(r rune) bool { return strings.ContainsRune(" \t\r\n\"'<>=&?;,", r) }) {
		if len(word) >= leastWritten && !slices.Contains(texts, word) {
			texts = append(texts, word)
		}
	}
	return texts
}

// place returns where the answer to a step first shows a write, or nowhere.
func (a *arrivals) place(step, write int) int {
	first := nowhere
	for _, text := range a.texts[write] {
		if at := bytes.Index(a.answered[step].Answer.Body, []byte(text)); at >= 0 && (first == nowhere || at < first) {
			first = at
		}
	}
	return first
}

const nowhere = -1

// ranks returns a number for each step, by which those of a batch can be sorted.
func (a *arrivals) ranks() []int {
	ranks := make([]int, len(a.steps))
	for n := range a.groups {
		w := a.writes(n)
		for k, i := range w {
			ranks[i] = 2*k + 1
		}
		for _, i := range a.groups[n] {
			if !slices.Contains(w, i) {
				ranks[i] = 2 * a.seen(i, w)
			}
		}
	}
	return ranks
}

// writes returns the writes of a batch in their order.
func (a *arrivals) writes(n int) (w []int) {
	for _, i := range a.groups[n] {
		if writes(a.steps[i].Request) {
			w = append(w, i)
		}
	}
	slices.SortStableFunc(w, func(i, j int) int { return a.answered[i].Answer.At.Compare(a.answered[j].Answer.At) })
	list := a.list(w)
	if list == nowhere {
		return w
	}
	up := a.direction(list)
	slices.SortStableFunc(w, func(i, j int) int { return up * cmp.Compare(a.place(list, i), a.place(list, j)) })
	return w
}

// list returns the last step whose answer shows all of some writes, or nowhere.
func (a *arrivals) list(w []int) int {
	for step := len(a.steps) - 1; step >= 0 && len(w) > 1; step-- {
		if !slices.ContainsFunc(w, func(i int) bool { return i == step || a.place(step, i) == nowhere }) {
			return step
		}
	}
	return nowhere
}

// direction returns 1 if an answer shows earlier writes before later ones, else -1.
func (a *arrivals) direction(list int) int {
	var places, when []int
	for i := range a.steps {
		if at := a.place(list, i); at != nowhere && i != list {
			places, when = append(places, at), append(when, batchOf(a.groups, i))
		}
	}
	up := 0
	for i := range places {
		for j := range i {
			up += cmp.Compare(when[i], when[j]) * cmp.Compare(places[i], places[j])
		}
	}
	if up < 0 {
		return -1
	}
	return 1
}

// seen returns how many of the writes, in their order, came before a step: those up to the last one
// that its answer shows, or else those that were answered before.
func (a *arrivals) seen(step int, w []int) int {
	before, last := 0, 0
	for k, i := range w {
		if a.place(step, i) != nowhere {
			last = k + 1
		}
		before += btoi(a.answered[i].Answer.At.Before(a.answered[step].Answer.At))
	}
	if last > 0 || slices.ContainsFunc(w, func(i int) bool { return a.shownElsewhere(step, i) }) {
		return last
	}
	return before
}

// shownElsewhere reports whether another answer of the route of a step shows a write.
func (a *arrivals) shownElsewhere(step, write int) bool {
	for i, s := range a.steps {
		if i != step && s.Request.Route == a.steps[step].Request.Route && a.place(i, write) != nowhere {
			return true
		}
	}
	return false
}

// writes reports whether a request may change data (RFC 9110 §9.2.1).
func writes(r trial.Request) bool {
	return r.Method != http.MethodGet && r.Method != http.MethodHead
}
