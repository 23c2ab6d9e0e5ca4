package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime/debug"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/classibench/classibench/internal/shell"
)

// A program is one run of the command: its streams, and the state that all verbs share.
type program struct {
	stdin  io.Reader
	stdout *stream   // data
	stderr io.Writer // messages
	json   bool
	begun  bool        // the arguments were parsed
	signal func() bool // reports whether a signal asked for the end; nil means no
	args   []string
	view   *view // on the terminal now; may be nil
}

// run runs the command, and returns the exit code for the process.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	p := &program{stdin: stdin, stdout: newStream(stdout), stderr: stderr, args: args, signal: func() bool { return ctx.Err() != nil }}
	root := p.command()
	root.SetArgs(args)
	c, err := root.ExecuteContextC(ctx)
	switch {
	case p.stdout.broken() && (err == nil || errors.Is(err, syscall.EPIPE) && !hinted(err)):
		return exitPipe
	case err == nil && p.stdout.err != nil:
		err = fmt.Errorf("write to the standard output: %w", p.stdout.err)
	case err == nil:
		return exitFine
	case p.interrupted(err) && !hinted(err):
		err = errInterrupted
	case p.stdout.err != nil && errors.Is(err, p.stdout.err) && !hinted(err):
		err = fmt.Errorf("write to the standard output: %w", err)
	case !p.begun && !hinted(err):
		err = usageError(err, "%q lists arguments and flags", c.CommandPath()+" --help")
	}
	return p.report(err)
}

// command builds the tree of verbs.
func (p *program) command() *cobra.Command {
	root := &cobra.Command{
		Use:   "classibench",
		Short: "Measure what leaving CGI gains",
		Long: `classibench measures what a CGI program gains by becoming a persistent server.

It serves the same small classifieds site twice, as a CGI program that is started
for every request and as a server that keeps running, sends both the same traffic,
and reports how much more the server carries and how long visitors wait.`,
		Example: `  classibench compare              a full comparison, in about two minutes
  classibench compare --quick      the short one, in half a minute
  classibench doctor               what this machine can and cannot measure`,
		Version:       version(),
		SilenceUsage:  true,
		SilenceErrors: true,
		Args:          verbOnly,
		RunE:          func(c *cobra.Command, _ []string) error { return c.Help() },

		PersistentPreRun: func(*cobra.Command, []string) { p.begun = true },
	}
	root.SetIn(p.stdin)
	root.SetOut(p.stdout)
	root.SetErr(p.stderr)
	root.SetVersionTemplate("classibench {{.Version}}\n")
	root.AddCommand(p.compareCommand(), p.capacityCommand(), p.reportCommand(), p.scenarioCommand(),
		p.serveCommand(), p.initdbCommand(), p.doctorCommand(), p.gateCommand(), p.verifyCommand(), p.historyCommand(), p.trafficCommand(), p.calibratedCommand())
	return root
}

// commandLine returns the command as reports show it.
func (p *program) commandLine() []string {
	return shell.Concealed(append([]string{"classibench"}, p.args...))
}

// verbOnly refuses an unknown verb, and suggests the nearest one.
func verbOnly(c *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	c.SuggestionsMinimumDistance = 2
	hint := fmt.Sprintf("%q lists the commands", c.CommandPath()+" --help")
	if near := c.SuggestionsFor(args[0]); len(near) > 0 {
		hint = fmt.Sprintf("did you mean %q?", c.CommandPath()+" "+near[0])
	}
	return usageError(fmt.Errorf("unknown command %q", args[0]), "%s", hint)
}

// version identifies this build: the module version, or the commit that it was built from.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	v := info.Main.Version
	if v == "" || v == "(devel)" {
		v = "devel"
	}
	return v + " " + info.GoVersion
}
