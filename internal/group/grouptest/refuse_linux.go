// Package grouptest is for tests of process groups on a system that refuses pidfds.
package grouptest

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"syscall"
	"testing"
	"unsafe"

	"golang.org/x/sys/unix"
)

// refusedKey names the error number of pidfds, in a process that runs a test again.
const refusedKey = "CLASSIBENCH_TEST_PIDFD_ERRNO"

// WithoutPidfds runs the test that calls it again in two processes that get no pidfds, and so do
// their children: as before Linux 5.3 (ENOSYS), and as in a container whose seccomp profile is
// older than they are (EPERM). It returns false there, and true in the process that waits.
func WithoutPidfds(t *testing.T) (waited bool) {
	t.Helper()
	if errno, err := strconv.Atoi(os.Getenv(refusedKey)); err == nil {
		if err := refuse(syscall.Errno(errno)); err != nil {
			t.Fatal(err)
		}
		return false
	}
	for _, errno := range []syscall.Errno{unix.ENOSYS, unix.EPERM} {
		cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^"+t.Name()+"$", "-test.count=1", "-test.timeout=60s")
		cmd.Env = append(os.Environ(), fmt.Sprintf("%s=%d", refusedKey, errno))
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("with the error %q for pidfds: %v\n%s", errno, err, out)
		}
	}
	return true
}

// refuse makes all threads of this process get an error for pidfd_open and pidfd_send_signal.
func refuse(errno syscall.Errno) error {
	if unix.SYS_PIDFD_SEND_SIGNAL != 424 || unix.SYS_PIDFD_OPEN != 434 {
		return fmt.Errorf("unknown system calls of %s", runtime.GOARCH)
	}
	filter := []unix.SockFilter{
		{Code: unix.BPF_LD | unix.BPF_W | unix.BPF_ABS}, // the number of the system call
		{Code: unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, Jt: 2, K: unix.SYS_PIDFD_OPEN},
		{Code: unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, Jt: 1, K: unix.SYS_PIDFD_SEND_SIGNAL},
		{Code: unix.BPF_RET | unix.BPF_K, K: unix.SECCOMP_RET_ALLOW},
		{Code: unix.BPF_RET | unix.BPF_K, K: unix.SECCOMP_RET_ERRNO | uint32(errno)},
	}
	program := unix.SockFprog{Len: uint16(len(filter)), Filter: &filter[0]}
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	// A user other than root needs this. The other threads get it with the filter.
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return fmt.Errorf("prctl: %w", err)
	}
	if _, _, e := unix.Syscall(unix.SYS_SECCOMP, unix.SECCOMP_SET_MODE_FILTER, unix.SECCOMP_FILTER_FLAG_TSYNC, uintptr(unsafe.Pointer(&program))); e != 0 {
		return fmt.Errorf("seccomp: %w", e)
	}
	return nil
}
