package gateways

import "syscall"

// ownGroup also has the kernel end the server when its starter is killed.
func ownGroup() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGTERM}
}

// endGroup signals a process group; one that is empty is no error.
func endGroup(leader int, now bool) {
	if now {
		syscall.Kill(-leader, syscall.SIGKILL)
		return
	}
	syscall.Kill(-leader, syscall.SIGTERM)
}
