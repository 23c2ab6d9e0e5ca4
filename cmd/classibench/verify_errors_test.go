package main

import (
	"fmt"
	"testing"

	"github.com/classibench/classibench/bench/parity"
)

func TestStatusOfVerifyErrors(t *testing.T) {
	for _, c := range []struct {
		err  error
		want int
	}{
		{&parity.InputError{Problem: "it runs already", Hint: "give its command"}, exitUsage},
		{&parity.InputError{Problem: "they share their data", Hint: "separate them", Shared: true}, exitInvalid},
		{&parity.InputError{Problem: "its command restores nothing", Hint: "run it by hand", Unrestored: true}, exitInvalid},
		{&parity.BaselineError{Target: "old", Request: "GET /", Problem: "status 500"}, exitInvalid},
	} {
		code, hint := explain((&program{}).describeVerify(fmt.Errorf("verify: %w", c.err)))
		if code != c.want || hint == "" {
			t.Errorf("%v: got exit status %d and the hint %q, want %d", c.err, code, hint, c.want)
		}
	}
}
