package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime/debug"

	"github.com/spf13/cobra"
)

// A program is one run of the command: its streams, and what every verb shares.
type program struct {
	stdin  io.Reader
	stdout io.Writer // data
	stderr io.Writer // talk
	json   bool
	begun  bool // the arguments were understood
	args   []string
	view   *view // on the terminal now; may be nil
}

// run is the whole command but for the process around it. It returns the exit
// code.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	p := &program{stdin: stdin, stdout: stdout, stderr: stderr, args: args}
	root := p.command()
	root.SetArgs(args)
	c, err := root.ExecuteContextC(ctx)
	switch {
	case err == nil:
		return exitFine
	case errors.Is(err, context.Canceled) && !hinted(err):
		err = fail(exitInterrupted, errors.New("interrupted"), "")
	case !p.begun && !hinted(err):
		err = usageError(err, "%q shows what it takes", c.CommandPath()+" --help")
	}
	return p.report(err)
}

// command builds the tree of verbs.
func (p *program) command() *cobra.Command {
	root := &cobra.Command{
		Use:   "classibench",
		Short: "What will leaving CGI gain?",
		Long: `classibench tells what moving a CGI program to a persistent server will gain.

It serves the same small classifieds site twice, as a CGI program that is started
for every request and as a server that stays, sends both the same traffic, and
says how much more the server carries, and what its visitors feel of it.`,
		Example: `  classibench compare              the whole story, in some two minutes
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
	root.AddCommand(p.compareCommand(), p.reportCommand(), p.scenarioCommand(),
		p.serveCommand(), p.initdbCommand(), p.doctorCommand(), p.gateCommand(), p.verifyCommand(), p.historyCommand(), p.calibratedCommand())
	return root
}

// verbOnly refuses what is no verb, with the nearest that is.
func verbOnly(c *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	c.SuggestionsMinimumDistance = 2
	hint := fmt.Sprintf("%q lists what there is", c.CommandPath()+" --help")
	if near := c.SuggestionsFor(args[0]); len(near) > 0 {
		hint = fmt.Sprintf("did you mean %q?", c.CommandPath()+" "+near[0])
	}
	return usageError(fmt.Errorf("unknown command %q", args[0]), "%s", hint)
}

// version says which build this is: the module version, or the commit that it
// was built from.
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
