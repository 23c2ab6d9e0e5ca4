// Package result holds the result of a run of classibench, and judges it.
//
// A [Result] is the content of result.json. [Judge] and [JudgeGate] derive the verdict
// from its values alone, so a stored result gets the same verdict when it is read again.
// [Consistent] checks that the stored conclusions follow from the measurements. The
// package is pure except for [Read], which opens a file: it reads no clock, starts no
// process and links no load engine. Package bench measures, package reports shows results.
package result

import (
	"time"
)

// Schema is the version of result.json. It changes when a key changes its
// meaning or goes away, not when one is added.
const Schema = 1

// A Result is everything that one run of classibench found: the content of
// result.json and the source of every report. Times are seconds, rates are hits
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
	Database    Databases   `json:"database,omitempty"`
	Limits      Limits      `json:"limits,omitempty"`
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
	return (r.Capacity == nil || len(r.Capacity.Throughput) == 0) && (r.Replay == nil || len(r.Replay.Trials) == 0) && (r.Gate == nil || len(r.Gate.Sessions) == 0) && len(r.Limits) == 0
}

// Scenario describes the load, so that a reader needs no other file.
type Scenario struct {
	Name        string    `json:"name"`
	Description string    `json:"description,omitempty"`
	Seed        int64     `json:"seed"` // of the traffic
	Ads         int       `json:"ads,omitempty"`
	Routes      []string  `json:"routes"`
	Objective   Objective `json:"objective"`
	Digest      string    `json:"digest"`           // SHA-256 of the scenario's source, or of source and replay
	Source      string    `json:"source,omitempty"` // SHA-256 of the source, if the replay is not the scenario's
}

// Objective is the goal that a stage of the replay has to meet.
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
	Pinning      string            `json:"pinning"`            // a sentence: the cores of generator and targets
	Unpinned     string            `json:"unpinned,omitempty"` // why generator and targets share cores, though they should not
	Versions     map[string]string `json:"versions,omitempty"`
	Database     string            `json:"database,omitempty"` // the database server of the targets
	Quota        *Quota            `json:"cpu_quota,omitempty"`
	OpenFilesMax uint64            `json:"open_files_max"`
}

// A Quota limits the CPU time of all processes of a control group: of the generator and of
// the targets that were started, or of a target that ran already.
type Quota struct {
	Cores            float64 `json:"cores"`
	From             string  `json:"from"`              // the file with the limit
	ThrottledSeconds float64 `json:"throttled_seconds"` // for which it stopped processes during the run, summed over cores
	ThrottledPeriods uint64  `json:"throttled_periods"` // in which it was used up
}

// Target is one system under test.
type Target struct {
	Name    string   `json:"name"`
	Kind    string   `json:"kind"`
	Command []string `json:"command,omitempty"`
	Build   string   `json:"build,omitempty"` // how the program was built

	Instances int `json:"instances,omitempty"` // of a server, if several share the requests behind a balancer
}

