//go:build linux

package costs_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/classibench/classibench/bench/costs"
	"github.com/classibench/classibench/bench/instance"
	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/bench/target"
	"github.com/classibench/classibench/scenarios"
)

// A script in sh costs a process and the runtime of sh. Its start-up and its work cannot be
// separated without a server that does the same work.
func ExamplePlan_Measure() {
	dir, err := os.MkdirTemp("", "")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	script := filepath.Join(dir, "hello.cgi")
	err = os.WriteFile(script, []byte("#!/bin/sh\ni=0; while [ $i -lt 50000 ]; do i=$((i+1)); done\nprintf 'Content-Type: text/plain\\n\\nhello\\n'\n"), 0o755)
	if err != nil {
		panic(err)
	}
	self, err := os.Executable() // which serves CGI programs as well
	if err != nil {
		panic(err)
	}
	t, err := target.Of(scenarios.Target{Name: "hello", Kind: target.CGI, Command: []string{script}}, self)
	if err != nil {
		panic(err)
	}
	p := costs.Plan{
		Candidates: []instance.Candidate{{
			Target: result.Target{Name: "hello", Kind: target.CGI},
			Fresh:  func(context.Context) (target.Target, error) { return t, nil },
		}},
		Scenario: &scenarios.Scenario{Mix: []scenarios.Route{{Name: "page", Weight: 1, Method: "GET", Path: "/", Expect: scenarios.Expect{Body: "hello"}}}},
		Seed:     1, Length: time.Second, Timeout: 10 * time.Second, Dir: dir,
	}
	all, err := p.Measure(context.Background())
	if err != nil {
		panic(err)
	}
	c := all["hello"]
	fmt.Println("a process costs CPU time:", c.Process.CPUSeconds > 0)
	fmt.Println("the runtime is that of", c.Program)
	fmt.Println("the work includes:", c.Work.With)
	// Output:
	// a process costs CPU time: true
	// the runtime is that of an empty script for /bin/sh
	// the work includes: [startup]
}
