package result

import "github.com/classibench/classibench/internal/unit"

// A Peak is how far the busiest moment of a day exceeds its mean rate. It relates a rate to the
// hits of a day.
type Peak struct {
	ToMean float64
	From   PeakSource
}

// A PeakSource is where the factor of a Peak is from.
type PeakSource string

// The sources of a Peak. A result of an earlier version has none.
const (
	PeakOfScenario PeakSource = "scenario" // the stages of its replay
	PeakOfLog      PeakSource = "log"      // the recorded traffic
	PeakOfFlag     PeakSource = "flag"     // --peak-to-mean
	PeakOfDefault  PeakSource = "default"  // an assumption
)

// words describes the peak behind a number of hits a day.
func (p Peak) words() string {
	factor := "with a peak of " + unit.Number(p.ToMean) + " times the mean"
	switch p.From {
	case PeakOfScenario:
		return factor + ", as in the scenario's replay"
	case PeakOfLog:
		return factor + ", as in the recorded traffic"
	case PeakOfFlag:
		return factor + ", as --peak-to-mean says"
	case PeakOfDefault:
		return factor + ", which is an assumption"
	}
	return factor
}

// Sentence describes the days of which hits a day are, and where that is known from.
func (p Peak) Sentence() string {
	text := "Hits a day are those of a day " + p.words()
	if p.From == PeakOfDefault {
		text += ": give the factor of your site with --peak-to-mean. \"classibench traffic describe\" reports that of a log"
	}
	return text + "."
}
