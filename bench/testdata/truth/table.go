package main

import (
	"fmt"
	"math"
	"strings"
	"time"
)

const (
	mostOff   = time.Millisecond // of a median latency from what a plain client sees of the same server
	mostMiss  = 0.1              // of all intervals may miss the ratio; 0.05 is expected
	missedOut = " **missed**"
)

func (s *study) truth() float64 { return s.Slow.Seconds() / s.Fast.Seconds() }

func (s *study) header() {
	fmt.Printf("Two servers that take %v and %v for a request: a gain of %.4g.\n\n", s.Slow, s.Fast, s.truth())
	fmt.Println("| run | gain | 95% interval | plain client: slow, fast | p50 of the slow, the fast at 1 hit/s | at 40 hits/s | errors | exit code |")
	fmt.Println("| --- | --- | --- | --- | --- | --- | --- | --- |")
}

func (s *study) row(r run) {
	missed := ""
	if !s.holds(r) {
		missed = missedOut
	}
	var medians []string
	for i := range len(r.Latency) / 2 {
		medians = append(medians, r.median(r.Latency[i])+", "+r.median(r.Latency[i+len(r.Latency)/2]))
	}
	fmt.Printf("| %d | %.4g | %.5g to %.5g%s | %.2f ms, %.2f ms | %s | %d | %d |\n", r.Seed, r.Ratio, r.Low, r.High, missed, 1000*r.Plain["slow"], 1000*r.Plain["fast"], strings.Join(medians, " | "), r.Errors, r.Code)
}

func (r run) median(x stage) string {
	text := fmt.Sprintf("%.2f ms", 1000*x.P50)
	if !r.near(x) {
		text += missedOut
	}
	return text
}

func (s *study) holds(r run) bool { return r.Low <= s.truth() && s.truth() <= r.High }

func (r run) near(x stage) bool { return math.Abs(x.P50-r.Plain[x.Target]) <= mostOff.Seconds() }

// verdict sums up, and reports whether that is as it should be.
func (s *study) verdict() bool {
	held, near, medians, errors, invalid := 0, 0, 0, 0, 0
	for _, r := range s.Runs {
		if s.holds(r) {
			held++
		}
		for _, x := range r.Latency {
			if medians++; r.near(x) {
				near++
			}
		}
		errors += r.Errors
		if r.Code != 0 {
			invalid++
		}
	}
	fmt.Printf("\n%d of %d intervals hold the gain of %.4g; %d of %d medians are within %v of what a plain client sees; %d errors; %d of %d runs exit with another status than 0.\n",
		held, len(s.Runs), s.truth(), near, medians, mostOff, errors, invalid, len(s.Runs))
	return float64(len(s.Runs)-held) <= mostMiss*float64(len(s.Runs)) && near == medians && errors == 0 && invalid == 0
}
