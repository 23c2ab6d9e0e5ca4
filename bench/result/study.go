package result

import (
	"math"

	"github.com/classibench/classibench/bench/stats"
)

// A Study is a number of runs of the gate on servers with a known loss. It shows which
// losses the gate detects on a machine, and how often it errs.
type Study struct {
	Environment Environment `json:"environment"`
	Budget      float64     `json:"budget"` // seconds, of each run
	MaxLoss     float64     `json:"max_loss"`
	Runs        []StudyRun  `json:"runs"`
	Resampled   []StudyRow  `json:"resampled,omitempty"` // from Resample
}

// A StudyRun is one run of the gate.
type StudyRun struct {
	Planted float64     `json:"planted"` // the loss that was planted: 0.05
	Valid   bool        `json:"valid"`
	Seconds float64     `json:"seconds"`
	Outcome Outcome     `json:"outcome"` // of all checks
	Check   Check       `json:"check"`   // of throughput
	Quads   int         `json:"quads"`   // per look
	Looks   int         `json:"looks"`   // at most
	Alpha   float64     `json:"alpha"`
	Values  [][]float64 `json:"values"` // of the quads of the whole mix, by session: logarithms
}

// NewStudyRun returns a run of the gate on two servers, one of which has the planted loss.
func NewStudyRun(planted float64, r *Result) StudyRun {
	g := r.Gate
	return StudyRun{
		Planted: planted, Valid: r.Verdict.Valid, Seconds: r.Seconds, Outcome: g.Outcome, Check: g.Checks[0],
		Quads: g.Quads, Looks: g.Looks, Alpha: g.Alpha, Values: g.values(g.Count()),
	}
}

// WorkFor returns the work for each request that causes a loss. found is the gain of a
// server that does the trial's amount of work over one that does none: that work takes
// 1/ratio − 1 of a request's time, and a loss x takes x/(1−x) of it.
func WorkFor(loss float64, found Gain, trial int) int {
	cost := (1/found.Ratio - 1) / float64(trial)
	return int(math.Round(loss / (1 - loss) / cost))
}

// A StudyRow sums up the runs with one planted loss.
type StudyRow struct {
	Planted      float64        `json:"planted"`
	Runs         int            `json:"runs"`
	Pass         int            `json:"pass"`
	Fail         int            `json:"fail"`
	Inconclusive int            `json:"inconclusive"`
	Invalid      int            `json:"invalid,omitempty"` // not counted in the others
	PassShare    stats.Interval `json:"pass_share"`
	FailShare    stats.Interval `json:"fail_share"`
	Ratio        Float          `json:"ratio"` // candidate ÷ baseline as measured, geometric mean over the runs
	MeanSeconds  float64        `json:"mean_seconds"`
	LongSeconds  float64        `json:"longest_seconds"`
	MeanMDE      Float          `json:"mde"`
	measured     int            // number of runs with a ratio
}

// studyLevel is the level of the intervals of a study's shares.
const studyLevel = 0.95

// Rows returns a row for each planted loss, in the order of the runs.
func (s *Study) Rows() []StudyRow {
	var rows []StudyRow
	for _, r := range s.Runs {
		if len(rows) == 0 || rows[len(rows)-1].Planted != r.Planted {
			rows = append(rows, StudyRow{Planted: r.Planted})
		}
		rows[len(rows)-1].add(r)
	}
	for i := range rows {
		rows[i].finish()
	}
	return rows
}

func (row *StudyRow) add(r StudyRun) {
	if !r.Valid {
		row.Invalid++
		return
	}
	row.Runs++
	switch r.Outcome {
	case Pass:
		row.Pass++
	case Fail:
		row.Fail++
	default:
		row.Inconclusive++
	}
	row.MeanSeconds += r.Seconds
	if r.Check.Ratio.Known() && r.Check.MDE.Known() {
		row.measured++
		row.Ratio += Float(math.Log(float64(r.Check.Ratio)))
		row.MeanMDE += r.Check.MDE
	}
	row.LongSeconds = max(row.LongSeconds, r.Seconds)
}

func (row *StudyRow) finish() {
	if row.Runs == 0 {
		row.Ratio, row.MeanMDE = unknown, unknown
		return
	}
	measured := Float(row.measured)
	row.Ratio, row.MeanMDE = Float(math.Exp(float64(row.Ratio/measured))), row.MeanMDE/measured
	row.MeanSeconds /= float64(row.Runs)
	row.PassShare = stats.Proportion(row.Pass, row.Runs, studyLevel)
	row.FailShare = stats.Proportion(row.Fail, row.Runs, studyLevel)
}

// Valid counts the valid runs.
func (s *Study) Valid() (valid int) {
	for _, r := range s.Runs {
		if r.Valid {
			valid++
		}
	}
	return valid
}

// Wrong counts the false alarms and the false passes.
func (s *Study) Wrong() int {
	alarms, _ := s.falseAlarms()
	passes, _ := s.falsePasses()
	return alarms + passes
}

// surprising is the probability below which so many wrong runs are not chance.
const surprising = 0.1

// TooWrong reports whether the gate was wrong more often than its rules allow: the
// number of errors is improbable for a gate that errs in alpha of its runs.
func (s *Study) TooWrong() bool {
	alarms, equal := s.falseAlarms()
	passes, lost := s.falsePasses()
	return stats.AtLeast(alarms, equal, s.alpha()) < surprising || stats.AtLeast(passes, lost, s.alpha()) < surprising
}

// falseAlarms counts the failed runs among those without a loss.
func (s *Study) falseAlarms() (failed, of int) {
	return s.said(Fail, func(planted float64) bool { return planted == 0 })
}

// falsePasses counts the passed runs among those with a loss well above the allowed one.
func (s *Study) falsePasses() (passed, of int) {
	return s.said(Pass, func(planted float64) bool { return planted > 1.5*s.MaxLoss })
}

// said counts the valid runs with certain planted losses, and how many of them had an outcome.
func (s *Study) said(o Outcome, planted func(float64) bool) (so, of int) {
	for _, r := range s.Runs {
		if !r.Valid || !planted(r.Planted) {
			continue
		}
		of++
		if r.Outcome == o {
			so++
		}
	}
	return so, of
}

// alpha returns the gate's probability of an error, from the runs.
func (s *Study) alpha() (alpha float64) {
	for _, r := range s.Runs {
		alpha = max(alpha, r.Alpha)
	}
	return alpha
}
