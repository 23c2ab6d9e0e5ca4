//go:build linux

package fastcgi

import "syscall"

// ownGroup has a program be the head of a group of its own.
func ownGroup() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }

// endGroup ends a program with its children.
func endGroup(pid int) { syscall.Kill(-pid, syscall.SIGKILL) }
