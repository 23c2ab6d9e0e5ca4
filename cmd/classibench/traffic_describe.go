package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/classibench/classibench/internal/scratch"
	report "github.com/classibench/classibench/reports/traffic"
	"github.com/classibench/classibench/scenarios/traffic/logs"
	"github.com/classibench/classibench/scenarios/traffic/profile"
	"github.com/classibench/classibench/scenarios/traffic/trace"
)

// trafficDescribeOptions are the flags of traffic describe.
type trafficDescribeOptions struct {
	out, scenario, format string
	anonymize             []string // of logs
}

func (p *program) trafficDescribeCommand() *cobra.Command {
	var o trafficDescribeOptions
	c := &cobra.Command{
		Use:   "describe FILE|LOG...",
		Short: "Report what is in a traffic file or in logs",
		Long: `Report what is in a traffic file, or in access logs: the rate over time, the busiest
hour and minute, the routes, the popularity of targets with its Zipf exponent,
methods, statuses, sizes and clients.

With --scenario it also writes a scenario to go on from: the routes with GET and HEAD
and their weights, the targets as popular as they are, and the busiest hour, a second
for each minute. Add your programs to it as targets.`,
		Example: `  classibench traffic describe monday.zst
  classibench traffic describe access.log --out traffic-report
  classibench traffic describe monday.zst --scenario mine.yaml`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error { return p.trafficDescribe(c.Context(), o, args) },
	}
	f := c.Flags()
	f.StringVarP(&o.out, "out", "o", "", "`directory` for a page and plots")
	f.StringVar(&o.scenario, "scenario", "", "`file` for a scenario with this traffic")
	f.StringVar(&o.format, "format", "", "`format` of logs, as in traffic import")
	anonymizeFlag(f, &o.anonymize)
	p.jsonFlag(c)
	return c
}

func (p *program) trafficDescribe(ctx context.Context, o trafficDescribeOptions, paths []string) error {
	if o.scenario != "" {
		if err := free([]string{o.scenario}); err != nil {
			return err
		}
	}
	found, err := p.profile(ctx, o, paths)
	if err != nil {
		return err
	}
	if o.scenario != "" {
		if err := p.saveTraffic(o.scenario, found); err != nil {
			return err
		}
	}
	if o.out != "" {
		if err := report.WriteDir(o.out, found); err != nil {
			return usageError(err, "choose another directory with --out")
		}
		p.logf("report: %s", filepath.Join(o.out, "traffic.html"))
	}
	if p.json {
		return withoutPipeError(p.printJSON(found))
	}
	return withoutPipeError(report.Text(p.stdout, found, p.textOptions()))
}

// profile reads a traffic file, or imports logs to one that is thrown away.
func (p *program) profile(ctx context.Context, o trafficDescribeOptions, paths []string) (*profile.Profile, error) {
	path := paths[0]
	if len(paths) > 1 || !isTraffic(path) {
		dir, err := scratch.NewDir("", "classibench-")
		if err != nil {
			return nil, usageError(fmt.Errorf("make a directory for temporary files: %w", err), "name another with TMPDIR")
		}
		defer func() { _ = dir.Remove() }() // the import reports what matters
		path = filepath.Join(dir.Path, "traffic.zst")
		if err := p.importAll(ctx, o, paths, path); err != nil {
			return nil, err
		}
	} else if len(o.anonymize) > 0 {
		return nil, usageError(fmt.Errorf("--anonymize is for logs, and %s is a traffic file", path), "\"classibench traffic import --anonymize\" makes one without names")
	}
	r, err := trace.Open(path)
	if err != nil {
		return nil, trafficError(err)
	}
	defer r.Close()
	found, err := profile.Of(ctx, r.About, r.Hits())
	if err != nil {
		return nil, trafficError(err)
	}
	return found, nil
}

// importAll imports the requests of logs with any method.
func (p *program) importAll(ctx context.Context, o trafficDescribeOptions, paths []string, out string) error {
	anonymize, err := parseAnonymize(o.anonymize)
	if err == nil {
		all := logs.Options{Format: o.format, AllMethods: true, Unreadable: 0.05, Seed: 1, Anonymize: anonymize}
		_, err = p.importLogs(ctx, "reading", paths, out, all)
	}
	return err
}

// isTraffic reports whether a file is a traffic file. The standard input is taken for a log.
func isTraffic(path string) bool {
	if path == "-" {
		return false
	}
	r, err := trace.Open(path)
	if err != nil {
		return false
	}
	defer r.Close()
	_, err = r.Next()
	return r.About.Version > 0 || err == nil
}

// saveTraffic writes a scenario of traffic.
func (p *program) saveTraffic(path string, found *profile.Profile) error {
	name := strings.TrimSuffix(filepath.Base(path), filepath.Ext(path))
	s, notes := found.Scenario(name)
	if len(s.Mix) == 0 {
		return usageError(errors.New("the traffic has no request with GET or HEAD, so no scenario can be made"), "")
	}
	_, src, err := p.source(s)
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	for _, note := range notes {
		p.logf("%s", note)
	}
	if err := create(path, src); err != nil {
		return err
	}
	p.logf("saved %s: add your programs to it as targets (docs/scenarios.md), or classibench compare %s runs the built-in pair, which has other pages", path, asPath(path))
	return nil
}
