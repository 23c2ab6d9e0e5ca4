//go:build linux

package usage

import (
	"os"
	"testing"
)

func TestLocksOfAProcess(t *testing.T) {
	info, err := os.Stat(".")
	if err != nil {
		t.Fatal(err)
	}
	line := func(kind, pid string) []byte {
		return []byte("1: POSIX  ADVISORY  " + kind + pid + " fd:00:" + inode(info) + " 0 EOF\n")
	}
	if !hasLock(line("WRITE ", "77"), 77, info) || hasLock(line("WRITE ", "78"), 77, info) || hasLock([]byte("1: -> POSIX  ADVISORY  WRITE 77 fd:00:"+inode(info)+" 0 EOF\n"), 77, info) {
		t.Error("the lines of /proc/locks are misread")
	}
}
