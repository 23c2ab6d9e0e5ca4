//go:build !linux

package target

// A stock is empty where no supervisor is needed.
type stock struct{}

func newStock() *stock { return nil }

func (*stock) close() {}
