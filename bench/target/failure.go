package target

import "syscall"

// A startFailure says which process of an order could not be started, and why.
type startFailure struct {
	Index int
	Errno syscall.Errno
	Path  string
}

func (f *startFailure) Error() string { return "run " + f.Path + ": " + f.Errno.Error() }

func (f *startFailure) Unwrap() error { return f.Errno }
