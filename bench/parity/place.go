package parity

import (
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/classibench/classibench/bench/parity/trial"
	"github.com/classibench/classibench/bench/parity/visitor"
)

// apart returns the parts of two texts between what they have in common at the begin and at
// the end.
func apart(want, got string) (lost, extra string) {
	begin, most := 0, min(len(want), len(got))
	for begin < most && want[begin] == got[begin] {
		begin++
	}
	end := 0
	for end < most-begin && want[len(want)-1-end] == got[len(got)-1-end] {
		end++
	}
	return want[begin : len(want)-end], got[begin : len(got)-end]
}

// leastOutput is the length of a text that is not in a log by chance.
const leastOutput = 4

// isInLog reports whether the part of an answer that is missing is in a log.
func isInLog(lost, extra, log string) bool {
	lost = strings.TrimSpace(lost)
	return strings.TrimSpace(extra) == "" && len(lost) >= leastOutput && strings.Contains(log, lost)
}

// otherLines reports whether two texts differ by lines of plain text that one of them has
// in addition.
func otherLines(lost, extra string) bool {
	if strings.TrimSpace(lost) != "" && strings.TrimSpace(extra) != "" {
		return false
	}
	more := lost + extra
	return strings.Contains(more, "\n") && strings.TrimSpace(more) != "" && !strings.ContainsAny(more, "<>{}")
}

// program returns the part of a path that names a program: up to a script, or else the
// first segment.
func program(url string) string {
	path, _, _ := strings.Cut(url, "?")
	if at := script.FindStringIndex(path); at != nil {
		return strings.TrimSuffix(path[:at[1]], "/")
	}
	first, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	return "/" + first
}

var script = regexp.MustCompile(`\.(?:f?cgi|pl|php|py|rb|sh)(?:/|$)`)

// isOfOther reports whether what differs is in the baseline's answer to an earlier request
// of another program.
func (f *found) isOfOther() bool {
	texts := f.foreign()
	for i, s := range f.best[:len(f.best)-1] {
		page := string(f.trial.Baseline[i].Answer.Body)
		inPage := func(text string) bool { return strings.Contains(page, text) }
		if program(s.Request.URL) != program(f.victim().Request.URL) && len(texts) > 1 && (inPage(texts[0]) || !slices.ContainsFunc(texts[1:], func(text string) bool { return !inPage(text) })) {
			return true
		}
	}
	return false
}

// identities are parts of names of values that tell who a visitor is.
var identities = regexp.MustCompile(`(?i)user|login|account|sess|member|customer|mail|owner|visitor|\b(?:u|s)id\b|sid$`)

// isIdentity reports whether the value of a parameter, field or cookie of a name tells who a
// visitor is.
func isIdentity(name string) bool { return identities.MatchString(name) }

func holdsIdentity(places []visitor.Substitute) bool {
	return slices.ContainsFunc(places, func(s visitor.Substitute) bool { return isIdentity(s.Name) })
}

var signIn = regexp.MustCompile(`(?i)^(?:log-?[io]n|sign-?in|sessions?|auth\w*)(?:\.\w+)?$`)

// signsIn reports whether a request signs a visitor in: it sends a form to a page of such a
// name, so what it sends tells who the visitor is.
func signsIn(r trial.Request) bool {
	address, _, _ := strings.Cut(r.URL, "?")
	return !r.Safe() && signIn.MatchString(path.Base(address))
}

// sendsPlace reports whether a request has a value in a place.
func sendsPlace(r trial.Request, kind, name string) bool {
	_, all := visitor.Substituted(r, 0)
	return slices.ContainsFunc(all, func(s visitor.Substitute) bool { return s.Kind == kind && s.Name == name })
}

// ownLost reports whether a value that the victim sends is in the baseline's answer only.
func (f *found) ownLost() bool {
	d, sent := f.last.main(), f.trial.Candidate[len(f.best)-1].Sent
	return slices.ContainsFunc(words(d.Want), func(word string) bool {
		kind := visitor.Carrier(sent, word)
		return (kind == "query" || kind == "form" || kind == "json") && !strings.Contains(d.Got, word)
	})
}

// words returns the words of a text that are no single letters.
func words(text string) (all []string) {
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(" \t\n\"'<>=;,&?/()“”…", r) }) {
		if len(word) > 2 {
			all = append(all, word)
		}
	}
	return all
}
