//go:build !unix

package parity_test

import (
	"errors"
	"os"
)

func lockFile(*os.File) error    { return errors.ErrUnsupported }
func tryLockFile(*os.File) error { return errors.ErrUnsupported }
