package history

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/classibench/classibench/bench"
)

// A Run is what the history keeps of a result.
type Run struct {
	ID       int64     `json:"id"` // given by Add
	Began    time.Time `json:"began"`
	Commit   Commit    `json:"commit"`
	Label    string    `json:"label,omitempty"`
	Doubt    string    `json:"doubt,omitempty"` // why its figures count for nothing, though they are shown
	Setting  Setting   `json:"-"`
	Measures []Measure `json:"-"`

	identity string
	raw      []byte
}

// A Commit is the version of the program that was measured. All of it may be
// unknown.
type Commit struct {
	Hash    string    `json:"hash,omitempty"`
	Subject string    `json:"subject,omitempty"`
	At      time.Time `json:"at,omitzero"` // the committer's date
}

// A Setting is what runs have to share for their figures to be compared: the
// machine and the workload. The seed, the number of ads and the length of the
// replay can be given to a run beside its scenario.
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

// ErrNothing says that a result holds nothing to keep.
var ErrNothing = errors.New("it holds neither a gain nor a throughput nor a p95")

// NewRun takes from a result what the history compares; raw is the JSON that it
// was read from, which is kept as it is. Began, Setting, Doubt and Measures are
// set: what commit it was the caller has to say. The error wraps ErrNothing
// where there is nothing to compare.
func NewRun(r *bench.Result, raw []byte) (Run, error) {
	identity, err := identify(raw)
	if err != nil {
		return Run{}, fmt.Errorf("take a run from a result: %w", err)
	}
	run := Run{Began: r.Began, Doubt: doubt(r), Setting: newSetting(r), Measures: measures(r), identity: identity, raw: raw}
	if len(run.Measures) == 0 {
		return Run{}, fmt.Errorf("take a run from a result: %w", ErrNothing)
	}
	return run, nil
}

// identify returns a digest of the JSON that does not depend on its layout, so
// that a result printed by --json is the same as the one in result.json.
func identify(raw []byte) (string, error) {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return "", err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return "", errors.New("something follows the JSON")
	}
	b, err := json.Marshal(v)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:]), nil
}

func doubt(r *bench.Result) string {
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

func newSetting(r *bench.Result) Setting {
	e := r.Environment
	s := Setting{
		Scenario: r.Scenario.Name, Digest: r.Scenario.Digest, Seed: r.Scenario.Seed, Ads: r.Scenario.Ads,
		OS: e.OS, Arch: e.Arch, Kernel: e.Kernel, CPU: e.CPU, Cores: e.Cores, TargetCores: len(e.TargetCPUs), Go: e.Go,
	}
	if r.Replay != nil {
		s.Replay = r.Replay.Seconds
	}
	return s
}
