//go:build !linux

package host

import "context"

func native() bool { return false }

func (h *Handler) runNative(context.Context, *Request, *Response) error { panic("Linux only") }
