package parity

import "context"

func (h *hunt) soak(ctx context.Context) error { return nil }
