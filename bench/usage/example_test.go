//go:build linux

package usage_test

import (
	"fmt"
	"os/exec"
	"syscall"

	"github.com/classibench/classibench/bench/usage"
)

// Read a shell and the two programs that it started.
func ExampleRead() {
	shell := exec.Command("/bin/sh", "-c", "sleep 60 & sleep 60 & echo up; wait")
	shell.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	out, err := shell.StdoutPipe()
	if err != nil {
		panic(err)
	}
	if err := shell.Start(); err != nil {
		panic(err)
	}
	defer syscall.Kill(-shell.Process.Pid, syscall.SIGKILL)
	fmt.Fscanln(out, new(string)) // both are running

	u, err := usage.Read(shell.Process.Pid)
	if err != nil {
		panic(err)
	}
	fmt.Println(u.Alive, "processes", u.Memory > 0)
	// Output: 3 processes true
}
