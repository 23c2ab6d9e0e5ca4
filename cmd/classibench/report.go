package main

import (
	"os"
	"path/filepath"

	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/reports"
	"github.com/classibench/classibench/reports/gate"
	"github.com/spf13/cobra"
)

func (p *program) reportCommand() *cobra.Command {
	var out string
	c := &cobra.Command{
		Use:   "report RESULT",
		Short: "Draw the report of an earlier run again",
		Long: `Draw the report of an earlier run again from its result.json: the text here, the
pages and plots in a directory.`,
		Example: `  classibench report classibench-report/result.json
  classibench report --out /tmp/again classibench-report`,
		Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error { return p.drawAgain(args[0], out) },
	}
	c.Flags().StringVarP(&out, "out", "o", "", "`directory` for the report (default: where the result is)")
	p.jsonFlag(c)
	return c
}

func (p *program) drawAgain(path, out string) error {
	r, err := result.Read(path)
	if err != nil {
		return usageError(err, "a result is made by \"classibench compare\"")
	}
	if out == "" {
		out = path
		if info, err := os.Stat(path); err == nil && !info.IsDir() {
			out = filepath.Dir(path)
		}
	}
	if r.Gate != nil {
		if err := gate.WriteDir(out, r, gate.Options{InconclusiveFails: true}); err != nil {
			return usageError(err, "choose another directory with --out")
		}
		return p.printGate(r)
	}
	if err := p.writeReport(out, r); err != nil {
		return err
	}
	return p.printResult(r)
}

// writeReport writes the report and prints where it is.
func (p *program) writeReport(out string, r *result.Result) error {
	if err := reports.WriteDir(out, r); err != nil {
		return usageError(err, "choose another directory with --out; the result itself can be printed with --json")
	}
	p.logf("report: %s", filepath.Join(out, "report.html"))
	return nil
}

// printResult prints a result to standard output, as text or as JSON.
func (p *program) printResult(r *result.Result) error {
	if p.json {
		return withoutPipeError(p.printJSON(r))
	}
	return withoutPipeError(reports.Text(p.stdout, r, p.textOptions()))
}

func (p *program) jsonFlag(c *cobra.Command) {
	c.Flags().BoolVar(&p.json, "json", false, "print the result as JSON")
}
