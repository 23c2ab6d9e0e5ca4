//go:build !linux

package tune

// muteChildren leaves the handler of the runtime.
func muteChildren() {}
