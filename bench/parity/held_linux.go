package parity

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"github.com/classibench/classibench/bench/usage"
)

// snapshot reads what the processes of a side hold. What cannot be read is missing.
func (s *side) snapshot() snapshot {
	all := snapshot{}
	if s.running == nil {
		return all
	}
	tree, err := usage.NewTree(s.running.Roots)
	if err != nil {
		return all
	}
	defer tree.Close()
	pids, _ := tree.Members()
	locks, _ := os.ReadFile("/proc/locks")
	for _, pid := range pids {
		all[pid] = readHeld(fmt.Sprint("/proc/", pid), pid, locks)
	}
	return all
}

func readHeld(dir string, pid int, locks []byte) held {
	h := held{open: map[string]bool{}, locked: map[string]bool{}}
	h.dir, _ = os.Readlink(dir + "/cwd")
	status, _ := os.ReadFile(dir + "/status")
	for line := range bytes.Lines(status) {
		if rest, found := bytes.CutPrefix(line, []byte("Umask:")); found {
			h.umask = string(bytes.TrimSpace(rest))
		}
	}
	stat, _ := os.ReadFile(dir + "/stat")
	h.parent, h.reaped = parseStat(stat)
	entries, _ := os.ReadDir(dir + "/fd")
	for _, e := range entries {
		h.file(filepath.Join(dir, "fd", e.Name()), pid, locks)
	}
	return h
}

// parseStat returns the parent of a process and the page faults of its children that have
// ended: fields 4 and 11 (proc_pid_stat(5)).
func parseStat(stat []byte) (parent int, faults uint64) {
	_, rest, _ := bytes.Cut(stat[bytes.LastIndexByte(stat, ')')+1:], []byte(" "))
	fields := strings.Fields(string(rest))
	if len(fields) < 9 {
		return 0, 0
	}
	parent, _ = strconv.Atoi(fields[1])
	faults, _ = strconv.ParseUint(fields[8], 10, 64)
	return parent, faults
}

// file notes a descriptor, if it is a regular file.
func (h *held) file(link string, pid int, locks []byte) {
	path, err := os.Readlink(link)
	if err != nil || !strings.HasPrefix(path, "/") || strings.HasPrefix(path, "/memfd:") {
		return
	}
	info, err := os.Stat(link)
	if err != nil || !info.Mode().IsRegular() {
		return
	}
	h.open[path] = true
	if hasLock(locks, pid, info) {
		h.locked[path] = true
	}
}

// hasLock reports whether a line of proc_locks(5) is a lock of a process on a file.
func hasLock(locks []byte, pid int, info fs.FileInfo) bool {
	file := inode(info)
	for line := range bytes.Lines(locks) {
		// 1: POSIX  ADVISORY  WRITE 3568 fd:00:2531452 0 EOF; one that waits has -> before its kind
		words := strings.Fields(string(line))
		if len(words) > 5 && words[1] != "->" && words[4] == strconv.Itoa(pid) && strings.HasSuffix(words[5], ":"+file) {
			return true
		}
	}
	return false
}

// inode returns the number of a file on its file system.
func inode(info fs.FileInfo) string {
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return ""
	}
	return fmt.Sprint(stat.Ino)
}
