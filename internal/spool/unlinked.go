package spool

import "os"

// unlinked creates a file and removes its name. Windows keeps the name of an open
// file: there, the file stays in the temporary directory.
func unlinked() (*os.File, error) {
	f, err := os.CreateTemp("", "classibench-spool-")
	if err != nil {
		return nil, err
	}
	os.Remove(f.Name())
	return f, nil
}
