package target

import "syscall"

// A startFailure is the reason why one process of an order could not be started.
type startFailure struct {
	Index int
	Errno syscall.Errno
	Path  string
}

func (f *startFailure) Error() string { return "run " + f.Path + ": " + f.Errno.Error() }

func (f *startFailure) Unwrap() error { return f.Errno }
