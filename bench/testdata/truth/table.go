package main

import (
	"fmt"
	"math"
	"strings"
	"time"
)

const (
	mostOff   = time.Millisecond // of a median latency from the service time
	mostMiss  = 0.1              // of all intervals may miss the ratio; 0.05 is expected
	missedOut = " **missed**"
)

func (s *study) truth() float64 { return s.Slow.Seconds() / s.Fast.Seconds() }

func (s *study) header() {
	fmt.Printf("Two servers that take %v and %v for a request: a gain of %.4g.\n\n", s.Slow, s.Fast, s.truth())
	fmt.Println("| run | gain | 95% interval | p50 of the slow, the fast at 1 hit/s | at 40 hits/s | errors | exit code |")
	fmt.Println("| --- | --- | --- | --- | --- | --- | --- |")
}

func (s *study) row(r run) {
	missed := ""
	if !s.holds(r) {
		missed = missedOut
	}
	var medians []string
	for i := range len(r.Latency) / 2 {
		medians = append(medians, s.median(r.Latency[i])+", "+s.median(r.Latency[i+len(r.Latency)/2]))
	}
	fmt.Printf("| %d | %.4g | %.5g to %.5g%s | %s | %d | %d |\n", r.Seed, r.Ratio, r.Low, r.High, missed, strings.Join(medians, " | "), r.Errors, r.Code)
}

func (s *study) median(x stage) string {
	text := fmt.Sprintf("%.2f ms", 1000*x.P50)
	if !s.near(x) {
		text += missedOut
	}
	return text
}

func (s *study) holds(r run) bool { return r.Low <= s.truth() && s.truth() <= r.High }

func (s *study) near(x stage) bool {
	service := s.Slow
	if x.Target == "fast" {
		service = s.Fast
	}
	return math.Abs(x.P50-service.Seconds()) <= mostOff.Seconds()
}

// verdict sums up, and reports whether that is as it should be.
func (s *study) verdict() bool {
	held, near, medians, errors, invalid := 0, 0, 0, 0, 0
	for _, r := range s.Runs {
		if s.holds(r) {
			held++
		}
		for _, x := range r.Latency {
			if medians++; s.near(x) {
				near++
			}
		}
		errors += r.Errors
		if r.Code != 0 {
			invalid++
		}
	}
	fmt.Printf("\n%d of %d intervals hold the gain of %.4g; %d of %d medians are within %v of the service time; %d errors; %d of %d runs exit with another status than 0.\n",
		held, len(s.Runs), s.truth(), near, medians, mostOff, errors, invalid, len(s.Runs))
	return float64(len(s.Runs)-held) <= mostMiss*float64(len(s.Runs)) && near == medians && errors == 0 && invalid == 0
}
