package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"github.com/classibench/classibench/internal/input"
	"github.com/classibench/classibench/scenarios"
)

// addPID adds a process to a target that is already running.
func addPID(t *scenarios.Target, number string) error {
	pid, err := strconv.Atoi(strings.TrimSpace(number))
	if err != nil || pid < 1 {
		return fmt.Errorf("%q is not a process ID", strings.TrimSpace(number))
	}
	if p, err := os.FindProcess(pid); err != nil || errors.Is(p.Signal(syscall.Signal(0)), os.ErrProcessDone) {
		return fmt.Errorf("there is no process %d", pid)
	}
	t.PIDs = append(t.PIDs, pid)
	return nil
}

// addPIDFile adds the process whose ID is in a file.
func addPIDFile(t *scenarios.Target, path string) error {
	b, err := input.ReadText(path, 1<<10)
	if err != nil {
		return err
	}
	if err := addPID(t, string(b)); err != nil {
		return fmt.Errorf("%w: the file may be left from an earlier run", err)
	}
	return nil
}

// addUnit adds the main process of a systemd unit, or all processes of its control group if
// it has none.
func addUnit(t *scenarios.Target, unit string) error {
	out, err := exec.Command("systemctl", "show", "--property", "MainPID,ControlGroup", "--", unit).Output()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		err = errors.New(strings.Join(strings.Fields(string(exit.Stderr)), " "))
	}
	if err != nil {
		return fmt.Errorf("systemd does not answer: %w; name the processes with --pid or --pidfile", err)
	}
	main, group := unitOf(out)
	if main != "" && main != "0" {
		return addPID(t, main)
	}
	pids, err := groupProcesses(cgroups, group)
	if err != nil || len(pids) == 0 {
		return errors.Join(fmt.Errorf("the unit is not running: see systemctl status %s", unit), err)
	}
	for _, pid := range pids {
		if err := addPID(t, pid); err != nil {
			return err
		}
	}
	return nil
}

// cgroups are the places where the control groups of systemd can be mounted: version 2, both
// versions, and version 1.
var cgroups = []string{"/sys/fs/cgroup", "/sys/fs/cgroup/unified", "/sys/fs/cgroup/systemd"}

// groupProcesses returns the processes of a control group and of the groups in it, from the first of
// some places that has it.
func groupProcesses(places []string, group string) (pids []string, _ error) {
	if group == "" {
		return nil, nil
	}
	for _, place := range places {
		dir := filepath.Join(place, group)
		if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
			continue
		}
		err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || d.Name() != "cgroup.procs" {
				return err
			}
			b, err := os.ReadFile(path)
			pids = append(pids, strings.Fields(string(b))...)
			return err
		})
		return pids, err
	}
	return nil, nil
}

// unitOf parses the properties of a unit that systemctl shows.
func unitOf(shown []byte) (mainPID, group string) {
	for line := range strings.Lines(string(shown)) {
		switch name, value, _ := strings.Cut(strings.TrimSpace(line), "="); name {
		case "MainPID":
			mainPID = value
		case "ControlGroup":
			group = value
		}
	}
	return mainPID, group
}
