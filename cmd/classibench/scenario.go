package main

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/classibench/classibench/bench/target"
	"github.com/classibench/classibench/internal/terminal"
	"github.com/classibench/classibench/internal/unit"
	"github.com/classibench/classibench/scenarios"
)

func (p *program) scenarioCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "scenario",
		Short: "List, show, write and check scenarios",
		Args:  verbOnly,
		RunE:  func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	list := &cobra.Command{
		Use: "list", Short: "List the scenarios that ship", Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error { return p.scenarioList() },
	}
	p.jsonFlag(list)
	c.AddCommand(list, p.scenarioNewCommand(),
		&cobra.Command{
			Use: "show NAME", Short: "Print a shipped scenario, to start your own from",
			Example: "  classibench scenario show browse > mine.yaml", Args: cobra.ExactArgs(1),
			ValidArgsFunction: completeScenarios,
			RunE:              func(_ *cobra.Command, args []string) error { return p.scenarioShow(args[0]) },
		},
		&cobra.Command{
			Use: "check FILE...", Short: "Report every mistake in scenario files",
			Example: "  classibench scenario check mine.yaml", Args: cobra.MinimumNArgs(1),
			ValidArgsFunction: completeScenarios,
			RunE:              func(_ *cobra.Command, args []string) error { return p.scenarioCheck(args) },
		},
		&cobra.Command{
			Use: "schema", Short: "Print the JSON Schema of scenario files, for editors", Args: cobra.NoArgs,
			RunE: func(*cobra.Command, []string) error { _, err := p.stdout.Write(scenarios.Schema()); return err },
		},
	)
	return c
}

func completeScenarios(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return scenarios.Names(), cobra.ShellCompDirectiveDefault
}

// listed is a scenario in the output of scenario list --json.
type listed struct {
	Name        string  `json:"name"`
	Description string  `json:"description"`
	Seconds     float64 `json:"seconds"` // length of the replay
}

func (p *program) scenarioList() error {
	var all []listed
	for _, name := range scenarios.Names() {
		s, err := scenarios.Load(name)
		if err != nil {
			return err
		}
		all = append(all, listed{s.Name, s.Description, s.Replay.Duration().Seconds()})
	}
	if p.json {
		return p.printJSON(all)
	}
	w := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
	for _, s := range all {
		fmt.Fprintf(w, "%s\t%s\n", s.Name, s.Description)
	}
	return w.Flush()
}

func (p *program) scenarioShow(name string) error {
	src, err := scenarios.Source(name)
	if err != nil {
		return usageError(err, "\"classibench scenario list\" lists them")
	}
	_, err = p.stdout.Write(src)
	return err
}

// scenarioCheck reports the mistakes of all files.
func (p *program) scenarioCheck(files []string) error {
	var bad scenarios.Problems
	for _, file := range files {
		s, notes, err := checkFile(file)
		if problems, ok := asProblems(err); ok {
			bad = append(bad, problems...)
			continue
		}
		if err != nil {
			bad = append(bad, scenarios.Problem{File: file, Line: 1, Column: 1, Text: err.Error()})
			continue
		}
		if err := p.printCheck(file, s, notes); err != nil {
			return err
		}
	}
	if len(bad) > 0 {
		return fail(exitUsage, bad, "")
	}
	return nil
}

func checkFile(file string) (*scenarios.Scenario, scenarios.Problems, error) {
	src, err := scenarios.Read(file)
	if err != nil {
		return nil, nil, err
	}
	return scenarios.Check(file, src)
}

// printCheck prints the content of a scenario without mistakes, and how each route recognizes
// a right answer.
func (p *program) printCheck(file string, s *scenarios.Scenario, notes scenarios.Problems) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: fine: %s, %s, %v of replay\n", file, unit.Count(len(s.Mix), "route"), unit.Count(len(s.Replay.Stages), "stage"), s.Replay.Duration())
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	for _, r := range s.Mix {
		fmt.Fprintf(w, "  %s\t%s %s\t%s\n", r.Name, r.Method, r.Path, expected(r))
	}
	if err := w.Flush(); err != nil {
		return err
	}
	for _, note := range notes {
		fmt.Fprintln(&b, note)
	}
	for _, note := range target.Withheld(s) {
		fmt.Fprintln(&b, "note: "+note)
	}
	_, err := io.WriteString(p.stdout, terminal.Lines(b.String()))
	return err
}

// expected describes a right answer.
func expected(r scenarios.Route) string {
	switch {
	case r.Expect.Baseline:
		return "as the baseline answers"
	case r.Expect.Body == "":
		return fmt.Sprintf("status %d, no marker", r.Expect.Status)
	}
	return fmt.Sprintf("status %d, marker %q", r.Expect.Status, r.Expect.Body)
}
