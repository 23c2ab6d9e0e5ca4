package handover

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"strconv"
	"strings"

	"github.com/coreos/go-systemd/v22/activation"

	"github.com/classibench/classibench/internal/listen"
)

// The variables by which sockets are passed (sd_listen_fds(3)), and the one by which a
// predecessor names its pipe, and the sockets whose file its successor removes in the
// end.
const (
	listenFDs   = "LISTEN_FDS"
	listenPID   = "LISTEN_PID"
	listenNames = "LISTEN_FDNAMES"
	predecessor = "CLASSIBENCH_PREDECESSOR"
)

// firstFD is the first descriptor that is passed (SD_LISTEN_FDS_START).
const firstFD = 3

// take takes the sockets that the environment describes.
func (p *Process) take() error {
	owned, err := p.takePredecessor()
	if err != nil {
		return err
	}
	meant, err := p.meant()
	defer forget()
	if err != nil || !meant {
		return err
	}
	for i, f := range activation.Files(false) {
		if err := p.takeSocket(f, firstFD+i, owned[firstFD+i]); err != nil {
			return errors.Join(err, p.Close())
		}
	}
	return nil
}

func (p *Process) takeSocket(f *os.File, fd int, owned bool) error {
	name := f.Name()
	l, err := listen.Passed(f)
	if err != nil {
		return fmt.Errorf("descriptor %d (%q), passed by LISTEN_FDS=%s: %w", fd, name, os.Getenv(listenFDs), err)
	}
	if u, ok := l.(*net.UnixListener); ok && owned {
		u.SetUnlinkOnClose(true)
	}
	p.passed = append(p.passed, socket{name, l, owned})
	return nil
}

// meant reports whether sockets were passed, and to this process. LISTEN_PID may be
// missing: a predecessor, like other tools, cannot know it before the start.
func (p *Process) meant() (bool, error) {
	count, pid := os.Getenv(listenFDs), os.Getenv(listenPID)
	if count == "" {
		return false, nil
	}
	if pid != "" && pid != strconv.Itoa(os.Getpid()) {
		p.log.Warn("the sockets of LISTEN_FDS are for another process; if they are meant for this one, start it without a shell, or with exec",
			slog.String("LISTEN_PID", pid), slog.Int("pid", os.Getpid()))
		return false, nil
	}
	n, err := strconv.Atoi(count)
	if err != nil || n < 0 || n > maxSockets {
		return false, fmt.Errorf("LISTEN_FDS=%q: not a number of sockets from 0 to %d; leave it to the service manager", count, maxSockets)
	}
	return n > 0, os.Setenv(listenPID, strconv.Itoa(os.Getpid()))
}

// maxSockets bounds LISTEN_FDS.
const maxSockets = 64

// takePredecessor takes the pipe that a predecessor waits at. It returns the
// descriptors whose file this process removes when it stops.
func (p *Process) takePredecessor() (owned map[int]bool, err error) {
	value, ok := os.LookupEnv(predecessor)
	if !ok {
		return nil, nil
	}
	defer os.Unsetenv(predecessor)
	owned = map[int]bool{}
	for i, field := range strings.Fields(value) {
		fd, err := strconv.Atoi(field)
		if err != nil || fd < firstFD {
			return nil, fmt.Errorf("%s=%q: not a list of descriptors; leave the variable unset", predecessor, value)
		}
		if i > 0 {
			owned[fd] = true
			continue
		}
		closeOnExec(fd)
		p.ready = os.NewFile(uintptr(fd), "predecessor")
		if _, err := p.ready.Stat(); err != nil {
			return nil, fmt.Errorf("%s=%q: %w; leave the variable unset", predecessor, value, err)
		}
	}
	return owned, nil
}

// forget removes the variables from the environment.
func forget() {
	for _, name := range []string{listenFDs, listenPID, listenNames} {
		os.Unsetenv(name) // fails only for a bad name
	}
}
