//go:build !linux

package spool

import "os"

func nameless() (*os.File, error) { return unlinked() }
