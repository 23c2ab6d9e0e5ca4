package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/internal/git"
	"github.com/classibench/classibench/internal/history"
	"github.com/classibench/classibench/internal/input"
	"github.com/classibench/classibench/internal/unit"
	historyreport "github.com/classibench/classibench/reports/history"
	"github.com/spf13/cobra"
)

func (p *program) historyCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "history",
		Short: "Keep the results of many runs, and find what changed over commits",
		Long: `Keep the results of many runs in one SQLite file, and find at which commits the
gain, the throughput or the p95 changed. A loss of 1% a week passes every gate, but
shows in a history.`,
		Example: `  classibench history add classibench-report
  classibench history show
  classibench history show --out site`,
		Args: verbOnly,
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(p.historyAddCommand(), p.historyShowCommand())
	return c
}

func dbFlag(c *cobra.Command, db *string) {
	c.Flags().StringVar(db, "db", "history.db", "`file` of the history")
}

// historyShowOptions are the flags of history show.
type historyShowOptions struct {
	db, metric, out string
	filter          history.Filter
	result          int64
}

func (p *program) historyShowCommand() *cobra.Command {
	var o historyShowOptions
	c := &cobra.Command{
		Use:   "show",
		Short: "Show the runs of a history with the changes between them",
		Long: `Show the runs of a history, newest last, with the changes between them: ▲ or ▼, how
large the step is, its 95% interval, and the commits before and after it.

Only runs of the same machine (CPU, kernel, cores, Go) and the same workload are
compared with each other; others have tables of their own. With --out it also draws a
page with plots of all metrics.`,
		Example: `  classibench history show
  classibench history show --metric p95 --target persistent
  classibench history show --out site      site/history.html and its plots
  classibench history show --result 12     the result.json of run 12`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return p.historyShow(c.Context(), o) },
	}
	f := c.Flags()
	dbFlag(c, &o.db)
	f.StringVar(&o.metric, "metric", "", "gain, throughput or p95 (default: gain in the text, all in the plots and in JSON)")
	f.StringVar(&o.filter.Target, "target", "", "only the target of this `name`")
	f.StringVar(&o.filter.Scenario, "scenario", "", "only the scenario of this `name`")
	f.StringVar(&o.filter.Stage, "stage", "", "p95 in the stage of this `name` of the replay instead of all of it")
	f.IntVar(&o.filter.Last, "last", 500, "show only this many of the newest runs of each machine and workload; 0 shows all")
	f.StringVarP(&o.out, "out", "o", "", "`directory` for a page and plots")
	f.Int64Var(&o.result, "result", 0, "print the result.json of the run of this `number` instead")
	p.jsonFlag(c)
	_ = c.RegisterFlagCompletionFunc("metric", cobra.FixedCompletions([]string{"gain", "throughput", "p95"}, cobra.ShellCompDirectiveNoFileComp))
	return c
}

func (p *program) historyShow(ctx context.Context, o historyShowOptions) (err error) {
	o.filter.Metric = history.Metric(o.metric)
	if o.metric == "" && o.filter.Stage != "" {
		o.filter.Metric = history.P95 // no other metric has stages
	}
	switch {
	case o.metric != "" && !slices.Contains(history.Metrics, o.filter.Metric):
		return usageError(fmt.Errorf("there is no metric %q", o.metric), "--metric gain, --metric throughput or --metric p95")
	case o.filter.Last < 0:
		return usageError(fmt.Errorf("--last %d is negative", o.filter.Last), "--last 0 shows all")
	}
	h, err := history.Open(ctx, o.db)
	if err != nil {
		return historyError(err)
	}
	defer func() { err = errors.Join(err, h.Close()) }()
	if o.result != 0 {
		return p.historyResult(ctx, h, o.result)
	}
	runs, err := p.orderedRuns(ctx, h)
	if err != nil {
		return err
	}
	groups := history.Compare(runs, o.filter)
	if len(groups) == 0 {
		return noRunsError(o.db, runs, o.filter)
	}
	if o.out != "" {
		if err := historyreport.WriteDir(o.out, groups); err != nil {
			return usageError(err, "choose another directory with --out")
		}
		p.logf("history: %s", filepath.Join(o.out, "history.html"))
	}
	if p.json {
		return p.printJSON(groups)
	}
	return historyreport.Text(p.stdout, firstMetric(groups, o.filter.Metric), p.textOptions())
}

