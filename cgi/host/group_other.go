//go:build !unix

package host

import (
	"os"
	"syscall"
)

func groupAttr() *syscall.SysProcAttr { return nil }

// endTree kills a process; there are no groups here.
func endTree(p *os.Process, _ bool) error { return p.Kill() }

func groupAlive(int) bool { return false }

func endGroup(int) {}
