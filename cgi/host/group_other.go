//go:build !unix

package host

import (
	"os"
	"syscall"
)

func groupAttr() *syscall.SysProcAttr { return nil }

// endTree kills a process: this system has no process groups.
func endTree(p *os.Process, _ bool) error { return p.Kill() }

func groupAlive(int) bool { return false }

func endGroup(int) {}
