//go:build linux

package fastcgi

import "syscall"

// ownGroup makes a program the leader of a new process group.
func ownGroup() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }

// endGroup kills a program and its children.
func endGroup(pid int) { syscall.Kill(-pid, syscall.SIGKILL) }
