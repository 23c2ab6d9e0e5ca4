//go:build !unix

package load

func maxInFlight() int { return 4096 }
