package parity

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/classibench/classibench/bench/parity/differ"
	"github.com/classibench/classibench/bench/parity/hazard"
	"github.com/classibench/classibench/bench/parity/trial"
	"github.com/classibench/classibench/bench/parity/visitor"
	"github.com/classibench/classibench/bench/result"
)

// evidence returns what is known about the cause of a finding.
func (f *found) evidence() hazard.Evidence {
	n, d := len(f.best)-1, f.last.main()
	want, got := f.trial.Baseline[n].Answer, f.trial.Candidate[n].Answer
	e := hazard.Evidence{
		Kind: f.kind, Place: string(d.Place), Want: d.Want, Got: d.Got, WantCode: want.Status, GotCode: got.Status,
		Body: excerpt(got.Body), Log: f.seen.log, Failure: got.Failure,
		AsFirst: f.asFirst(), Admitted: admitted(want, got), Writes: f.wrote(), OwnLost: f.ownLost(),
		Clock: d.Stuck && isTime(d.Got), Repeats: d.Stuck && !isTime(d.Got) || f.reuses(d),
		Appears: d.Want == nothing && f.wrote() && !f.seen.repeated, Missing: d.Got == nothing && !f.adds(),
		Truncate: len(got.Body) < len(want.Body) && got.Failure == "" && strings.HasPrefix(string(want.Body), string(got.Body)),
		GoesOn:   f.kind == result.KindPort && goesOn(want, got),
		Died:     strings.HasPrefix(got.Failure, "the program ended"),
		Hangs:    hangs(got),
		Took:     got.Took, Shown: f.shrunk.Shown, Repeated: f.shrunk.Repeated,
	}
	if f.ofOneRoute() {
		e.HangsFrom = len(f.best)
	}
	f.observed(&e)
	f.echo(&e)
	f.replaced(&e)
	e.Appears = e.Appears && e.Echo != "" // a row holds what the request sent that wrote it
	return e
}

// adds reports whether the candidate shows a part that the baseline does not: entries in another
// order, or of another page of a list, do not miss.
func (f *found) adds() bool {
	return slices.ContainsFunc(f.last.differences, func(d differ.Difference) bool { return d.Want == nothing })
}

// goesOn reports whether an answer begins with all of another, and has more text.
func goesOn(want, got trial.Answer) bool {
	rest, found := strings.CutPrefix(string(got.Body), strings.TrimRight(string(want.Body), "\r\n"))
	return found && want.Status == got.Status && len(want.Body) > 0 && strings.TrimSpace(rest) != ""
}

// reuses reports whether the candidate repeats an identifier where that of the baseline is
// new, for the same visitor.
func (f *found) reuses(d differ.Difference) bool {
	victim := f.victim().Visitor
	others := slices.ContainsFunc(f.best, func(s trial.Step) bool { return s.Visitor != victim })
	return !others && len(f.last.leaks) == 0 && visitor.IsName(d.Want) && visitor.IsName(d.Got)
}

// observed adds what further sequences told.
func (f *found) observed(e *hazard.Evidence) {
	s := f.seen
	e.Alternate, e.Steady, e.FirstWins, e.LastWins, e.Adds, e.Forgets = s.alternate, s.steady, s.firstWins, s.lastWins, s.adds, s.forgets
	e.Rotates = s.rotates
	e.Moved, e.Umask, e.Opened, e.Locked, e.Child = s.change.dir, s.change.umask, s.change.open, s.change.locked, s.change.child
	e.Workers, e.Usual = s.workers, s.usual
	n := len(f.best) - 1
	want, got := string(f.trial.Baseline[n].Answer.Body), string(f.trial.Candidate[n].Answer.Body)
	lost, extra := apart(want, got)
	e.InLog = isInLog(lost, extra, s.log)
	e.Lines = len(f.last.differences) > 0 && otherLines(lost, extra)
	e.OfOther = s.firstWins && f.isOfOther() && (s.carried == nil || s.carried[0].Kind == "path")
}

// replaced sets whose value the answer shows, if that is known from other values.
func (f *found) replaced(e *hazard.Evidence) {
	if !f.seen.tried || f.seen.carried == nil && len(f.last.leaks) > 0 {
		return
	}
	if f.seen.carried == nil {
		e.Echo, e.Carrier, e.Since, e.Whose, e.Absent = "", "", 0, 0, false
		return
	}
	n, s := len(f.best)-1, f.seen.carried[0]
	e.Echo, e.Carrier, e.Since, e.Whose = f.echoOf(f.seen.by), s.Kind, f.seen.by+1, f.best[f.seen.by].Visitor+1
	e.Other = f.best[f.seen.by].Visitor != f.best[n].Visitor
	e.SameRoute = program(f.best[f.seen.by].Request.URL) == program(f.victim().Request.URL)
	e.Identity = holdsIdentity(f.seen.carried) || signsIn(f.best[f.seen.by].Request)
	e.Absent = !sendsPlace(f.trial.Candidate[n].Sent, s.Kind, s.Name)
}

// nothing is the excerpt of a place that one side does not have.
const nothing = "nothing"

// maxExcerpt is the number of bytes of a body and of a log that are searched for messages.
const maxExcerpt = 4 << 10

func excerpt(b []byte) string { return string(b[:min(len(b), maxExcerpt)]) }

// isTime reports whether a text has a time of day or a date in it.
func isTime(s string) bool { return timeOfDay.MatchString(s) }

