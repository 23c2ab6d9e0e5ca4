package target

import "context"

// stockKey is the key of the stock in a context.
type stockKey struct{}

// WithStock returns a context in which targets and reset commands get a supervisor that has
// served an earlier one, as far as one is idle. A supervisor is this program again, and its
// start may take longer than that of the target. The CPU time of earlier processes counts
// for a target then, see package bench/usage. Call end when all targets have ended.
func WithStock(ctx context.Context) (with context.Context, end func()) {
	s := newStock()
	return context.WithValue(ctx, stockKey{}, s), s.close
}

func stockOf(ctx context.Context) *stock {
	s, _ := ctx.Value(stockKey{}).(*stock)
	return s
}
