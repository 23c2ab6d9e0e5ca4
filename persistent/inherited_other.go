//go:build !unix

package persistent

// Inherited reports whether standard input is a listening socket: never on this
// system.
func Inherited() bool { return false }
