package verify

import (
	"context"
	"fmt"
	"io"
	"slices"

	"github.com/a-h/templ"
	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/reports/internal/chart"
)

// diagram draws the sequence of a finding.
func diagram(f result.Finding) chart.Sequence {
	s := chart.Sequence{Program: f.Candidate, Alt: "The sequence: " + f.Title() + "."}
	var lanes []int
	for _, step := range f.Sequence {
		lanes = append(lanes, step.Visitor)
	}
	slices.Sort(lanes)
	lanes = slices.Compact(lanes)
	for _, n := range lanes {
		s.Visitors = append(s.Visitors, fmt.Sprintf("visitor %d", n))
	}
	victim := f.VictimAt()
	for i, step := range f.SentSequence() {
		m := chart.Message{
			Visitor: slices.Index(lanes, step.Visitor), Text: fmt.Sprintf("%d  %s", i+1, visible(step.Line())), Detail: visible(step.Body),
			Batch: step.Batch, Victim: i == victim, Leaves: i != victim && f.Kind != result.KindPort,
		}
		if m.Victim {
			m.Answer = answerWords(f)
		}
		s.Messages = append(s.Messages, m)
	}
	return s
}

// answerWords describes the candidate's answer to the victim.
func answerWords(f result.Finding) string {
	switch {
	case f.Answer.Failure != "":
		return "no answer: " + visible(f.Answer.Failure)
	case f.Got == "":
		return fmt.Sprintf("%d, without “%s”", f.Answer.Status, visible(f.Want))
	}
	return fmt.Sprintf("%d: “%s”", f.Answer.Status, visible(f.Got))
}

// diagramCaption explains how to read a diagram.
func diagramCaption(f result.Finding) string {
	text := fmt.Sprintf("Each lane on the left is a visitor, and each arrow a request to %s, which was just started. ", f.Candidate)
	if f.HasOwnValues() {
		text += ownValues + " "
	}
	switch {
	case f.Kind == result.KindPort:
		return text + "The answer to this request alone differs from that of the baseline."
	case f.Kind == result.KindConcurrency:
		return text + "The requests in the bracket are sent at the same time. The red line leads from the requests that cause the difference to the answer that shows it."
	}
	return text + "The red line leads from the requests that leave something in the process to the answer that shows it. The last request is the victim."
}

// drawn is a diagram for a wide and for a narrow page.
func drawn(s chart.Sequence) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error { return s.Inline(w) })
}