// Capacity is the closed-loop comparison: throughput with a fixed number of
// users who never wait, in interleaved quads.
type Capacity struct {
	Users        int                   `json:"users"`         // at once: the scenario's number, or fewer if answers take too long for it
	BlockSeconds float64               `json:"block_seconds"` // length of a turn of the baseline in the last session
	Seconds      float64               `json:"seconds"`       // of all sessions, starts included
	Sessions     int                   `json:"sessions"`      // all targets are restarted before each
	Throughput   map[string]Throughput `json:"throughput"`    // by target
	Gain         *Gain                 `json:"gain,omitempty"`
	Gains        map[string]Gain       `json:"gains,omitempty"` // by candidate, if more than one
	Quads        []Quad                `json:"quads"`
	Excluded     int                   `json:"void,omitempty"` // number of quads left out, since one side completed nothing
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

// Throughput is the rate that one target sustained over all its blocks.
type Throughput struct {
	RPS     float64 `json:"rps"` // right answers ÷ time of all blocks
	Hits    uint64  `json:"hits"`
	Errors  uint64  `json:"errors"`
	Latency Latency `json:"latency"` // service time in the closed loop

	Connections *Connections `json:"connections,omitempty"`
}

// Gain is the ratio of a candidate's throughput to the baseline's, with its
// confidence interval.
type Gain struct {
	Baseline  string   `json:"baseline,omitempty"`
	Candidate string   `json:"candidate"`
	Ratio     float64  `json:"ratio"` // geometric mean over the quads
	Low       float64  `json:"low"`
	High      float64  `json:"high"`
	Level     float64  `json:"level"` // 0.95
	Quads     int      `json:"quads"`
	Sessions  int      `json:"sessions,omitempty"` // number of sessions with these quads
	DF        Float    `json:"df"`                 // degrees of freedom of the interval
	Drift     float64  `json:"drift"`              // share of the variance between sessions that the variance within them does not explain
	ACF1      float64  `json:"acf1"`
	Wilcoxon  [2]Float `json:"wilcoxon"` // exact signed-rank interval of the ratio; infinite ends mean too few quads
	MDE       float64  `json:"mde"`      // smallest relative change that this run detects with 80% power
}

// Quad is four blocks in the order A B B A, for one candidate. If turns are short,
// A B B A is repeated, and a block is the sum of all turns at its place. Its JSON also
// holds its Value, under the key d.
type Quad struct {
	Candidate string  `json:"candidate"`
	Session   int     `json:"session"` // number of the session, from 0
	At        float64 `json:"at"`      // seconds since the run began
	Blocks    []Block `json:"blocks"`
}

// Block is the sum of all turns of the closed loop against one target at one place of
// a quad.
type Block struct {
	Target  string  `json:"target"`
	Hits    uint64  `json:"hits"`
	Errors  uint64  `json:"errors"`
	Seconds float64 `json:"seconds"`
	CPU     float64 `json:"cpu"` // seconds of CPU used by the target's tree

	Generator float64 `json:"generator"`           // share of its cores that the generator used
	Turns     int     `json:"turns,omitempty"`     // number of turns in the sum
	Drain     float64 `json:"drain,omitempty"`     // seconds from the end of the turns until all pending requests were answered
	Processes int     `json:"processes,omitempty"` // largest number in the target's tree after a turn
	Threads   int     `json:"threads,omitempty"`   // threads of those processes

	SingleThreaded int `json:"single_threaded,omitempty"` // processes of one thread
	Workers        int `json:"workers,omitempty"`         // of those, without a child
}

// Replay is the same open-loop traffic offered to each target in turn.
type Replay struct {
	Seconds  float64 `json:"seconds"`
	Timeout  float64 `json:"timeout"`
	Capacity float64 `json:"capacity"` // hits per second of the baseline; relative rates refer to it
	Stages   []Stage `json:"stages"`
	Trials   []Trial `json:"trials"`

	Traffic *Traffic `json:"traffic,omitempty"` // the file that was replayed, if there was one

	DoubleUpTo string    `json:"double_up_to,omitempty"` // highest rate at which the last stage was to be repeated
	Doubled    []Doubled `json:"doubled,omitempty"`      // its repetitions, in the order of the targets
}

// Traffic is the part of a traffic file that was replayed. Times count from its start.
type Traffic struct {
	File    string    `json:"file"`
	Start   time.Time `json:"start,omitzero"` // zero: not known
	From    float64   `json:"from"`           // seconds
	To      float64   `json:"to"`
	Speed   float64   `json:"speed"`           // how many times faster than recorded
	Times   int       `json:"times"`           // how many times the recorded visitors
	Shape   string    `json:"shape,omitempty"` // mean rate; the times are then random, and only their rate follows the file
	Hits    int       `json:"hits"`            // recorded in the window
	Clients int       `json:"clients"`         // different ones; 0: not known
	Spread  bool      `json:"spread"`          // the log has whole seconds
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
	Rate    string  `json:"rate"`    // as written in the scenario
	Offered float64 `json:"offered"` // mean hits per second

	HitsPerDay float64 `json:"hits_per_day,omitempty"` // of a day with this rate in its busy hour; 0 if the rate has another unit
}

// Trial is one Traffic offered to one Target.
type Trial struct {
	Target      string           `json:"target"`
	Invalid     string           `json:"invalid,omitempty"` // why the figures must not be used
	OfferedRPS  float64          `json:"offered_rps"`
	AchievedRPS float64          `json:"achieved_rps"` // right answers ÷ time until the last one
	Hits        uint64           `json:"hits"`         // right answers
	Errors      uint64           `json:"errors"`
	Faults      map[string]Fault `json:"faults,omitempty"` // errors by kind
	Latency     Latency          `json:"latency"`          // from the due time of a hit
	Service     Latency          `json:"service"`          // from its send time
	SendLag     Latency          `json:"send_lag"`         // from due time to send time
	Connections *Connections     `json:"connections,omitempty"`
	Load        Load             `json:"load,omitzero"` // zero if not known
	Stages      []StageResult    `json:"stages"`
	Routes      []RouteResult    `json:"routes"`
	Series      []Point          `json:"series"`         // one point a second, by due time
	Bins        []Bin            `json:"bins,omitempty"` // the same in periods with enough answers for a percentile
	Samples     []Sample         `json:"samples"`        // ten a second
}

// Fault counts one kind of error and keeps an example of it.
type Fault struct {
	Count   uint64 `json:"count"`
	Example string `json:"example"`
}

// StageResult is the result of one target in a stage of the replay.
type StageResult struct {
	Name        string  `json:"name"`
	OfferedRPS  float64 `json:"offered_rps"`
	AchievedRPS float64 `json:"achieved_rps"` // right answers within the stage ÷ its length
	Hits        uint64  `json:"hits"`
	Errors      uint64  `json:"errors"`
	Latency     Latency `json:"latency"`
	Load        Load    `json:"load,omitzero"`
	Meets       bool    `json:"meets"` // the objective
}

// RouteResult is one route of the mix over the whole replay.
type RouteResult struct {
	Route   string  `json:"route"`
	Hits    uint64  `json:"hits"`
	Errors  uint64  `json:"errors"`
	Latency Latency `json:"latency"`
}

// Latency summarises a histogram. A percentile that the sample does not support
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

// Load is the resource use of a target's process tree over a period.
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

// Known reports whether the processes of the target were seen.
func (l Load) Known() bool { return l.AliveMax > 0 }

// Point is one second of a trial.
type Point struct {
	At     float64 `json:"at"`     // start of the second, since the replay began
	Due    uint64  `json:"due"`    // hits due in it
	Done   uint64  `json:"done"`   // right answers that arrived in it
	Errors uint64  `json:"errors"` // hits due in it without a right answer
	P50    Float   `json:"p50"`    // latency of the hits due in it
	P95    Float   `json:"p95"`
	P99    Float   `json:"p99"`
	Max    Float   `json:"max"`
}

// Bin is a period of a trial, some seconds long, with enough answers for percentiles.
type Bin struct {
	From float64 `json:"from"` // since the replay began
	To   float64 `json:"to"`
	Hits uint64  `json:"hits"` // right answers to the hits due in it
	P50  Float   `json:"p50"`
	P95  Float   `json:"p95"` // unknown if the whole trial has too few answers
	Max  Float   `json:"max"`
}

// Sample is the state of the target's process tree at one moment.
type Sample struct {
	At          float64 `json:"at"`
	CPU         float64 `json:"cpu"` // cores busy since the previous sample
	Runnable    int     `json:"runnable"`
	Defunct     int     `json:"defunct"`
	Alive       int     `json:"alive"`
	Started     uint64  `json:"started"` // since the previous sample, on the whole machine
	Memory      int64   `json:"memory"`
	LoadAverage float64 `json:"load_average"` // the kernel's, over one minute
	CPUPressure float64 `json:"cpu_pressure"` // share of the time since the previous sample in which some task waited for a CPU
}

// Verdict is the conclusion in a sentence, with reasons.
type Verdict struct {
	Sentence  string    `json:"sentence"`            // all sentences
	Sentences []string  `json:"sentences,omitempty"` // of a comparison: the gains of the candidates first, then the rest of the headline
	Reasons   []string  `json:"reasons,omitempty"`
	Valid     bool      `json:"valid"`             // false if a requested part cannot be trusted
	Invalid   []Warning `json:"invalid,omitempty"` // the parts that cannot be trusted, and why
}

// Warning is a doubt about a number, and is shown beside it.
type Warning struct {
	About string `json:"about"` // the key in doubt: "capacity.gain", "replay.trials.cgi"
	Text  string `json:"text"`
}
