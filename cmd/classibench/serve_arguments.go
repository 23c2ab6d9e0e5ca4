package main

import (
	"fmt"
	"log/slog"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"
)

// checkArguments reports flags of the command that stand after the program, where they are
// arguments of the program. All programs of a directory would get them, so that is an error.
// "--" before the program states that they are meant so.
func checkArguments(log *slog.Logger, c *cobra.Command, args []string) error {
	i := slices.IndexFunc(args[1:], func(arg string) bool { return isFlag(c, arg) })
	if i < 0 || c.ArgsLenAtDash() >= 0 {
		return nil
	}
	flag := args[1+i]
	if info, err := os.Stat(args[0]); err == nil && info.IsDir() {
		return usageError(fmt.Errorf("serve %s: %s stands after the directory, so it would be an argument of its programs", args[0], flag),
			"flags stand before the directory, as in classibench serve cgi --prefix /cgi-bin/ ./cgi-bin")
	}
	log.Warn("flag is passed to the program", slog.String("flag", flag), slog.String("program", args[0]),
		slog.String("hint", "flags of classibench stand before the program; write -- before the program if the flag is meant for it"))
	return nil
}

// isFlag reports whether an argument is a flag of the command: --listen or --listen=ADDRESS.
func isFlag(c *cobra.Command, arg string) bool {
	name, long := strings.CutPrefix(arg, "--")
	name, _, _ = strings.Cut(name, "=")
	return long && name != "" && c.Flags().Lookup(name) != nil
}
