package history

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/internal/git"
)

// A Run is what the history keeps of a result.
type Run struct {
	ID       int64     `json:"id"` // given by Add
	Began    time.Time `json:"began"`
	Commit   Commit    `json:"commit"`
	Label    string    `json:"label,omitempty"`
	Excluded string    `json:"doubt,omitempty"` // why its figures are shown but not counted
	Setting  Setting   `json:"-"`
	Measures []Measure `json:"-"`

	identity string
	raw      []byte
}

// A Commit is the version of the measured program. Each field may be unknown.
type Commit = git.Commit

// A Setting is the machine and the workload. Only runs with the same setting are compared.
// The seed, the number of ads and the length of the replay can differ from those in the
// scenario.
type Setting struct {
	Scenario    string  `json:"scenario"`
	Digest      string  `json:"digest"` // of the scenario
	Seed        int64   `json:"seed"`
	Ads         int     `json:"ads"`
	Replay      float64 `json:"replay"` // seconds; 0 for none
	OS          string  `json:"os"`
	Arch        string  `json:"arch"`
	Kernel      string  `json:"kernel"`
	CPU         string  `json:"cpu"`
	Cores       int     `json:"cores"`
	TargetCores int     `json:"target_cores"` // 0 if generator and target shared all
	Go          string  `json:"go"`
}

// ErrNothing means that a result has no figure for the history.
var ErrNothing = errors.New("it holds neither a gain nor a throughput nor a p95")

// NewRun returns the run of a result; raw is the JSON of the result, which the history
// stores unchanged. It sets Began, Setting, Excluded and Measures; the caller sets the
// commit. The error wraps ErrNothing if the result has no figure to compare.
func NewRun(r *result.Result, raw []byte) (Run, error) {
	run := Run{Began: r.Began, Excluded: excluded(r), Setting: newSetting(r), Measures: measures(r), identity: identify(r), raw: raw}
	switch {
	case r.Began.IsZero():
		return Run{}, errors.New("take a run from a result: it has no time of the run")
	case len(run.Measures) == 0:
		return Run{}, fmt.Errorf("take a run from a result: %w", ErrNothing)
	}
	return run, nil
}

// identify returns the identity of a run: a hash of machine, scenario and start time. A
// result that was formatted differently, drawn again by a later version or judged again is
// of the same run.
func identify(r *result.Result) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%q %q %q %s", r.Environment.Host, r.Scenario.Name, r.Scenario.Digest, r.Began.UTC().Format(time.RFC3339Nano)))
	return hex.EncodeToString(sum[:])
}

func excluded(r *result.Result) string {
	switch {
	case r.Partial != "":
		return "partial: " + r.Partial
	case !r.Verdict.Valid && len(r.Verdict.Reasons) > 0:
		return "invalid: " + r.Verdict.Reasons[0]
	case !r.Verdict.Valid:
		return "invalid"
	}
	return ""
}

func newSetting(r *result.Result) Setting {
	e := r.Environment
	s := Setting{
		Scenario: r.Scenario.Name, Digest: r.Scenario.SourceDigest(), Seed: r.Scenario.Seed, Ads: r.Scenario.Ads,
		OS: e.OS, Arch: e.Arch, Kernel: e.Kernel, CPU: e.CPU, Cores: e.Cores, TargetCores: len(e.TargetCPUs), Go: e.Go,
	}
	if r.Replay != nil {
		s.Replay = r.Replay.Seconds
	}
	return s
}
