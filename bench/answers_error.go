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
	examples := e.Examples[:min(len(e.Examples), maxExamples)]
	text += "\n    " + strings.Join(examples, "\n    ")
	if more := len(e.Examples) - len(examples); more > 0 {
		text += fmt.Sprintf("\n    and %d more", more)
	}
	return text
}
