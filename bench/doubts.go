package bench

import (
	"fmt"
	"strings"

	"github.com/classibench/classibench/bench/answers"
	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/internal/unit"
)

// doubts returns a warning for each kind of doubtful page, in the order of their first pages: the
// traffic of a site has hundreds of addresses that are gone.
func doubts(target string, all []learnedPage) (warnings []result.Warning) {
	var kinds []int
	pages := map[int][]learnedPage{}
	for _, p := range all {
		kind, doubtful := p.doubt()
		if !doubtful {
			continue
		}
		if len(pages[kind]) == 0 {
			kinds = append(kinds, kind)
		}
		pages[kind] = append(pages[kind], p)
	}
	for _, kind := range kinds {
		text := uncheckedText(pages[kind])
		if kind >= 400 {
			text = statusText(target, pages[kind])
		}
		warnings = append(warnings, result.Warning{About: "answers", Text: text})
	}
	return warnings
}

// doubt returns the status of a page that counts as right though it reports an error, and 0 for
// one of which only the status is checked.
func (p learnedPage) doubt() (kind int, doubtful bool) {
	switch {
	case p.right.Status >= 400:
		return p.right.Status, true
	case p.right.Marker != "" || len(p.same[0].Body) == 0 && len(p.same[1].Body) == 0:
		return 0, false
	}
	return 0, true
}

func statusText(target string, pages []learnedPage) string {
	a := pages[0].same[0]
	if len(pages) == 1 {
		return fmt.Sprintf("%s answers %s with status %d (“%s”), and this counts as the right answer", target, pages[0].request, a.Status, a.Excerpt())
	}
	return fmt.Sprintf("%s answers %s with status %d (the first with “%s”), and this counts as the right answer: %s", target, different(pages), a.Status, a.Excerpt(), someOf(pages))
}

func uncheckedText(pages []learnedPage) string {
	why := unmarked(pages[0].same[0], pages[0].same[1])
	if len(pages) == 1 {
		return fmt.Sprintf("only the status of the answers to %s is checked: %s", pages[0].request, why)
	}
	return fmt.Sprintf("only the status of the answers to %s is checked, to %s; of the first, %s", different(pages), someOf(pages), why)
}

func different(pages []learnedPage) string { return unit.Count(len(pages), "different request") }

// mostNamed is the number of requests that a warning names.
const mostNamed = 3

// someOf names the first pages: "GET /a, GET /b, GET /c and 7 more".
func someOf(pages []learnedPage) string {
	var names []string
	for _, p := range pages[:min(len(pages), mostNamed)] {
		names = append(names, p.request)
	}
	text := strings.Join(names, ", ")
	if more := len(pages) - len(names); more > 0 {
		text += fmt.Sprintf(" and %s more", unit.Whole(more))
	}
	return text
}

// unmarked returns why a page has no marker.
func unmarked(a, b answers.Answer) string {
	if d := answers.Learn(a).Compare(b); d != nil && d.Kind == answers.Text {
		return fmt.Sprintf("no text of the page stays the same, as in “%s” and “%s”", d.Want, d.Got)
	}
	return fmt.Sprintf("the page has no text that identifies it: “%s”", a.Excerpt())
}
