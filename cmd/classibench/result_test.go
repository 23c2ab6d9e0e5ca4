package main

import (
	"fmt"
	"os"
	"strconv"
	"strings"

	"github.com/classibench/classibench/bench/result"
)

// checkResult is a command for scripts. It exits with status 1 unless the result in a
// directory is what the script claims:
//
//	classibench-result holds 2.5 DIR   valid, and the interval of the gain holds 2.5
//	classibench-result above 2.5 DIR   the gain is above 2.5, however wide its interval: a busy machine makes it wide
//	classibench-result late DIR        invalid, but only since the generator was late
func checkResult() {
	r, err := result.Read(os.Args[len(os.Args)-1])
	if err == nil {
		err = claim(r, os.Args[1:len(os.Args)-1])
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func claim(r *result.Result, args []string) error {
	if args[0] == "late" {
		return onlyLate(r)
	}
	bound, err := strconv.ParseFloat(args[1], 64)
	if err != nil {
		return err
	}
	g := r.Capacity.Gain
	switch {
	case g == nil || r.GainInvalid(g.Candidate) != "" || r.Partial != "":
		return fmt.Errorf("the gain is not known: %s", r.Verdict.Sentence)
	case args[0] == "holds" && !r.Verdict.Valid:
		return fmt.Errorf("want a valid result: %s", strings.Join(r.Verdict.Reasons, "; "))
	case args[0] == "holds" && g.Low <= bound && bound <= g.High, args[0] == "above" && g.Ratio > bound:
		fmt.Printf("the gain is %.5g, from %.5g to %.5g\n", g.Ratio, g.Low, g.High)
		return nil
	}
	return fmt.Errorf("the gain is %.5g, from %.5g to %.5g; want %v", g.Ratio, g.Low, g.High, args)
}

// onlyLate returns an error unless the replay is all that is invalid, and its reason is
// that the generator fell behind: other processes of a busy machine do that.
func onlyLate(r *result.Result) error {
	if len(r.Verdict.Invalid) == 0 {
		return fmt.Errorf("the result is valid")
	}
	for _, w := range r.Verdict.Invalid {
		if !strings.Contains(w.Text, "the load generator fell behind") {
			return fmt.Errorf("%s: %s", w.About, w.Text)
		}
	}
	return nil
}
