package main

import (
	"errors"
	"os"
	"path/filepath"

	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/reports"
	"github.com/classibench/classibench/reports/gate"
	"github.com/spf13/cobra"
)

func (p *program) reportCommand() *cobra.Command {
	var out, candidate string
	var asStory bool
	c := &cobra.Command{
		Use:   "report RESULT",
		Short: "Draw the report of an earlier run again",
		Long: `Draw the report of an earlier run again from its result.json: the text here, the
pages and plots in a directory.

With --story, it prints a page in Markdown instead, which compares each claim of the
success story (a site in Perl CGI that moved to mod_perl) with the result.`,
		Example: `  classibench report classibench-report/result.json
  classibench report --out /tmp/again classibench-report
  classibench report --story classibench-report > success-story.md`,
		Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			if asStory {
				return p.printStory(args[0], candidate)
			}
			if candidate != "" {
				return usageError(errors.New("--candidate belongs to --story"), "leave it out; the report shows all candidates")
			}
			return p.drawAgain(args[0], out)
		},
	}
	c.Flags().StringVarP(&out, "out", "o", "", "`directory` for the report (default: that of the result)")
	c.Flags().BoolVar(&asStory, "story", false, "print the claims of the success story, and the figures of the result beside them")
	c.Flags().StringVar(&candidate, "candidate", "", "`target` that stands for the program after the move, with --story (default mod_perl, or else the first)")
	p.jsonFlag(c)
	c.MarkFlagsMutuallyExclusive("story", "json")
	c.MarkFlagsMutuallyExclusive("story", "out")
	return c
}

func (p *program) drawAgain(path, out string) error {
	r, err := readResult(path)
	if err != nil {
		return err
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

// writeReport writes the report and prints its path.
func (p *program) writeReport(out string, r *result.Result) error {
	if err := reports.WriteDir(out, r); err != nil {
		return p.rescued(err, hasResult(out, r), r)
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
