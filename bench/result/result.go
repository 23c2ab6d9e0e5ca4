// Package result holds what a run of classibench found, and what follows from it.
//
// A [Result] is what result.json holds. [Judge] and [JudgeGate] reach its verdict from
// the values in it and from nothing else, so that a result that is read again is judged
// alike; [Consistent] checks that what it says follows from what was measured. The
// package is pure, but for [Read], which opens a file: it reads no clock, starts no
// process and links no load engine. What it leaves out: measuring (package bench) and
// showing (package reports).
package result

import (
	"time"
)

// Schema is the version of result.json. It changes when a key changes its
// meaning or goes away, not when one is added.
const Schema = 1

// A Result is everything that one run of classibench found: what result.json
// holds, and what every report is drawn from. Times are seconds, rates are hits
// per second, shares are between 0 and 1.
type Result struct {
	Schema      int         `json:"schema"`
	Version     string      `json:"version"`           // of classibench
	Command     []string    `json:"command,omitempty"` // that measured it
	Began       time.Time   `json:"began"`
	Seconds     float64     `json:"seconds"`           // how long the run took
	Partial     string      `json:"partial,omitempty"` // why the run ended early
	Scenario    Scenario    `json:"scenario"`
	Environment Environment `json:"environment"`
	Targets     []Target    `json:"targets"` // the first is the baseline
	Answers     *Answers    `json:"answers,omitempty"`
	Capacity    *Capacity   `json:"capacity,omitempty"`
	Replay      *Replay     `json:"replay,omitempty"`
	Costs       Costs       `json:"costs,omitempty"`
	Gate        *Gate       `json:"gate,omitempty"`
	Verdict     Verdict     `json:"verdict"`
	Warnings    []Warning   `json:"warnings"`
}

// Baseline is the target that gains refer to.
func (r *Result) Baseline() string {
	switch {
	case r.Capacity != nil && r.Capacity.Gain != nil && r.Capacity.Gain.Baseline != "":
		return r.Capacity.Gain.Baseline
	case len(r.Targets) > 0:
		return r.Targets[0].Name
	}
	return ""
}

// Empty reports whether nothing was measured.
func (r *Result) Empty() bool {
	return (r.Capacity == nil || len(r.Capacity.Throughput) == 0) && (r.Replay == nil || len(r.Replay.Trials) == 0) && (r.Gate == nil || len(r.Gate.Sessions) == 0)
}

// Scenario says what was offered, so that a reader needs no other file.
type Scenario struct {
	Name        string    `json:"name"`
	Description string    `json:"description,omitempty"`
	Seed        int64     `json:"seed"` // of the traffic
	Ads         int       `json:"ads,omitempty"`
	Routes      []string  `json:"routes"`
	Objective   Objective `json:"objective"`
	Digest      string    `json:"digest"`           // of what was measured: the SHA-256 of the scenario's source, or of source and replay
	Source      string    `json:"source,omitempty"` // SHA-256 of the source, where the replay is not the scenario's
}

// Objective is what a stage of the replay has to meet.
type Objective struct {
	P95    float64 `json:"p95"`
	Errors float64 `json:"errors"`
}

// Environment is the machine and the settings of a run.
type Environment struct {
	OS           string            `json:"os"`
	Arch         string            `json:"arch"`
	Kernel       string            `json:"kernel"`
	CPU          string            `json:"cpu"`
	Cores        int               `json:"cores"`
	Memory       int64             `json:"memory"` // bytes
	Go           string            `json:"go"`
	Host         string            `json:"host,omitempty"`
	TargetCPUs   []int             `json:"target_cpus,omitempty"`
	LoadCPUs     []int             `json:"load_cpus,omitempty"`
	Pinning      string            `json:"pinning"`            // a sentence: how generator and target were kept apart
	Unpinned     string            `json:"unpinned,omitempty"` // why they were not, though they were to be
	Versions     map[string]string `json:"versions,omitempty"`
	OpenFilesMax uint64            `json:"open_files_max"`
}

// Target is one system under test.
type Target struct {
	Name    string   `json:"name"`
	Kind    string   `json:"kind"`
	Command []string `json:"command,omitempty"`
	Build   string   `json:"build,omitempty"` // how the program was built
}

// Capacity is the closed-loop comparison: throughput with a fixed number of
// users who never wait, in interleaved quads.
type Capacity struct {
	Users        int                   `json:"users"`         // at once: the scenario's, or fewer where answers take too long for so many
	BlockSeconds float64               `json:"block_seconds"` // of a turn of the baseline, in the last session
	Seconds      float64               `json:"seconds"`       // of all sessions, with what starting took
	Sessions     int                   `json:"sessions"`      // before each of which all targets were started again
	Throughput   map[string]Throughput `json:"throughput"`    // by target
	Gain         *Gain                 `json:"gain,omitempty"`
	Gains        map[string]Gain       `json:"gains,omitempty"` // by candidate, if more than one
	Quads        []Quad                `json:"quads"`
	Excluded     int                   `json:"void,omitempty"` // quads left out, since one side completed nothing
}

