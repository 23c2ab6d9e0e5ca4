package visitor_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/classibench/classibench/bench/parity/trial"
	"github.com/classibench/classibench/bench/parity/visitor"
)

// pages are answers of 25 rows to two visitors, with links and words of visitors.
func pages(n int, canaries *visitor.Canaries, r trial.Request) (all []trial.Exchange) {
	for i := range n {
		var body strings.Builder
		for row := range 25 {
			fmt.Fprintf(&body, "<li><a href=\"/ads/%d/edit?key=%016x\">%s</a><p>%s\n", row, i*row+1<<40, canaries.Mark(r, i%2).URL, strings.Repeat("Hardly used, collection only. ", 20))
		}
		all = append(all, trial.Exchange{Step: trial.Step{Request: r, Visitor: i % 2}, Sent: r, Answer: trial.Answer{Status: 200, Header: http.Header{"Content-Type": {"text/html"}}, Body: []byte(body.String())}})
	}
	return all
}

func BenchmarkSessions(b *testing.B) {
	r := get("/?q=wardrobe")
	all := pages(50, visitor.NewCanaries(1, []trial.Request{r}), r)
	sessions := visitor.NewSessions()
	b.ReportAllocs()
	for b.Loop() {
		both := trial.Trial{Baseline: all, Candidate: all}
		sessions.Neutral(both)
		sessions.Leaks(both)
	}
}

func BenchmarkLeaks(b *testing.B) {
	r := get("/?q=wardrobe")
	canaries := visitor.NewCanaries(1, []trial.Request{r})
	answer := pages(1, canaries, r)[0].Answer
	b.ReportAllocs()
	for b.Loop() {
		canaries.Leaks(0, 4, answer, answer)
	}
}
