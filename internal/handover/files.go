package handover

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/coreos/go-systemd/v22/daemon"
)

// notify sends a message to the service manager, if there is one (sd_notify(3)).
func (p *Process) notify(message string) {
	if _, err := daemon.SdNotify(false, message); err != nil {
		p.log.Warn("the service manager was not notified (NOTIFY_SOCKET)", slog.String("message", message), slog.Any("err", err))
	}
}

// keepFiles keeps the files of the Unix sockets: a successor serves on them.
func (p *Process) keepFiles() {
	for _, s := range p.serving {
		if u, ok := s.l.(*net.UnixListener); ok {
			u.SetUnlinkOnClose(false)
		}
	}
}

// writePID writes the PID file. A reader sees the old content or the new one.
func (p *Process) writePID() error {
	if p.PIDFile == "" {
		return nil
	}
	if info, err := os.Stat(p.PIDFile); err == nil && !info.Mode().IsRegular() { // a rename would remove even /dev/null
		return fmt.Errorf("write the PID file %s: it is there, and it is no file", p.PIDFile)
	}
	temporary, err := writeTemporary(p.PIDFile, fmt.Sprintln(os.Getpid()))
	if err == nil {
		err = os.Rename(temporary, p.PIDFile)
	}
	if err != nil {
		os.Remove(temporary) // it may not exist
		return fmt.Errorf("write the PID file %s: %w", p.PIDFile, err)
	}
	return nil
}

// writeTemporary writes a file beside path, and returns its path.
func writeTemporary(path, content string) (string, error) {
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*")
	if err != nil {
		return "", err
	}
	_, err = f.WriteString(content)
	return f.Name(), errors.Join(err, f.Chmod(0o644), f.Close())
}

// removePID removes the PID file unless it names another process.
func (p *Process) removePID() error {
	b, err := os.ReadFile(p.PIDFile)
	if p.PIDFile == "" || err != nil || strings.TrimSpace(string(b)) != strconv.Itoa(os.Getpid()) {
		return nil
	}
	return os.Remove(p.PIDFile)
}
