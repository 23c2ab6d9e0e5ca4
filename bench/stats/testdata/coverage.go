//go:build ignore

// Coverage runs a comparison many times on one machine, and counts how many of the
// intervals contain the mean of all estimates.
//
//	go run ./bench/stats/testdata/coverage.go -runs 20 -out docs/study/coverage.json -- classibench compare
//
// The command must accept --json. With -quads, it prints the quads of the given
// result in the format of the recordings beside it, and runs no command:
//
//	go run ./bench/stats/testdata/coverage.go -quads result.json > long/quads.csv
//
// With -again, it measures nothing, but computes the intervals of an earlier study
// again from its quads, with this version.
//
//	go run ./bench/stats/testdata/coverage.go -again docs/study/coverage.json
package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"math"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"

	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/bench/stats"
)

// A run is the result of one comparison.
type run struct {
	Began    time.Time    `json:"began"`
	Seconds  float64      `json:"seconds"`
	Ratio    float64      `json:"ratio"`
	Low      float64      `json:"low"`
	High     float64      `json:"high"`
	DF       result.Float `json:"df"`
	Drift    float64      `json:"drift"`
	Sessions int          `json:"sessions"`
	Valid    bool         `json:"valid"`
	Quads    [][3]float64 `json:"quads"` // session, seconds since the run began, ln(candidate ÷ baseline)
}

// A study is all runs with one command.
type study struct {
	Command     []string           `json:"command"`
	Environment result.Environment `json:"environment"`
	Runs        []run              `json:"runs"`
}

func main() {
	runs := flag.Int("runs", 20, "number of runs")
	out := flag.String("out", "", "file for the study")
	quads := flag.String("quads", "", "print the quads of this result, and do nothing else")
	again := flag.String("again", "", "estimate again from the quads of this study, and do nothing else")
	flag.Parse()
	var err error
	switch {
	case *quads != "":
		err = printQuads(*quads)
	case *again != "":
		err = estimateAgain(*again)
	default:
		err = measure(flag.Args(), *runs, *out)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "coverage:", err)
		os.Exit(1)
	}
}

// measure runs the command and writes the study after each run, so that an
// interrupted study keeps its runs.
func measure(command []string, runs int, out string) error {
	if len(command) == 0 {
		return fmt.Errorf("no command: append one, such as -- classibench compare")
	}
	s := study{Command: append([]string{"classibench"}, withoutOut(command[1:])...)}
	for n := range runs {
		r, err := once(command)
		if err != nil {
			return fmt.Errorf("run %d: %w", n+1, err)
		}
		s.Environment = r.Environment
		s.Environment.Host = ""
		s.Runs = append(s.Runs, runOf(r))
		last := s.Runs[n]
		fmt.Fprintf(os.Stderr, "%2d: %6.1f× (%.1f to %.1f) in %.0f s\n", n+1, last.Ratio, last.Low, last.High, last.Seconds)
		if out == "" {
			continue
		}
		if err := s.write(out); err != nil {
			return err
		}
	}
	fmt.Print(s.table())
	return nil
}

func (s study) write(name string) error {
	b, err := json.MarshalIndent(s, "", " ")
	if err != nil {
		return err
	}
	return os.WriteFile(name, b, 0o644)
}

func estimateAgain(name string) error {
	b, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	var s study
	if err := json.Unmarshal(b, &s); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	for i := range s.Runs {
		s.Runs[i].estimate()
	}
	fmt.Print(s.table())
	return s.write(name)
}

// estimate computes the interval from the quads.
func (r *run) estimate() {
	var sessions []stats.Series
	for i, q := range r.Quads {
		if i == 0 || q[0] != r.Quads[i-1][0] {
			sessions = append(sessions, stats.Series{})
		}
		s := &sessions[len(sessions)-1]
		s.At, s.D = append(s.At, q[1]), append(s.D, q[2])
	}
	g := stats.EstimateSessions(sessions, 0.95)
	bounds := g.Interval.Ratios()
	r.Ratio, r.Low, r.High, r.DF, r.Drift = g.Ratio(), bounds.Low, bounds.High, result.Float(g.DF), g.Drift
}

