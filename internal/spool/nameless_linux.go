package spool

import (
	"os"
	"syscall"
)

// tmpFile is O_TMPFILE of open(2), which package syscall lacks, without the bit of
// O_DIRECTORY.
const tmpFile = 0o20000000

// nameless creates a file that has no name at any moment. Not all file systems can
// do that.
func nameless() (*os.File, error) {
	f, err := os.OpenFile(os.TempDir(), os.O_RDWR|tmpFile|syscall.O_DIRECTORY, 0o600)
	if err != nil {
		return unlinked()
	}
	return f, nil
}
