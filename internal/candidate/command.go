package candidate

import (
	"context"
	"fmt"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/classibench/classibench/bench/target"
	"github.com/classibench/classibench/internal/git"
)

// command returns a short command whose output is needed. It may run git, so it gets none of the variables that git sets for its hooks.
func command(ctx context.Context, dir, name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = dir
	cmd.Env = append(git.Clean(cmd.Environ()), git.NoLocks)
	endGroup(cmd)
	return cmd
}

// run runs a build and returns its output. An error contains the last lines of it. Go's
// temporary files go to tmp: go removes them if it is interrupted, and the owner of tmp if go
// is killed.
func run(ctx context.Context, j target.Job, tmp, what string) (output string, err error) {
	j.Env = append(j.Env, git.NoLocks, "GOTMPDIR="+tmp)
	output, err = j.Run(ctx)
	if err != nil {
		lines := strings.Split(strings.TrimSpace(output), "\n")
		err = fmt.Errorf("%s: %w\n%s", what, err, strings.Join(lines[max(0, len(lines)-12):], "\n"))
	}
	return output, err
}

// runGo runs the go command. cgo is "1" if C may be compiled.
func runGo(ctx context.Context, cgo, tmp string, args ...string) error {
	path, err := exec.LookPath("go")
	if err != nil {
		return err
	}
	_, err = run(ctx, target.Job{Path: path, Args: args, Env: []string{"CGO_ENABLED=" + cgo, "TMPDIR=" + tmp}}, tmp, "go "+args[0])
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
