package usage

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// Held returns what each process of the tree holds. What cannot be read is missing.
func (t *Tree) Held() map[int]Held {
	all := map[int]Held{}
	pids, _ := t.Members()
	locks, _ := os.ReadFile("/proc/locks")
	for _, pid := range pids {
		all[pid] = readHeld(pid, locks)
	}
	return all
}

func readHeld(pid int, locks []byte) Held {
	dir := "/proc/" + strconv.Itoa(pid)
	h := Held{Open: map[string]bool{}, Locked: map[string]bool{}}
	h.Dir, _ = os.Readlink(dir + "/cwd")
	status, _ := os.ReadFile(dir + "/status")
	h.Umask = field(status, "Umask:")
	line, _ := os.ReadFile(dir + "/stat")
	s, _ := parseStat(line)
	h.Parent, h.ReapedFaults = s.ppid, s.reapedFaults
	entries, _ := os.ReadDir(dir + "/fd")
	for _, e := range entries {
		h.file(filepath.Join(dir, "fd", e.Name()), pid, locks)
	}
	return h
}

// file notes a descriptor, if it is a regular file.
func (h *Held) file(link string, pid int, locks []byte) {
	path, err := os.Readlink(link)
	if err != nil || !strings.HasPrefix(path, "/") || strings.HasPrefix(path, "/memfd:") {
		return
	}
	info, err := os.Stat(link)
	if err != nil || !info.Mode().IsRegular() {
		return
	}
	h.Open[path] = true
	if hasLock(locks, pid, info) {
		h.Locked[path] = true
	}
}

// hasLock reports whether a line of proc_locks(5) is a lock of a process on a file.
func hasLock(locks []byte, pid int, info fs.FileInfo) bool {
	file := inode(info)
	for line := range bytes.Lines(locks) {
		if owner, of := parseLock(string(line)); owner == pid && strings.HasSuffix(of, ":"+file) {
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
