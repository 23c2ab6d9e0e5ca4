package database

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"runtime"
	"strconv"
	"syscall"

	"github.com/classibench/classibench/internal/group"
)

// An account is the user that runs the server.
type account struct{ uid, gid uint32 }

// accounts are tried in this order if root starts the server: PostgreSQL refuses to run as
// root.
var accounts = []string{"postgres", "nobody"}

// unprivileged returns the account for a server that root starts, or nil for this user.
func unprivileged() (*account, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	for _, name := range accounts {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err1 := strconv.ParseUint(u.Uid, 10, 32)
		gid, err2 := strconv.ParseUint(u.Gid, 10, 32)
		if err := errors.Join(err1, err2); err != nil {
			return nil, err
		}
		return &account{uint32(uid), uint32(gid)}, nil
	}
	return nil, fmt.Errorf("PostgreSQL does not run as root, and there is none of the users %q to run it", accounts)
}

// own gives a directory to the account.
func (a *account) own(dir string) error {
	if a == nil {
		return nil
	}
	return os.Chown(dir, int(a.uid), int(a.gid))
}

// as makes a command run as the account, in a process group of its own: Ctrl-C at a
// terminal is for this process, which stops the server.
func (a *account) as(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if a != nil {
		cmd.SysProcAttr.Credential = &syscall.Credential{Uid: a.uid, Gid: a.gid}
	}
}

// startBound starts a command that gets SIGQUIT when this process ends, however that
// happens: PostgreSQL then ends at once, with all of its processes. The kernel sends the
// signal when the thread ends that started the process, so the thread stays until done is
// closed.
func startBound(cmd *exec.Cmd, done <-chan struct{}) error {
	cmd.SysProcAttr.Pdeathsig = syscall.SIGQUIT
	started := make(chan error)
	go func() {
		runtime.LockOSThread() // and never unlocked: the thread ends with the goroutine
		err := cmd.Start()
		started <- err
		if err == nil {
			<-done
		}
	}()
	return <-started
}

// The signals of a PostgreSQL server (its manual, "Shutting Down the Server").
var (
	fastShutdown      os.Signal = syscall.SIGINT
	immediateShutdown os.Signal = syscall.SIGQUIT
)

// killGroup ends what is left of the server's process group, unless the server was waited for.
func killGroup(server *os.Process) { _ = group.Signal(server, syscall.SIGKILL) }
