//go:build !linux

package persistent

// processMetrics returns nothing: only Linux reports about the process.
func processMetrics() []metric { return nil }
