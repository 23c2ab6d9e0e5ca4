package tune

import (
	"syscall"
	"unsafe"
)

// muteChildren gives SIGCHLD its default action, which is to do nothing: the kernel does
// not even send it. The runtime has a handler for it, so that the end of each child would
// wake a thread, which finds that nobody waits for the signal. Children become zombies,
// and are waited for, as before: only SIG_IGN would prevent that (wait(2)).
func muteChildren() {
	// struct sigaction is SIG_DFL, without flags and mask, if all of it is 0. It has less
	// than 64 bytes on any platform. Where the mask has another size, the call fails, and
	// the handler stays.
	var action [64]byte
	const maskSize = 8
	syscall.RawSyscall6(syscall.SYS_RT_SIGACTION, uintptr(syscall.SIGCHLD), uintptr(unsafe.Pointer(&action)), 0, maskSize, 0, 0)
}
