package classifiedstest

import "syscall"

// endsWithTest puts a server into a process group of its own, and has the kernel send it
// SIGTERM when the test is killed: servers end their workers then.
func endsWithTest() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGTERM}
}