// GainOf is the gain of a candidate, if it is known.
func (c *Capacity) GainOf(candidate string) (Gain, bool) {
	if g, ok := c.Gains[candidate]; ok {
		return g, true
	}
	if c.Gain != nil && c.Gain.Candidate == candidate {
		return *c.Gain, true
	}
	return Gain{}, false
}

// Throughput is what one target sustained over all its blocks.
type Throughput struct {
	RPS     float64 `json:"rps"` // right answers ÷ time of all blocks
	Hits    uint64  `json:"hits"`
	Errors  uint64  `json:"errors"`
	Latency Latency `json:"latency"` // service time in the closed loop

	Connections *Connections `json:"connections,omitempty"`
}

// Gain is how many times the baseline's throughput a candidate has, with its
// confidence interval.
type Gain struct {
	Baseline  string   `json:"baseline,omitempty"`
	Candidate string   `json:"candidate"`
	Ratio     float64  `json:"ratio"` // geometric mean over the quads
	Low       float64  `json:"low"`
	High      float64  `json:"high"`
	Level     float64  `json:"level"` // 0.95
	Quads     int      `json:"quads"`
	Sessions  int      `json:"sessions,omitempty"` // that hold these quads
	DF        Float    `json:"df"`                 // degrees of freedom of the interval
	Drift     float64  `json:"drift"`              // share of the variance between sessions that the quads inside do not explain
	ACF1      float64  `json:"acf1"`
	Wilcoxon  [2]Float `json:"wilcoxon"` // exact signed-rank interval of the ratio; infinite ends mean too few quads
	MDE       float64  `json:"mde"`      // smallest relative change that this run would have seen with 80% power
}

// Quad is four blocks in the order A B B A, for one candidate. Where turns are short,
// A B B A is repeated, and a block is all turns at its place. In JSON it has its Value as
// well, under the key d.
type Quad struct {
	Candidate string  `json:"candidate"`
	Session   int     `json:"session"` // number of the session, from 0
	At        float64 `json:"at"`      // seconds since the run began
	Blocks    []Block `json:"blocks"`
}

// Block is the closed loop against one target at one place of a quad, all turns
// added up.
type Block struct {
	Target  string  `json:"target"`
	Hits    uint64  `json:"hits"`
	Errors  uint64  `json:"errors"`
	Seconds float64 `json:"seconds"`
	CPU     float64 `json:"cpu"` // seconds of CPU used by the target's tree

	Generator float64 `json:"generator"`           // share of its cores that the generator used
	Turns     int     `json:"turns,omitempty"`     // that were added up
	Drain     float64 `json:"drain,omitempty"`     // seconds after the turns until all that was under way was answered
	Processes int     `json:"processes,omitempty"` // of the target's tree after a turn, at most
	Threads   int     `json:"threads,omitempty"`   // of those

	SingleThreaded int `json:"single_threaded,omitempty"` // processes of one thread
}

// Replay is the same open-loop traffic offered to each target in turn.
type Replay struct {
	Seconds  float64 `json:"seconds"`
	Timeout  float64 `json:"timeout"`
	Capacity float64 `json:"capacity"` // hits per second of the baseline, to which rates referred
	Stages   []Stage `json:"stages"`
	Trials   []Trial `json:"trials"`

	DoubleUpTo string    `json:"double_up_to,omitempty"` // highest rate at which the last stage was to be repeated
	Doubled    []Doubled `json:"doubled,omitempty"`      // its repetitions, in the order of the targets
}

// Doubled is the last stage at a higher rate, after the replay of a target that met the
// objective in all rates before.
type Doubled struct {
	Target  string      `json:"target"`
	Invalid string      `json:"invalid,omitempty"` // why these figures must not be used
	Stage   Stage       `json:"stage"`
	Result  StageResult `json:"result"`
}

// Stage is a stretch of the replay.
type Stage struct {
	Name    string  `json:"name"`
	From    float64 `json:"from"` // seconds since the replay began
	To      float64 `json:"to"`
	Rate    string  `json:"rate"`    // as the scenario says it
	Offered float64 `json:"offered"` // mean hits per second

	HitsPerDay float64 `json:"hits_per_day,omitempty"` // of the day whose busy hour it is; 0 if the rate has another unit
}

// Trial is one Traffic offered to one Target.
type Trial struct {
	Target      string           `json:"target"`
	Invalid     string           `json:"invalid,omitempty"` // why these figures must not be used
	OfferedRPS  float64          `json:"offered_rps"`
	AchievedRPS float64          `json:"achieved_rps"` // right answers ÷ time until the last one
	Hits        uint64           `json:"hits"`         // right answers
	Errors      uint64           `json:"errors"`
	Faults      map[string]Fault `json:"faults,omitempty"` // errors by kind
	Latency     Latency          `json:"latency"`          // from the moment a hit was due
	Service     Latency          `json:"service"`          // from the moment it was sent
	SendLag     Latency          `json:"send_lag"`         // from due to sent
	Connections *Connections     `json:"connections,omitempty"`
	Load        Load             `json:"load"`
	Stages      []StageResult    `json:"stages"`
	Routes      []RouteResult    `json:"routes"`
	Series      []Point          `json:"series"`         // one point a second, counted by the moment a hit was due
	Bins        []Bin            `json:"bins,omitempty"` // the same in stretches that hold enough answers for a percentile
	Samples     []Sample         `json:"samples"`        // ten a second
}

// Fault counts one kind of error and keeps an example of it.
type Fault struct {
	Count   uint64 `json:"count"`
	Example string `json:"example"`
}

// StageResult is a stage of the replay as one target lived through it.
type StageResult struct {
	Name        string  `json:"name"`
	OfferedRPS  float64 `json:"offered_rps"`
	AchievedRPS float64 `json:"achieved_rps"` // right answers given within the stage ÷ its length
	Hits        uint64  `json:"hits"`
	Errors      uint64  `json:"errors"`
	Latency     Latency `json:"latency"`
	Load        Load    `json:"load"`
	Meets       bool    `json:"meets"` // the objective
}

// RouteResult is one route of the mix over the whole replay.
type RouteResult struct {
	Route   string  `json:"route"`
	Hits    uint64  `json:"hits"`
	Errors  uint64  `json:"errors"`
	Latency Latency `json:"latency"`
}

// Latency summarises a histogram. A percentile that the sample cannot support
// is NaN in memory, null in JSON and a dash in reports.
type Latency struct {
	Count     uint64 `json:"count"`
	Mean      Float  `json:"mean"`
	P50       Float  `json:"p50"`
	P90       Float  `json:"p90"`
	P95       Float  `json:"p95"`
	P99       Float  `json:"p99"`
	P999      Float  `json:"p999"`
	Max       Float  `json:"max"`
	Histogram string `json:"histogram,omitempty"` // HdrHistogram V2, compressed, base64; in microseconds
}

// Load is what a target's process tree used over a stretch of time.
type Load struct {
	CPU          float64 `json:"cpu"`           // seconds of CPU, user and system, reaped children included
	CPUCores     float64 `json:"cpu_cores"`     // CPU ÷ time: how many cores were busy
	RunnableMean float64 `json:"runnable_mean"` // tasks running or waiting for a core
	RunnableMax  int     `json:"runnable_max"`
	DefunctMean  float64 `json:"defunct_mean"`
	DefunctMax   int     `json:"defunct_max"`
	AliveMax     int     `json:"alive_max"`  // processes
	Started      uint64  `json:"started"`    // tasks started on the whole machine
	MemoryMax    int64   `json:"memory_max"` // bytes resident, summed over the tree
}

// Point is one second of a trial.
type Point struct {
	At     float64 `json:"at"`     // start of the second, since the replay began
	Due    uint64  `json:"due"`    // hits that fell due in it
	Done   uint64  `json:"done"`   // right answers that arrived in it
	Errors uint64  `json:"errors"` // hits due in it that went wrong
	P50    Float   `json:"p50"`    // latency of the hits due in it
	P95    Float   `json:"p95"`
	P99    Float   `json:"p99"`
	Max    Float   `json:"max"`
}

// Bin is a stretch of a trial, some seconds long, with so many answers that their
// percentiles are known.
type Bin struct {
	From float64 `json:"from"` // since the replay began
	To   float64 `json:"to"`
	Hits uint64  `json:"hits"` // right answers to the hits due in it
	P50  Float   `json:"p50"`
	P95  Float   `json:"p95"` // unknown where the whole trial has too few answers
	Max  Float   `json:"max"`
}

// Sample is the target's process tree at one moment.
type Sample struct {
	At          float64 `json:"at"`
	CPU         float64 `json:"cpu"` // cores busy since the sample before
	Runnable    int     `json:"runnable"`
	Defunct     int     `json:"defunct"`
	Alive       int     `json:"alive"`
	Started     uint64  `json:"started"` // since the sample before, whole machine
	Memory      int64   `json:"memory"`
	LoadAverage float64 `json:"load_average"` // the kernel's, over one minute
	CPUPressure float64 `json:"cpu_pressure"` // share of the time since the sample before in which some task waited for a CPU
}

// Verdict is the answer in a sentence, with reasons.
type Verdict struct {
	Sentence  string    `json:"sentence"`            // all sentences
	Sentences []string  `json:"sentences,omitempty"` // of a comparison: one for each candidate, and what else belongs to the headline
	Reasons   []string  `json:"reasons,omitempty"`
	Valid     bool      `json:"valid"`             // false: something that was asked for cannot be trusted
	Invalid   []Warning `json:"invalid,omitempty"` // the parts that cannot, and why
}

// Warning makes a number doubtful, and is shown beside it.
type Warning struct {
	About string `json:"about"` // the key in doubt: "capacity.gain", "replay.trials.cgi"
	Text  string `json:"text"`
}