// orderedRuns returns the runs of a history in the order of their commits.
func (p *program) orderedRuns(ctx context.Context, h *history.History) ([]history.Run, error) {
	repo, _ := git.Open(ctx, ".") // without a repository, dates decide
	runs, unordered, err := h.Ordered(ctx, repo)
	for _, tie := range unordered {
		p.logf("%.7s and %.7s were committed in the same second, and this clone does not show their order: show the history in a full clone", tie[0].Hash, tie[1].Hash)
	}
	return runs, err
}

// historyResult prints the result of a run as it was added.
func (p *program) historyResult(ctx context.Context, h *history.History, id int64) error {
	raw, err := h.Raw(ctx, id)
	if errors.Is(err, fs.ErrNotExist) {
		return usageError(fmt.Errorf("print the result of run %d: the history has no such run", id), "\"classibench history show --json\" lists the numbers of its runs")
	}
	if err != nil {
		return err
	}
	_, err = p.stdout.Write(raw)
	return err
}

// firstMetric leaves each group only the requested metric, or by default the first that it
// has.
func firstMetric(groups []history.Group, asked history.Metric) []history.Group {
	out := slices.Clone(groups)
	for i, g := range out {
		m := asked
		if m == "" {
			m = g.Series[0].Metric
		}
		out[i].Series = slices.DeleteFunc(slices.Clone(g.Series), func(s history.Series) bool { return s.Metric != m })
	}
	return out
}

// noRunsError returns an error with a hint that lists the existing runs.
func noRunsError(db string, runs []history.Run, f history.Filter) error {
	if len(runs) == 0 {
		return usageError(fmt.Errorf("the history %s has no runs", db), "add one: classibench history add classibench-report")
	}
	var targets, names, stages []string
	for _, r := range runs {
		names = append(names, r.Setting.Scenario)
		for _, m := range r.Measures {
			targets = append(targets, m.Target)
			if m.Stage != "" {
				stages = append(stages, m.Stage)
			}
		}
	}
	hint := fmt.Sprintf("its scenarios are %s; its targets are %s", distinct(names), distinct(targets))
	if f.Stage != "" {
		hint += "; its stages are " + distinct(stages)
	}
	return usageError(fmt.Errorf("the history %s has %s, but none that matches", db, unit.Count(len(runs), "run")), "%s", hint)
}

// distinct lists each name once.
func distinct(names []string) string {
	slices.Sort(names)
	return strings.Join(slices.Compact(names), ", ")
}

// historyError adds a hint to an error of opening a history.
func historyError(err error) error {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return usageError(err, "create one with \"classibench history add\", or name another file with --db")
	case errors.Is(err, history.ErrForeign):
		return usageError(err, "name the file of a history with --db")
	case errors.Is(err, history.ErrVersion):
		return usageError(err, "use the classibench that wrote it last, or a newer one")
	case errors.Is(err, context.Canceled):
		return err
	}
	return usageError(err, "check that the directory and the file are writable")
}

// readRun reads a result, and keeps its bytes, but for a byte order mark.
func readRun(path string) (history.Run, error) {
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		path = filepath.Join(path, "result.json")
	}
	r, err := result.Read(path)
	if err != nil {
		return history.Run{}, usageError(err, "\"classibench compare\" and \"classibench gate\" write results")
	}
	raw, err := input.ReadText(path, result.MaxFile)
	if err != nil {
		return history.Run{}, usageError(err, "")
	}
	run, err := history.NewRun(r, raw)
	if err != nil {
		return history.Run{}, usageError(fmt.Errorf("%s: %w", path, err), "a history keeps only measured results: those of \"classibench compare\" and \"classibench gate\"")
	}
	return run, nil
}
