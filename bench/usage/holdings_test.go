//go:build linux

package usage

import (
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"
)

func TestHoldingsOfThisProcess(t *testing.T) {
	tree, err := NewTree(func() []int { return []int{os.Getpid()} })
	if err != nil {
		t.Fatal(err)
	}
	defer tree.Close()
	before, err := tree.Holdings()
	if err != nil {
		t.Fatal(err)
	}
	page := make([]byte, 64<<20)
	for i := range page {
		page[i] = byte(i)
	}
	f, err := os.Create(filepath.Join(t.TempDir(), "lock"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := unix.FcntlFlock(f.Fd(), unix.F_SETLK, &unix.Flock_t{Type: unix.F_WRLCK}); err != nil {
		t.Fatal(err)
	}
	after, err := tree.Holdings()
	if err != nil {
		t.Fatal(err)
	}
	if grown := after.Memory - before.Memory; grown < int64(len(page))/2 {
		t.Errorf("memory grew by %d bytes, want about %d", grown, len(page))
	}
	if after.Descriptors <= before.Descriptors || after.Locks != before.Locks+1 {
		t.Errorf("got %+v after %+v, want a descriptor and a lock more", after, before)
	}
	if before.Processes < 1 || before.Threads < 1 {
		t.Errorf("got %+v, want this process", before)
	}
	if page[1] == 0 {
		t.Error("the memory is needed until here")
	}
}
