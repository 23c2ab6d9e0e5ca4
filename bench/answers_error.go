package bench

import (
	"fmt"
	"strings"

	"github.com/classibench/classibench/internal/unit"
)

// An AnswersError reports a candidate that does not answer like the baseline: their
// throughputs cannot be compared.
type AnswersError struct {
	Base, Head string
	Asked      int // requests to each
	Different  int // requests with different answers
	Examples   []string
	Expected   bool // the scenario expects the answers of the baseline; otherwise the status differs
}

// maxExamples limits the examples in a message.
const maxExamples = 3

func (e *AnswersError) Error() string {
	requests := unit.Count(e.Asked, "request")
	text := fmt.Sprintf("%s and %s answer %d of %s with different status:", e.Base, e.Head, e.Different, requests)
	if e.Expected {
		text = fmt.Sprintf("%s does not answer %d of %s like %s:", e.Head, e.Different, requests, e.Base)
	}
	examples := e.shown()
	text += "\n    " + strings.Join(examples, "\n    ")
	if more := len(e.Examples) - len(examples); more > 0 {
		text += fmt.Sprintf("\n    and %d more", more)
	}
	return text
}

// shown returns examples of different requests: the traffic may have the same one many times.
func (e *AnswersError) shown() (all []string) {
	seen := map[string]bool{}
	for _, text := range e.Examples {
		request, _, _ := strings.Cut(text, ": ")
		if !seen[request] && len(all) < maxExamples {
			seen[request] = true
			all = append(all, text)
		}
	}
	return all
}
