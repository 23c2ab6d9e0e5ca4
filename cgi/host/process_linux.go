package host

import (
	"context"
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

// A process is a script at work. One thread starts it, reads what it writes and
// waits for it, all by blocking calls: no goroutine or wake-up but these.
type process struct {
	pid    int
	stdout int // -1 after its end
	stderr int // -1 if not wanted, or after its end
	fd     int // readable when the process has ended

	mu     sync.Mutex
	why    error // why it was ended before its time
	ended  bool  // pid may be somebody else's
	killer *time.Timer
}

// runNative answers a request with a process.
func (h *Handler) runNative(ctx context.Context, rq *Request, rs *Response) error {
	// PR_SET_PDEATHSIG fires when the thread that forked ends. Locked, this one
	// cannot end before the process does, whatever else runs in this program.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	p, err := h.start(rq)
	if err != nil {
		return err
	}
	stop := context.AfterFunc(ctx, func() { p.end(context.Cause(ctx)) })
	rs.OnComplete(func() {
		if stop() {
			deadline, _ := ctx.Deadline()
			stop = time.AfterFunc(time.Until(deadline), func() { p.end(errTimeUp) }).Stop
		}
	})
	p.relay(rs)
	stop()
	status, why := p.reap()
	if unix.Kill(-p.pid, unix.SIGTERM) == nil {
		h.groups.Go(func() { endGroup(p.pid) })
	}
	if why != nil || status.ExitStatus() == 0 {
		return why
	}
	return judge(status.ExitStatus(), describe(status), rs)
}

// start starts the script, the head of a process group.
func (h *Handler) start(rq *Request) (*process, error) {
	var open descriptors
	defer open.close()
	stdin, err := open.stdin(rq, h.null)
	if err != nil {
		return nil, startFailure(h.path, err)
	}
	stdout, err := open.pipe()
	if err != nil {
		return nil, startFailure(h.path, err)
	}
	stderr := [2]int{-1, int(h.null.Fd())}
	if h.Logger != nil {
		if stderr, err = open.pipe(); err != nil {
			unix.Close(stdout[0])
			return nil, startFailure(h.path, err)
		}
	}
	p := &process{stdout: stdout[0], stderr: stderr[0]}
	p.pid, err = syscall.ForkExec(h.path, h.argv, &syscall.ProcAttr{
		Dir: h.dir, Env: rq.Env, Files: []uintptr{stdin, uintptr(stdout[1]), uintptr(stderr[1])},
		Sys: &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL, PidFD: &p.fd},
	})
	if err != nil {
		p.closePipes()
		return nil, startFailure(h.path, err)
	}
	return p, nil
}

// descriptors are those that the script gets, to be closed here when it has
// them.
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

// pipe makes a pipe for the script to write to.
func (d *descriptors) pipe() (p [2]int, err error) {
	if err := unix.Pipe2(p[:], unix.O_CLOEXEC); err != nil {
		return p, os.NewSyscallError("pipe2", err)
	}
	d.add(p[1])
	return p, nil
}

// stdin is the request's body as a file: nobody has to feed it.
func (d *descriptors) stdin(rq *Request, null *os.File) (uintptr, error) {
	switch b := rq.Body.(type) {
	case nil:
		return null.Fd(), nil
	case *os.File:
		_, err := b.Seek(0, 0)
		return b.Fd(), err
	}
	fd, err := unix.MemfdCreate("cgi-body", unix.MFD_CLOEXEC)
	if err != nil {
		return 0, os.NewSyscallError("memfd_create", err)
	}
	d.add(fd)
	buffer := buffers.Get().(*[bufferSize]byte)
	defer buffers.Put(buffer)
	for at := int64(0); at < rq.Length; {
		n, err := rq.Body.ReadAt(buffer[:min(bufferSize, rq.Length-at)], at)
		if n == 0 {
			return 0, err
		}
		if n, err = unix.Pwrite(fd, buffer[:n], at); err != nil {
			return 0, os.NewSyscallError("pwrite", err)
		}
		at += int64(n)
	}
	return uintptr(fd), nil
}

