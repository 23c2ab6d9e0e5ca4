package main

import (
	"context"
	"errors"
	"strings"

	"github.com/spf13/cobra"

	"github.com/classibench/classibench/scenarios/traffic/export"
	"github.com/classibench/classibench/scenarios/traffic/trace"
)

func (p *program) trafficExportCommand() *cobra.Command {
	var to, out string
	c := &cobra.Command{
		Use:   "export FILE",
		Short: "Write a traffic file for another tool",
		Long: `Write a traffic file for another tool. vegeta gets targets in JSON, which it sends in
their order at a rate of its own. k6 gets a script that sends the requests in their
order, at the rates of the traffic. GoReplay gets a file that it replays at the
recorded times.`,
		Example: `  classibench traffic export monday.zst --to vegeta | vegeta attack -format json -lazy -rate 100
  classibench traffic export monday.zst --to k6 -o monday.js
  classibench traffic export monday.zst --to goreplay -o monday.gor`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error { return p.trafficExport(c.Context(), args[0], to, out) },
	}
	c.Flags().StringVar(&to, "to", "", "`tool` to write for: "+strings.Join(export.Tools(), ", "))
	c.Flags().StringVarP(&out, "out", "o", "", "`file` to write (default: standard output)")
	return c
}

func (p *program) trafficExport(ctx context.Context, path, to, out string) error {
	if to == "" {
		return usageError(errors.New("no tool is named"), "add --to with one of: %s", strings.Join(export.Tools(), ", "))
	}
	r, err := trace.Open(path)
	if err != nil {
		return trafficError(err)
	}
	defer r.Close()
	if out == "" || out == "-" {
		return trafficError(withoutPipeError(export.Write(ctx, p.stdout, to, r)))
	}
	if err := export.File(ctx, out, to, r); err != nil {
		return trafficError(err)
	}
	p.logf("written: %s", out)
	return nil
}

// trafficError adds a hint to an error of reading a traffic file.
func trafficError(err error) error {
	switch {
	case err == nil, errors.Is(err, context.Canceled):
		return err
	case errors.Is(err, trace.ErrForeign):
		return usageError(err, "\"classibench traffic import\" makes one of an access log")
	}
	return usageError(err, "")
}
