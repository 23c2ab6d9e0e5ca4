//go:build !unix

package candidate

import (
	"os/exec"
	"time"
)

// endGroup ends a command with its context; what it started may go on.
func endGroup(cmd *exec.Cmd) { cmd.WaitDelay = 2 * time.Second }
