//go:build unix

package candidate

import (
	"os/exec"
	"syscall"
	"time"

	"github.com/classibench/classibench/internal/group"
)

// endGroup makes the end of a command's context also end all processes that the command
// started.
func endGroup(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return group.Signal(cmd.Process, syscall.SIGTERM) }
	cmd.WaitDelay = 2 * time.Second
}
