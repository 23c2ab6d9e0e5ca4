//go:build !unix

package listen

// MostConns returns how many connections a server may have open.
func MostConns(int) int { return mostConns }
