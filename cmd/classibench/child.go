package main

import (
	"context"
	"os/exec"

	"github.com/classibench/classibench/internal/git"
)

// command is a program that this one runs for its result, such as the go command.
// It may run git, and so has none of the variables that git sets for its hooks.
func command(ctx context.Context, dir, name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = dir
	cmd.Env = append(git.Clean(cmd.Environ()), git.NoLocks)
	return cmd
}
