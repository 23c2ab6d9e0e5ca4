package logs

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/classibench/classibench/internal/unit"
)

// An UnreadableError says that too many lines cannot be read.
type UnreadableError struct {
	Summary Summary
	Allowed float64
}

func (e *UnreadableError) Error() string {
	s := e.Summary
	if s.Unreadable == s.Lines {
		return fmt.Sprintf("no line of %d can be read%s", s.Lines, s.list())
	}
	share := float64(s.Unreadable) / float64(s.Lines)
	return fmt.Sprintf("%s of %s (%s) cannot be read, and %s are allowed%s", unit.Whole(s.Unreadable), unit.Count(s.Lines, "line"), unit.Percent(share), unit.Percent(e.Allowed), s.list())
}

// list returns the problems, one a line.
func (s *Summary) list() string {
	var b strings.Builder
	if s.Masked {
		b.WriteString(", shown with x for letters and # for digits")
	}
	for _, p := range s.Problems {
		b.WriteString("\n  " + p.String())
	}
	return b.String()
}

// A NothingError says that no request is left.
type NothingError struct{ Summary Summary }

func (e *NothingError) Error() string {
	return "no request is left: " + strings.Join(e.Summary.left(), "; ")
}

// Notes returns what a user has to know, each a sentence without its end.
func (s *Summary) Notes() (notes []string) {
	for _, left := range s.left() {
		notes = append(notes, "left out: "+left)
	}
	if s.Unreadable > 0 {
		notes = append(notes, fmt.Sprintf("unreadable: %s (%s)%s", unit.Count(s.Unreadable, "line"), unit.Percent(float64(s.Unreadable)/float64(s.Lines)), s.list()))
	}
	return slices.Concat(notes, s.CutOff, s.timeNotes(), s.changeNotes())
}

// left returns the requests that were left out, by reason.
func (s *Summary) left() (all []string) {
	for _, why := range reasons {
		n := s.Left[why]
		if n == 0 {
			continue
		}
		text := fmt.Sprintf(string(why), unit.Count(n, "request"))
		if why == NoRequest {
			text = fmt.Sprintf(string(why), unit.Count(n, "line"))
		}
		if why == Unsafe || why == OtherVerbs {
			text += " (" + s.methods() + ")"
		}
		all = append(all, text)
	}
	return all
}

// methods are the methods of requests that were left out, the most frequent first.
func (s *Summary) methods() string {
	names := slices.SortedFunc(maps.Keys(s.Methods), func(a, b string) int {
		return cmp.Or(cmp.Compare(s.Methods[b], s.Methods[a]), cmp.Compare(a, b))
	})
	for i, name := range names {
		names[i] = fmt.Sprintf("%s %s", name, unit.Whole(s.Methods[name]))
	}
	return strings.Join(names[:min(len(names), 5)], ", ")
}

func (s *Summary) timeNotes() (notes []string) {
	if s.About.Spread {
		notes = append(notes, fmt.Sprintf("the log has whole seconds: the hits of a second are spread over it, from seed %d", s.Seed))
	}
	if s.Back.Lines > 0 {
		notes = append(notes, fmt.Sprintf("sorted: %s out of order, by %s at most (%s:%d)", unit.Count(s.Back.Lines, "line"), unit.Period(s.Back.Seconds), s.Back.Path, s.Back.Line))
	}
	if s.Gap.Lines > 0 {
		notes = append(notes, fmt.Sprintf("the time jumps ahead by more than a day %s, by %s at most (%s:%d): check that dates are right", unit.Count(s.Gap.Lines, "time"), unit.Period(s.Gap.Seconds), s.Gap.Path, s.Gap.Line))
	}
	return notes
}

func (s *Summary) changeNotes() (notes []string) {
	if s.Escaped > 0 {
		notes = append(notes, fmt.Sprintf("changed: in %s, what cannot stand in a URL is written in percent", unit.Count(s.Escaped, "path")))
	}
	if s.FieldsLeft > 0 {
		notes = append(notes, fmt.Sprintf("left out: %s with control characters", unit.Count(s.FieldsLeft, "header field")))
	}
	return notes
}
