//go:build !linux

package host

import "context"

func native() bool { return false }

func (h *Handler) runNative(context.Context, *Request, *Response) error { panic("Linux only") }

// outlives reports whether a process whose standard output has ended goes on, as far
// as this system shows it.
func outlives(int) bool { return false }
