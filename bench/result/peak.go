package result

import (
	"fmt"

	"github.com/classibench/classibench/internal/unit"
)

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
	factor := unit.Number(p.ToMean) + " times the mean"
	switch p.From {
	case PeakOfScenario:
		return "with a peak of " + factor + ", as in the scenario's replay"
	case PeakOfLog:
		return "with a peak of " + factor + ", as in the recorded traffic"
	case PeakOfFlag:
		return "with a peak of " + factor + ", as --peak-to-mean says"
	case PeakOfDefault:
		return "if the peak is " + factor + ", which is an assumption"
	}
	return "with a peak of " + factor
}

// Sentence describes the days of which hits a day are, and where that is known from.
func (p Peak) Sentence() string {
	text := fmt.Sprintf("Hits a day are of a day whose busiest moment has %s times its mean rate", unit.Number(p.ToMean))
	switch p.From {
	case PeakOfScenario:
		return text + ", as the stages of the scenario's replay do."
	case PeakOfLog:
		return text + ", as the recorded traffic does."
	case PeakOfFlag:
		return text + ", as --peak-to-mean says."
	case PeakOfDefault:
		return text + ". This is an assumption: give the factor of your site with --peak-to-mean. \"classibench traffic describe\" reports that of a log."
	}
	return text + "."
}
