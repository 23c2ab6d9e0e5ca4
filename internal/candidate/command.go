package candidate

import (
	"bytes"
	"context"
	"fmt"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/classibench/classibench/internal/git"
)

// command returns a command whose output is needed, such as the go command. It may run git,
// so it gets none of the variables that git sets for its hooks.
func command(ctx context.Context, dir, name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = dir
	cmd.Env = append(git.Clean(cmd.Environ()), git.NoLocks)
	endGroup(cmd)
	return cmd
}

// run runs a command and returns its output. An error contains the last lines of it.
func run(cmd *exec.Cmd, what string) (output string, err error) {
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err = cmd.Run(); err != nil {
		lines := strings.Split(strings.TrimSpace(out.String()), "\n")
		err = fmt.Errorf("%s: %w\n%s", what, err, strings.Join(lines[max(0, len(lines)-12):], "\n"))
	}
	return out.String(), err
}

// runGo runs the go command. cgo is "1" if C may be compiled.
func runGo(ctx context.Context, cgo string, args ...string) error {
	cmd := command(ctx, "", "go", args...)
	cmd.Env = append(cmd.Env, "CGO_ENABLED="+cgo)
	_, err := run(cmd, "go "+args[0])
	return err
}

// isOurs reports whether a directory is in a checkout of our module, perhaps in a workspace
// with others. The error is that of ctx if it was canceled.
func isOurs(ctx context.Context, dir string) (bool, error) {
	if !filepath.IsLocal(dir) && !filepath.IsAbs(dir) {
		return false, ctx.Err()
	}
	out, err := command(ctx, "", "go", "list", "-C", dir, "-m", "-f", "{{.Path}}").Output()
	return err == nil && slices.Contains(strings.Fields(string(out)), module), ctx.Err()
}
