//go:build !linux

package persistent

import "time"

// processMetrics tells when the server began; the rest is known on Linux only.
func processMetrics(began time.Time) []metric {
	return []metric{{"process_start_time_seconds", "gauge", "When the server began to serve, in seconds since 1970.", float64(began.UnixNano()) / 1e9}}
}
