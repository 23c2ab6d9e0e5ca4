package host

import (
	"context"
	"fmt"
	"io"
	"os"
	"runtime"
	"strconv"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// native reports whether the kernel has process descriptors that can be polled
// (Linux 5.3).
var native = sync.OnceValue(func() bool {
	fd, err := unix.PidfdOpen(os.Getpid(), 0)
	if err != nil {
		return false
	}
	unix.Close(fd)
	return true
})

// A process is a child with descriptors for its pipes and for its end.
type process struct {
	pid    int
	fd     int  // readable when the process has ended
	gone   bool // fd was readable
	stdout pipe
	stderr pipe

	outlived bool // it closed its standard output and went on

	mu     sync.Mutex
	why    error // the reason of end
	reaped bool  // pid may be reused
	killer *time.Timer
	waits  *poller // of relay
}

// runNative answers a request with a process.
func (h *Handler) runNative(ctx context.Context, rq *Request, rs *Response) error {
	// PR_SET_PDEATHSIG fires when the thread that forked ends. While it is locked,
	// this thread cannot end before the process does. (It can after a leftover
	// takes over, if other code ends threads by way of runtime.LockOSThread.
	// Nothing here does.)
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	p, err := h.start(rq)
	if err != nil {
		return err
	}
	return h.attend(ctx, p, rs)
}

// start starts the script as the leader of a process group.
func (h *Handler) start(rq *Request) (*process, error) {
	p := &process{fd: -1, stdout: pipe{fd: -1}, stderr: pipe{fd: -1}}
	var given descriptors
	// The script's ends of the pipes are closed here, so that its output ends when
	// the script's processes have closed it.
	defer given.close()
	if err := p.start(h, rq, &given); err != nil {
		p.close()
		return nil, h.startFailure(rq, err)
	}
	return p, nil
}

func (p *process) start(h *Handler, rq *Request, given *descriptors) (err error) {
	null := int(h.null.Fd())
	files := [3]int{null, null, null}
	if files[0], err = given.stdin(rq, null); err != nil {
		return err
	}
	if p.stdout.fd, files[1], err = given.pipe(); err != nil {
		return err
	}
	switch {
	case h.Stderr != nil:
		files[2] = int(h.Stderr.Fd())
	case h.Logger != nil:
		if p.stderr.fd, files[2], err = given.pipe(); err != nil {
			return err
		}
	}
	path, dir := h.program(rq)
	p.pid, err = syscall.ForkExec(path, append([]string{path}, h.Args...), &syscall.ProcAttr{
		Dir: dir, Env: rq.Env, Files: []uintptr{uintptr(files[0]), uintptr(files[1]), uintptr(files[2])},
		Sys: &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL, PidFD: &p.fd},
	})
	return err
}

func (p *process) close() {
	p.stdout.close()
	p.stderr.close()
}

func (p *process) group() int { return p.pid }

// descriptors is a list of descriptors to close.
type descriptors struct {
	fds [3]int
	n   int
}

func (d *descriptors) add(fd int) {
	d.fds[d.n] = fd
	d.n++
}

func (d *descriptors) close() {
	for _, fd := range d.fds[:d.n] {
		unix.Close(fd)
	}
}

// pipe makes a pipe for output of the script.
func (d *descriptors) pipe() (ours, given int, err error) {
	var p [2]int
	if err := unix.Pipe2(p[:], unix.O_CLOEXEC); err != nil {
		return -1, -1, os.NewSyscallError("pipe2", err)
	}
	d.add(p[1])
	return p[0], p[1], nil
}

// stdin returns the request's body as a file, so that no goroutine has to feed it.
func (d *descriptors) stdin(rq *Request, null int) (int, error) {
	switch b := rq.Body.(type) {
	case nil:
		return null, nil
	case *os.File:
		_, err := b.Seek(0, io.SeekStart)
		return int(b.Fd()), err
	}
	fd, err := unix.MemfdCreate("cgi-body", unix.MFD_CLOEXEC)
	if err != nil {
		return -1, os.NewSyscallError("memfd_create", err)
	}
	d.add(fd)
	content := make([]byte, rq.Length)
	if _, err := rq.Body.ReadAt(content, 0); err != nil && err != io.EOF {
		return -1, err
	}
	for at := 0; at < len(content); {
		n, err := unix.Pwrite(fd, content[at:], int64(at))
		if err != nil {
			return -1, os.NewSyscallError("pwrite", err)
		}
		at += n
	}
	return fd, nil
}

// exited reports whether the process has ended. Its output has ended already: the
// process follows a moment later, unless it goes on without output.
func (p *process) exited() bool {
	const moment = 2 // ms
	for !p.gone && (p.poll(moment) || exiting(p.pid)) {
	}
	return p.gone
}

// poll waits ms milliseconds for the end of the process, or without a limit if ms
// is -1. It reports whether the wait was interrupted.
func (p *process) poll(ms int) (interrupted bool) {
	n, err := unix.Poll([]unix.PollFd{{Fd: int32(p.fd), Events: unix.POLLIN}}, ms)
	p.gone = n > 0
	return err == unix.EINTR
}

// exiting reports whether a process is ending (PF_EXITING): the kernel closes its
// descriptors before it reports the end. See proc(5).
func exiting(pid int) bool {
	ending, err := pfExiting(pid)
	return err == nil && ending
}

// outlives reports whether a process whose standard output has ended goes on: it
// closed it itself.
func outlives(pid int) bool {
	ending, err := pfExiting(pid)
	return err == nil && !ending
}

func pfExiting(pid int) (bool, error) {
	const flag = 0x4
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return false, err
	}
	fields := statFields(stat)
	if len(fields) < 7 {
		return false, fmt.Errorf("/proc/%d/stat has %d fields", pid, len(fields))
	}
	flags, err := strconv.ParseUint(fields[6], 10, 64)
	return flags&flag != 0, err
}

// end ends the process group: with SIGTERM, and soon with SIGKILL.
func (p *process) end(why error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.reaped || p.why != nil {
		return
	}
	p.why = why
	unix.Kill(-p.pid, unix.SIGTERM)
	p.killer = time.AfterFunc(grace, p.kill)
	if p.waits != nil {
		p.waits.interrupt()
	}
}

func (p *process) kill() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.reaped {
		unix.Kill(-p.pid, unix.SIGKILL)
	}
}

// wait reaps the process. After that, its pid may be reused.
func (p *process) wait() exit {
	for !p.gone && p.poll(-1) {
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	var status unix.WaitStatus
	for {
		if _, err := unix.Wait4(p.pid, &status, 0, nil); err != unix.EINTR {
			break
		}
	}
	p.reaped = true
	if p.killer != nil {
		p.killer.Stop()
	}
	unix.Close(p.fd)
	return exit{status.ExitStatus(), describe(status), p.why, p.outlived}
}

func describe(status unix.WaitStatus) string {
	if status.Signaled() {
		return "signal: " + status.Signal().String()
	}
	return "exit status " + strconv.Itoa(status.ExitStatus())
}
