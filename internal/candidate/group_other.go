//go:build !unix

package candidate

import (
	"os/exec"
	"time"
)

// endGroup only sets WaitDelay: the context ends the command, and its children may go on.
func endGroup(cmd *exec.Cmd) { cmd.WaitDelay = 2 * time.Second }
