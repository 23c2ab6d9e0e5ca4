//go:build !linux

package host

import (
	"fmt"
	"io"
	"io/fs"
	"runtime"
)

// executable looks at the permissions of a file, where the system has them.
func (p Program) executable(path string, info fs.FileInfo) error {
	if runtime.GOOS != "windows" && info.Mode()&0o111 == 0 {
		return p.wrong(fmt.Errorf("%s is not executable: %w", p.it(path), fs.ErrPermission), "chmod +x %s", path)
	}
	return nil
}

// binary leaves what is no script to the system.
func (p Program) binary(string, io.ReaderAt, []byte) error { return nil }

func registered(string, []byte) bool { return false }