// relay passes on what the process writes, until it ends. What others wrote
// before that who hold its standard output is passed on as well, and no more.
func (p *process) relay(rs *Response) {
	buffer := buffers.Get().(*[bufferSize]byte)
	defer buffers.Put(buffer)
	broken := false
	stdout := func(b []byte) {
		if broken {
			return
		}
		if _, err := rs.Write(b); err != nil {
			broken = true
			p.end(err)
		}
	}
	fds := [3]unix.PollFd{{Events: unix.POLLIN}, {Events: unix.POLLIN}, {Fd: int32(p.fd), Events: unix.POLLIN}}
	for {
		fds[0].Fd, fds[1].Fd = int32(p.stdout), int32(p.stderr)
		if _, failed := unix.Poll(fds[:], -1); failed == unix.EINTR {
			continue
		} else if failed != nil {
			p.end(os.NewSyscallError("poll", failed))
			p.kill()
			return
		}
		if fds[2].Revents != 0 {
			drain(p.stdout, buffer, stdout)
			drain(p.stderr, buffer, rs.Stderr)
			return
		}
		if fds[0].Revents != 0 {
			pass(&p.stdout, buffer, stdout)
			rs.Flush()
		}
		if fds[1].Revents != 0 {
			pass(&p.stderr, buffer, rs.Stderr)
		}
	}
}

// pass reads once from a pipe that has something, or has come to its end.
func pass(fd *int, buffer *[bufferSize]byte, to func([]byte)) {
	n, err := unix.Read(*fd, buffer[:])
	switch {
	case err == unix.EINTR:
	case n > 0:
		to(buffer[:n])
	default:
		unix.Close(*fd)
		*fd = -1
	}
}

// drain reads what is in a pipe now. Who else holds its other end may go on to
// write, but is not waited for.
func drain(fd int, buffer *[bufferSize]byte, to func([]byte)) {
	if fd < 0 {
		return
	}
	left, err := unix.IoctlGetInt(fd, unix.TIOCINQ)
	for err == nil && left > 0 {
		n, failed := unix.Read(fd, buffer[:min(left, bufferSize)])
		if failed == unix.EINTR {
			continue
		}
		if n <= 0 {
			return
		}
		to(buffer[:n])
		left -= n
	}
}

// end has the process group ended: it is asked first, and soon killed.
func (p *process) end(why error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.ended || p.why != nil {
		return
	}
	p.why = why
	unix.Kill(-p.pid, unix.SIGTERM)
	p.killer = time.AfterFunc(grace, p.kill)
}

func (p *process) kill() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.ended {
		unix.Kill(-p.pid, unix.SIGKILL)
	}
}

// reap waits for the process, and frees what belongs to it. From then on, its
// pid may become somebody else's.
func (p *process) reap() (status unix.WaitStatus, why error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for {
		if _, err := unix.Wait4(p.pid, &status, 0, nil); err != unix.EINTR {
			break
		}
	}
	p.ended = true
	if p.killer != nil {
		p.killer.Stop()
	}
	p.closePipes()
	unix.Close(p.fd)
	return status, p.why
}

func (p *process) closePipes() {
	for _, fd := range []int{p.stdout, p.stderr} {
		if fd >= 0 {
			unix.Close(fd)
		}
	}
}

// endGroup sees to it that nobody is left of a process group that was asked to
// end and whose head is gone. While it has members, its number is not given to
// another. Those that this process has adopted are reaped.
func endGroup(group int) {
	began := time.Now()
	for killed := false; ; time.Sleep(5 * time.Millisecond) {
		for {
			if pid, _ := unix.Wait4(-group, nil, unix.WNOHANG, nil); pid <= 0 {
				break
			}
		}
		if unix.Kill(-group, 0) != nil || killed && time.Since(began) > 2*grace {
			return // gone, or dead and left lying by whoever should reap them
		}
		if !killed && time.Since(began) > grace {
			unix.Kill(-group, unix.SIGKILL)
			killed = true
		}
	}
}

func describe(status unix.WaitStatus) string {
	if status.Signaled() {
		return "signal: " + status.Signal().String()
	}
	return "exit status " + strconv.Itoa(status.ExitStatus())
}
