//go:build !linux

package database

import (
	"errors"
	"os"
	"os/exec"
)

type account struct{}

// unprivileged returns an error: elsewhere nothing ends a server whose owner was killed.
func unprivileged() (*account, error) {
	return nil, errors.New("a throw-away PostgreSQL needs Linux; name one that runs, as in postgres://user@host/database")
}

func (*account) own(string) error { return nil }

func (*account) as(*exec.Cmd) {}

func startBound(cmd *exec.Cmd, _ <-chan struct{}) error { return cmd.Start() }

var (
	fastShutdown      = os.Interrupt
	immediateShutdown = os.Kill
)

func killGroup(*os.Process) {}
