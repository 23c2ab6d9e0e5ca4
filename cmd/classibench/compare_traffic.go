package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"runtime/debug"
	"time"

	"github.com/spf13/pflag"

	"github.com/classibench/classibench/bench"
	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/internal/unit"
	"github.com/classibench/classibench/scenarios"
	"github.com/classibench/classibench/scenarios/traffic"
	"github.com/classibench/classibench/scenarios/traffic/replay"
)

// trafficFlags say what is replayed of a traffic file.
type trafficFlags struct {
	file     string
	from, to string
	busiest  time.Duration
	speed    float64
	times    int
	shape    string
}

func (t *trafficFlags) flags(f *pflag.FlagSet) {
	f.StringVar(&t.file, "traffic", "", "traffic `file` whose requests are sent, and replayed at their recorded times (see \"classibench traffic import\")")
	f.StringVar(&t.from, "from", "", "`begin` of the part of the file that is replayed: a time since its start (2h30m), of the day in the zone of its log (15:04) or with a date (RFC 3339)")
	f.StringVar(&t.to, "to", "", "`end` of that part")
	f.DurationVar(&t.busiest, "busiest", 0, "replay the busiest `time` of the file, such as 1h (default: as much as the speed allows in 36s)")
	f.Float64Var(&t.speed, "speed", 1, "replay so `many` times faster than recorded")
	f.IntVar(&t.times, "times", 1, "replay with so `many` times the visitors: more of the same kind, not the same ones")
	f.StringVar(&t.shape, "shape", "", "replay the shape of the file alone: random times at this mean `rate`, such as \"200 hits/s\", which rises and falls as in the file")
}

// The length of a replay for which no part of the file is named. All replays of a run share
// replaysLength.
const (
	replayLength      = 36 * time.Second
	replaysLength     = 2 * replayLength
	quickReplayLength = 6 * time.Second
	longestReplay     = 4 * time.Hour // a result has some kilobytes for each second
	mostTimes         = 1000
	leastDay          = 23 * time.Hour // of traffic, that has the peak and the mean of a day
)

// check reports flags that exclude each other. changed reports whether a flag is given.
func (t *trafficFlags) check(changed func(string) bool) error {
	for _, name := range []string{"from", "to", "busiest", "speed", "times", "shape"} {
		if t.file == "" && changed(name) {
			return usageError(fmt.Errorf("--%s says how a traffic file is replayed, and there is no --traffic", name), "add --traffic FILE; \"classibench traffic import\" makes one of an access log")
		}
	}
	switch {
	case t.file == "":
	case !(t.speed > 0) || math.IsInf(t.speed, 0):
		return usageError(fmt.Errorf("--speed %v is no speed above 0", t.speed), "--speed 60 replays an hour in a minute")
	case t.times < 1 || t.times > mostTimes:
		return usageError(fmt.Errorf("--times %d is not from 1 to %d", t.times, mostTimes), "--times 4 replays with four times the visitors")
	case changed("busiest") && t.busiest <= 0:
		return usageError(fmt.Errorf("--busiest %v is no time above 0", t.busiest), "--busiest 1h replays the busiest hour")
	case changed("busiest") && (changed("from") || changed("to")):
		return usageError(errors.New("--busiest and --from or --to exclude each other: both name the part that is replayed"), "")
	case t.shape != "" && t.times > 1:
		return usageError(errors.New("--shape and --times exclude each other: the rate of --shape says how many hits there are"), "")
	}
	return nil
}

// options returns which part of the file is replayed. Without flags that name a part, it is
// the busiest one that the replay has time for: for a shape, the busiest hour.
func (t *trafficFlags) options(o compareOptions, targets int, header []scenarios.Field) replay.Options {
	r := replay.Options{From: t.from, To: t.to, Busiest: t.busiest, Speed: t.speed, Times: t.times, Seed: o.seed, Header: header}
	length := min(replayLength, replaysLength/time.Duration(max(1, targets)))
	if o.quick {
		length = quickReplayLength
	}
	switch {
	case t.from != "" || t.to != "" || t.busiest > 0:
	case t.shape != "" && t.speed == 1:
		r.Busiest, r.Fit = time.Hour, length
	default:
		r.Busiest = time.Duration(min(float64(length)*t.speed, math.MaxInt64/2))
	}
	return r
}