// withoutOut returns a command without the directory for its report, which is
// irrelevant for the study.
func withoutOut(args []string) []string {
	if i := slices.Index(args, "--out"); i >= 0 && i+1 < len(args) {
		return slices.Delete(slices.Clone(args), i, i+2)
	}
	return args
}

// once runs the command. A measurement that is invalid (exit status 4) counts, and
// its text says so.
func once(command []string) (*result.Result, error) {
	cmd := exec.Command(command[0], append(slices.Clone(command[1:]), "--json")...)
	var out, talk bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &talk
	failed := cmd.Run()
	var r result.Result
	if err := json.Unmarshal(out.Bytes(), &r); err != nil {
		return nil, fmt.Errorf("%s: %v, %w: %s", strings.Join(command, " "), failed, err, talk.String())
	}
	if r.Capacity == nil || r.Capacity.Gain == nil {
		return nil, fmt.Errorf("%s: %v: no gain: %s", strings.Join(command, " "), failed, talk.String())
	}
	return &r, nil
}

func runOf(r *result.Result) run {
	g := r.Capacity.Gain
	out := run{Began: r.Began, Seconds: r.Seconds, Ratio: g.Ratio, Low: g.Low, High: g.High, DF: g.DF, Drift: g.Drift, Sessions: g.Sessions, Valid: r.Verdict.Valid}
	for _, q := range r.Capacity.Quads {
		if q.Candidate == g.Candidate {
			out.Quads = append(out.Quads, [3]float64{float64(q.Session), round(q.At), round(q.Value())})
		}
	}
	return out
}

func round(x float64) float64 { return math.Round(x*1e4) / 1e4 }

// table formats the study in Markdown.
func (s study) table() string {
	var b strings.Builder
	mean := s.mean()
	held, widths := 0, []float64{}
	fmt.Fprintf(&b, "| run | gain | 95%% interval | holds %.1f× | half-width | seconds |\n| ---: | ---: | --- | --- | ---: | ---: |\n", mean)
	for i, r := range s.Runs {
		holds := r.Low <= mean && mean <= r.High
		if holds {
			held++
		}
		half := math.Sqrt(r.High/r.Low) - 1
		widths = append(widths, half)
		fmt.Fprintf(&b, "| %d | %.1f× | %.1f× to %.1f× | %s | ±%.1f%% | %.0f |\n", i+1, r.Ratio, r.Low, r.High, map[bool]string{true: "yes", false: "**no**"}[holds], 100*half, r.Seconds)
	}
	slices.Sort(widths)
	p := stats.Proportion(held, len(s.Runs), 0.95)
	fmt.Fprintf(&b, "\n%d of %d intervals hold the geometric mean of all, %.1f× (95%% interval of the share: %.0f%% to %.0f%%); median half-width ±%.1f%%.\n",
		held, len(s.Runs), mean, 100*p.Low, 100*p.High, 100*widths[len(widths)/2])
	return b.String()
}

// mean returns the geometric mean of the estimates.
func (s study) mean() float64 {
	sum := 0.0
	for _, r := range s.Runs {
		sum += math.Log(r.Ratio)
	}
	return math.Exp(sum / float64(len(s.Runs)))
}

func printQuads(name string) error {
	b, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	var r result.Result
	if err := json.Unmarshal(b, &r); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	if r.Capacity == nil || r.Capacity.Gain == nil {
		return fmt.Errorf("%s contains no gain", name)
	}
	fmt.Println("session,at_seconds,d")
	for _, q := range runOf(&r).Quads {
		fmt.Printf("%.0f,%.2f,%.5f\n", q[0], q[1], q[2])
	}
	return nil
}
