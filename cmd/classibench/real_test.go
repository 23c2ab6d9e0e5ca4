//go:build linux

package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/classibench/classibench/bench/result"
)

var realRuns = flag.String("real", "", "measure the recipes: full, or quick")

// TestReal follows every recipe with the installed command, and prints a table. Each row must
// be without problems.
func TestReal(t *testing.T) {
	flags, ok := map[string]string{"full": "", "quick": "--quick --budget 4s"}[*realRuns]
	if !ok {
		t.Skip("make real runs it")
	}
	bin := filepath.Join(t.TempDir(), "classibench")
	if out, err := exec.Command("go", "build", "-o", bin, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	var table, said strings.Builder
	fmt.Fprintf(&table, "| server | gain | 95%% interval | errors in the replay | p50, CGI | p50 | exit code | seconds |\n|:--|--:|--:|--:|--:|--:|--:|--:|\n")
	for _, r := range readRecipes(t, "recipes.md") {
		t.Run(r.name, func(t *testing.T) {
			r.need(t)
			table.WriteString(r.measure(t, bin+` "$@" `+flags, &said).row(r.name))
		})
	}
	fmt.Printf("\n%s\n%s", table.String(), said.String()) // at the end, where a long log is read
	if *update && !t.Failed() {
		showReal(t, table.String())
	}
}

// showReal writes the table into docs/recipes.md.
func showReal(t *testing.T, table string) {
	t.Helper()
	const page, begin, end = "../../docs/recipes.md", "<!-- real:begin -->\n", "<!-- real:end -->"
	b, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(b), begin)
	_, after, closed := strings.Cut(rest, end)
	if !ok || !closed {
		t.Fatalf("%s has no place for the table", page)
	}
	if err := os.WriteFile(page, []byte(before+begin+table+end+after), 0o644); err != nil {
		t.Fatal(err)
	}
}

// A dish is the result of a recipe.
type dish struct {
	code   int
	result *result.Result
}

// measure follows a recipe, and repeats it if the machine, or a moment in which the server
// was slow, may be the reason of its problems. It writes all of them to said.
func (r guide) measure(t *testing.T, command string, said io.Writer) (d dish) {
	t.Helper()
	const tries = 3
	for try := 1; try <= tries; try++ {
		var left []string
		d, left = r.follow(t, command)
		problems := append(d.problems(), left...)
		for _, problem := range problems {
			fmt.Fprintf(said, "%s, try %d: %s\n", r.name, try, problem)
		}
		switch {
		case len(problems) == 0:
			return d
		case len(left) > 0 || try == tries || !d.unlucky():
			t.Errorf("%s: %s", r.name, strings.Join(problems, "; "))
			return d
		}
	}
	return d
}

// unlucky reports whether the result is invalid without an error in any answer, or valid
// with so few errors in the closed loop that compare allows them.
func (d dish) unlucky() bool {
	return d.code == exitInvalid && d.errors() == 0 || d.code == exitFine && d.replayErrors() == 0
}

// follow follows a recipe once, and returns what it left behind, too.
func (r guide) follow(t *testing.T, command string) (d dish, left []string) {
	t.Helper()
	dir := t.TempDir()
	openTo(t, dir)
	cmd := kitchen{dir, "TMPDIR=" + dir + " exec " + command}.cook(t, r)
	out, err := cmd.CombinedOutput()
	t.Logf("%s", out)
	exit, failed := errors.AsType[*exec.ExitError](err)
	switch {
	case failed:
		d.code = exit.ExitCode()
	case err != nil:
		t.Fatal(err)
	}
	if d.result, err = result.Read(filepath.Join(dir, "classibench-report")); err != nil {
		t.Fatal(err)
	}
	if processes := processesWith(t, "TMPDIR="+dir); len(processes) > 0 {
		left = append(left, fmt.Sprintf("processes are left: %q", processes))
	}
	if files, _ := filepath.Glob(filepath.Join(dir, "classibench-[0-9]*")); len(files) > 0 {
		left = append(left, fmt.Sprintf("files are left: %v", files))
	}
	return d, left
}

// errors counts the wrong answers of all targets.
func (d dish) errors() (n uint64) {
	if d.result.Capacity != nil {
		for _, x := range d.result.Capacity.Throughput {
			n += x.Errors
		}
	}
	return n + d.replayErrors()
}

func (d dish) replayErrors() (n uint64) {
	if d.result.Replay != nil {
		for _, x := range d.result.Replay.Trials {
			n += x.Errors
		}
	}
	return n
}

// problems returns the problems of a dish.
func (d dish) problems() (all []string) {
	const most = 150 // seconds, of a run without flags
	r := d.result
	if d.code != exitFine {
		all = append(all, fmt.Sprintf("got exit code %d, want 0", d.code))
	}
	if !r.Verdict.Valid || r.Partial != "" {
		all = append(all, fmt.Sprintf("the result is not valid (%s): %s", r.Partial, strings.Join(r.Verdict.Reasons, "; ")))
	}
	if n := d.errors(); n > 0 {
		all = append(all, fmt.Sprintf("got %d wrong answers, want none (%s)", n, d.warnings("capacity")))
	}
	if r.Capacity == nil || r.Capacity.Gain == nil {
		all = append(all, "the gain is not known")
	}
	if r.Replay == nil || len(r.Replay.Trials) != len(r.Targets) {
		all = append(all, "not all targets were replayed")
	}
	if r.Seconds > most {
		all = append(all, fmt.Sprintf("it took %.0f s, want %d at most", r.Seconds, most))
	}
	return all
}

// warnings returns the warnings about the keys of the result that begin with about.
func (d dish) warnings(about string) string {
	var all []string
	for _, w := range d.result.Warnings {
		if strings.HasPrefix(w.About, about) {
			all = append(all, w.Text)
		}
	}
	return strings.Join(all, "; ")
}

// row returns the line of a dish in the table.
func (d dish) row(name string) string {
	cells := []string{"–", "–", "–", "–", "–"}
	if c := d.result.Capacity; c != nil && c.Gain != nil {
		cells[0] = fmt.Sprintf("%.3g×", c.Gain.Ratio)
		if c.Gain.High < 100*c.Gain.Low { // a wider interval is useless
			cells[1] = fmt.Sprintf("%.3g× to %.3g×", c.Gain.Low, c.Gain.High)
		}
	}
	if r := d.result.Replay; r != nil && len(r.Trials) == 2 {
		cells[2] = fmt.Sprint(d.replayErrors())
		cells[3] = milliseconds(r.Trials[0].Latency.P50)
		cells[4] = milliseconds(r.Trials[1].Latency.P50)
	}
	return fmt.Sprintf("| %s | %s | %d | %.0f |\n", name, strings.Join(cells, " | "), d.code, d.result.Seconds)
}

func milliseconds(f result.Float) string {
	if !f.Known() {
		return "–"
	}
	return fmt.Sprintf("%.3g ms", float64(f)*1e3)
}
