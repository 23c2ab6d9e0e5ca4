//go:build !linux

package persistent

// processMetrics returns nothing: it is implemented for Linux only.
func processMetrics() []metric { return nil }