// trafficPlan returns the plan of a replay of a traffic file: of a pair, or with the targets
// of a scenario.
func (p *program) trafficPlan(ctx context.Context, o compareOptions) (bench.Plan, error) {
	s, header, err := o.trafficTargets()
	if err != nil {
		return bench.Plan{}, err
	}
	rate := scenarios.Rate{}
	if o.traffic.shape != "" {
		if rate, err = scenarios.ParseRate(o.traffic.shape); err != nil {
			return bench.Plan{}, usageError(fmt.Errorf("--shape: %w", err), "write --shape '200 hits/s' or --shape '2M hits/day'")
		}
	}
	p.logf("reading %s", o.traffic.file)
	r, err := replay.Read(ctx, o.traffic.file, o.traffic.options(o, max(2, len(s.Targets)), header))
	if err != nil {
		return bench.Plan{}, trafficError(err)
	}
	if r.Duration() > longestReplay || r.Duration() < time.Second {
		return bench.Plan{}, usageError(fmt.Errorf("the replay would take %v, and may take from 1s to %v", r.Duration().Round(time.Millisecond), longestReplay), "choose another --speed, or another part with --busiest, --from and --to")
	}
	replayed(s, r, rate)
	if o.own != nil {
		o.own.requests.expectText(s.Mix)
		ready(s)
	}
	about := result.Traffic{File: filepath.Base(o.traffic.file), Start: r.About.Start, From: r.From.Seconds(), To: (r.From + r.Length).Seconds(), Speed: r.Speed, Times: r.Times, Shape: o.traffic.shape,
		Hits: len(r.Hits) / r.Times, Clients: r.Clients, Spread: r.About.Spread}
	p.tellTraffic(about, r)
	calmCollector()
	plan := p.planOf(s, digest(fmt.Appendf(scenarios.Encode(s, ""), "%+v", about)), o.seed)
	plan.Recorded = &bench.Recorded{Record: &r.Record, About: about}
	if o.limits > 0 && o.peak == 0 {
		o.traffic.peak(r, &plan)
	}
	return plan, nil
}

// peak takes the peak of a day from the file.
func (t *trafficFlags) peak(r *replay.Replay, plan *bench.Plan) {
	plan.Peak = result.Peak{ToMean: r.PeakToMean, From: result.PeakOfLog}
	if r.Whole < leastDay {
		plan.Warnings = append(plan.Warnings, fmt.Sprintf("limits in hits a day: the traffic in %s covers %s, and its peak and mean may not be those of a day (--peak-to-mean gives the factor)", t.file, unit.Period(r.Whole.Seconds())))
	}
}

// calmCollector makes the garbage collector run a fifth as often, unless GOGC is set or there
// is little memory left: it delays hits, on two cores by ten milliseconds one time in a
// thousand at 2,000 hits/s.
func calmCollector() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(400)
		debug.SetMemoryLimit(1 << 30)
	}
}

// trafficTargets returns a scenario with the targets that the flags or a scenario name, and
// the fields that each request gets.
func (o *compareOptions) trafficTargets() (s *scenarios.Scenario, header []scenarios.Field, err error) {
	if o.own == nil {
		s, _, err = loadScenario(o.scenario)
		return s, nil, err
	}
	r := &o.own.requests
	if len(r.asked)+len(r.bodies) > 0 || r.file != "" {
		return nil, nil, usageError(errors.New("--traffic and --get, --post or --requests exclude each other: both say what to request"), "")
	}
	s = ownDefaults()
	s.Capacity.Budget = cmp.Or(o.budget, s.Capacity.Budget)
	if s.Targets, err = o.own.readTargets(); err != nil {
		return nil, nil, err
	}
	s.Name = names(s.Targets)
	fields := &traffic.List{Requests: []traffic.Request{{}}}
	err = r.addHeaders(fields)
	return s, fields.Requests[0].Header, err
}

// replayed makes a scenario of the requests and the times of a replay. A right answer is that
// of the baseline.
func replayed(s *scenarios.Scenario, r *replay.Replay, shape scenarios.Rate) {
	s.Mix, s.Draw = r.Mix, nil
	for i := range s.Mix {
		s.Mix[i].Expect = scenarios.Expect{Baseline: true}
	}
	s.Replay.DoubleUpTo = scenarios.Rate{}
	if s.Replay.Stages = r.Stages(); shape.Value > 0 {
		s.Replay.Stages = r.Shape(shape)
	}
}

// tellTraffic reports what is replayed, and for how long.
func (p *program) tellTraffic(t result.Traffic, r *replay.Replay) {
	for _, n := range r.Notes {
		p.logf("requests: %s", n)
	}
	part := fmt.Sprintf("%s of %s, from %s to %s since its start", unit.Count(t.Hits, "request"), t.File, time.Duration(t.From*1e9).Round(time.Millisecond), time.Duration(t.To*1e9).Round(time.Millisecond))
	how := fmt.Sprintf("at %s times the recorded speed", unit.Plain(t.Speed))
	switch {
	case t.Shape != "":
		how = "at random times, " + t.Shape + " on average"
	case t.Speed == 1:
		how = "at the recorded times"
	}
	p.logf("replaying %s, %s: %s for each target (--busiest, --from, --to and --speed choose)", part, how, unit.Duration(r.Duration().Seconds()))
}