var timeOfDay = regexp.MustCompile(`\d{1,2}:\d{2}|\d{4}-\d{2}-\d{2}|\b1[6-9]\d{8}\b`)

// asFirst reports whether the answer is that to the first request of the same route.
func (f *found) asFirst() bool {
	n := len(f.best) - 1
	for i, s := range f.best[:n] {
		if s.Request.Route == f.best[n].Request.Route {
			return string(f.trial.Candidate[i].Answer.Body) == string(f.trial.Candidate[n].Answer.Body)
		}
	}
	return false
}

// wrote reports whether a request before the victim changes data by its method.
func (f *found) wrote() bool {
	return slices.ContainsFunc(f.best[:len(f.best)-1], func(s trial.Step) bool { return !s.Request.Safe() })
}

func (f *found) ofOneRoute() bool {
	return !slices.ContainsFunc(f.best, func(s trial.Step) bool { return s.Request.Route != f.victim().Request.Route })
}

// admitted reports whether the candidate answers what the baseline refuses.
func admitted(want, got trial.Answer) bool {
	refuses := want.Status == http.StatusUnauthorized || want.Status == http.StatusForbidden ||
		want.Status >= 300 && want.Status < 400 && strings.Contains(strings.ToLower(want.Header.Get("Location")), "login")
	return refuses && got.Status >= 200 && got.Status < 300
}

// echo looks for the request whose value is in the answer.
func (f *found) echo(e *hazard.Evidence) {
	n := len(f.best) - 1
	for _, text := range f.foreign() {
		for i := n - 1; i >= 0; i-- {
			sent := f.trial.Candidate[i].Sent
			carrier := visitor.Carrier(sent, text)
			if carrier == "" || visitor.Carrier(f.trial.Candidate[n].Sent, text) != "" {
				continue
			}
			e.Echo, e.Carrier, e.Since, e.Whose = f.echoOf(i), carrier, i+1, f.best[i].Visitor+1
			e.Other = f.best[i].Visitor != f.best[n].Visitor
			e.Absent = !sendsAlike(f.trial.Candidate[n].Sent, sent, text)
			e.SameRoute = program(sent.URL) == program(f.victim().Request.URL)
			e.Identity = holdsIdentity(visitor.Holders(sent, text)) || signsIn(sent)
			return
		}
	}
	if len(f.last.leaks) > 0 {
		l := f.last.leaks[0]
		e.Other, e.Whose, e.Since = true, l.Visitor+1, visitor.Since(l, f.trial.Candidate)+1
		if e.Carrier = "session"; e.Since > 0 {
			e.Echo = f.echoOf(e.Since - 1)
		}
		if l.Like != "" && e.Since > 0 {
			e.Carrier = visitor.Carrier(f.trial.Candidate[e.Since-1].Sent, l.Value)
		}
	}
}

func (f *found) echoOf(i int) hazard.Echo {
	switch n := len(f.best) - 1; {
	case f.best[i].Request.Route == f.best[n].Request.Route && i == f.firstOf(f.best[n].Request.Route):
		return hazard.First
	case i == n-1:
		return hazard.Previous
	}
	return hazard.Earlier
}

func (f *found) firstOf(route string) int {
	return slices.IndexFunc(f.best, func(s trial.Step) bool { return s.Request.Route == route })
}

// foreign returns texts of the candidate at the place that the baseline does not have.
func (f *found) foreign() []string {
	d := f.last.main()
	texts := []string{strings.TrimSpace(d.Got)}
	for _, l := range f.last.leaks {
		texts = append(texts, l.Value)
	}
	for _, word := range words(d.Got) {
		if !strings.Contains(d.Want, word) {
			texts = append(texts, word)
		}
	}
	return texts
}

// sendsAlike reports whether a request has a value in the place where another one sent a
// text: a parameter or field of that name, a cookie, a path of that length.
func sendsAlike(r, other trial.Request, text string) bool {
	name := nameOf(other, text)
	if name == "" {
		return strings.Count(r.URL, "/") >= strings.Count(other.URL, "/") && r.Header.Get("Cookie") != "" == (other.Header.Get("Cookie") != "")
	}
	return slices.ContainsFunc([]url.Values{queryOf(r), formOf(r)}, func(v url.Values) bool { return v.Has(name) })
}

// nameOf returns the name of the parameter or field that holds a text.
func nameOf(r trial.Request, text string) string {
	for _, v := range []url.Values{queryOf(r), formOf(r)} {
		for name, values := range v {
			if slices.ContainsFunc(values, func(s string) bool { return strings.Contains(s, text) }) {
				return name
			}
		}
	}
	return ""
}

func queryOf(r trial.Request) url.Values {
	_, query, _ := strings.Cut(r.URL, "?")
	v, _ := url.ParseQuery(query) // what can be read of it
	return v
}

func formOf(r trial.Request) url.Values {
	if !strings.HasPrefix(r.Header.Get("Content-Type"), "application/x-www-form-urlencoded") {
		return nil
	}
	v, _ := url.ParseQuery(r.Body)
	return v
}

// explain adds the likely cause to a finding of a result.
func explain(out *result.Finding, e hazard.Evidence) {
	c := hazard.Name(e)
	out.Hazard, out.Cause, out.Evidence = c.Number, c.Cause, c.Evidence
	for _, h := range c.Hints {
		out.LookFor = append(out.LookFor, result.Hint{Language: h.Language, Text: h.Text})
	}
}
