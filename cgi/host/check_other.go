//go:build !linux

package host

import (
	"fmt"
	"io"
	"io/fs"
	"runtime"
)

// executable checks the permissions of a file.
func (p Program) executable(path string, info fs.FileInfo) error {
	if runtime.GOOS != "windows" && info.Mode()&0o111 == 0 {
		return p.wrong(fmt.Errorf("%s is not executable: %w", p.it(path), fs.ErrPermission), "chmod +x %s", path)
	}
	return nil
}

// binary checks nothing: the system decides at the start.
func (p Program) binary(string, io.ReaderAt, []byte) error { return nil }

func registered(string, []byte) bool { return false }
