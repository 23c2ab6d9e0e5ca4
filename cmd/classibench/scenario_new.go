package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"
)

func (p *program) scenarioNewCommand() *cobra.Command {
	return &cobra.Command{
		Use: "new [FILE]", Short: "Write a scenario of your own program, from answers to questions",
		Long: `Write a scenario of your own program, from answers to questions.

It asks for the program to migrate from, the programs to compare with it, and the
requests, and writes a scenario to FILE, by default to standard output. Questions go
to standard error. Without a terminal it reads the answers from standard input, one a
line.`,
		Example: "  classibench scenario new mine.yaml", Args: cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if err := free(args); err != nil {
				return err
			}
			return p.scenarioNew(c.Context(), args)
		},
	}
}

// free checks before the first question that the file can be made, so that no answer is lost.
func free(file []string) error {
	if len(file) == 0 {
		return nil
	}
	if _, err := os.Lstat(file[0]); err == nil {
		return usageError(fmt.Errorf("%s already exists", file[0]), "remove it, or choose another name")
	}
	dir := filepath.Dir(file[0])
	probe, err := os.CreateTemp(dir, ".classibench-")
	if err != nil {
		return usageError(fmt.Errorf("no file can be made in the directory %s: %w", dir, err), "make the directory, or choose another one")
	}
	return errors.Join(probe.Close(), os.Remove(probe.Name()))
}

// scenarioNew asks for a pair, and writes its scenario.
func (p *program) scenarioNew(ctx context.Context, file []string) error {
	d := &dialog{p: p, lines: bufio.NewScanner(p.stdin)}
	o, err := untilInterrupted(ctx, d.pair)
	if err != nil {
		return err
	}
	s, notes, err := o.scenario(ctx)
	if err != nil {
		return err
	}
	_, src, err := p.source(s)
	if err != nil {
		return err
	}
	for _, n := range notes {
		p.logf("%s", n)
	}
	if len(file) > 0 {
		return p.save(file[0], src)
	}
	_, err = p.stdout.Write(src)
	return err
}
