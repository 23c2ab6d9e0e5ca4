//go:build unix && !linux

package classifiedstest

import "syscall"

// endsWithTest puts a server into a process group of its own. One whose test is killed goes
// on.
func endsWithTest() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }
