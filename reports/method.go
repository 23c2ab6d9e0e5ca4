package reports

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/internal/unit"
)

// replayed reports whether a result has trials of a replay.
func replayed(r *result.Result) bool { return r.Replay != nil && len(r.Replay.Trials) > 0 }

// replayMethod describes the replay in a sentence.
func replayMethod(r *result.Result) string {
	return fmt.Sprintf("%s, the same %s of traffic against each target in turn; latency counts from the moment a hit was due, and a hit not answered after %s is an error.%s",
		r.Scenario.Name, unit.Span(r.Replay.Seconds), unit.Span(r.Replay.Timeout), capacityWords(r)+trafficWords(r.Replay.Traffic))
}

// trafficWords describes the part of a traffic file that was replayed.
func trafficWords(t *result.Traffic) string {
	if t == nil {
		return ""
	}
	text := fmt.Sprintf(" The requests are the %s of %s from %s", unit.Whole(t.Hits), t.File, windowOf(t))
	if t.Shape != "" {
		return text + fmt.Sprintf(", in their order, at random times: the rate follows that of the file, with a mean of %s.", t.Shape)
	}
	text += ", at their recorded times"
	if t.Speed != 1 {
		text += fmt.Sprintf(", %s times faster", unit.Plain(t.Speed))
	}
	if t.Times > 1 {
		text += fmt.Sprintf(", with %d times the visitors", t.Times)
	}
	if text += "."; t.Clients > 0 {
		text += " A client sends its next request when the one before it is answered."
	}
	if t.Spread {
		text += " The log has whole seconds: the times within a second are random."
	}
	return text
}

// windowOf names the begin and the end of the part: by the clock of the log, if it is known.
func windowOf(t *result.Traffic) string {
	if t.Start.IsZero() || !(t.From >= 0 && t.To < 1e9) {
		return unit.Span(t.From) + " to " + unit.Span(t.To) + " after its start"
	}
	at := func(seconds float64) time.Time { return t.Start.Add(time.Duration(seconds * float64(time.Second))) }
	const day = "2 January 2006, "
	end := "15:04:05 MST"
	if from, to := at(t.From), at(t.To); from.Format(day) != to.Format(day) {
		end = day + end
	}
	return at(t.From).Format(day+"15:04:05") + " to " + at(t.To).Format(end)
}

// capacityWords names the capacity that relative rates of a replay refer to. It is the
// estimate at the start of the replay, which later blocks may have corrected a little.
func capacityWords(r *result.Result) string {
	shares := func(s result.Stage) bool { return strings.HasSuffix(s.Rate, " capacity") }
	if !(r.Replay.Capacity > 0) || !slices.ContainsFunc(r.Replay.Stages, shares) {
		return ""
	}
	return fmt.Sprintf(" Rates are shares of the %s hits/s that %s carried before the replay.", unit.Number(r.Replay.Capacity), r.Baseline())
}

// sentences returns the sentences of the verdict.
func sentences(r *result.Result) []string {
	if len(r.Verdict.Sentences) == 0 {
		return []string{r.Verdict.Sentence}
	}
	return r.Verdict.Sentences
}

// invalidWords lists the invalid parts of a result.
func invalidWords(r *result.Result) string {
	parts := []struct{ about, words string }{
		{"capacity.throughput.", "the throughput of "}, {"replay.trials.", "the replay against "}, {"answers.", "the answers of "},
	}
	var all []string
	for _, w := range r.Verdict.Invalid {
		for _, part := range parts {
			if name, ok := strings.CutPrefix(w.About, part.about); ok && !slices.Contains(all, part.words+name) {
				all = append(all, part.words+name)
			}
		}
	}
	if len(all) == 0 {
		return "Invalid measurement"
	}
	return "Invalid: " + strings.Join(all, ", ")
}

func partialWords(r *result.Result) string { return "Partial, the run ended early: " + r.Partial }
