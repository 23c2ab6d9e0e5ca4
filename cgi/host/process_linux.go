package host

import (
	"context"
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

// A process is a script at work. The goroutine that starts it reads what it
// writes and waits for it.
//
// The ends of the pipes that the script writes to stay open here as well. So they
// have no end of file, which would tell nothing: others may hold them when the
// script has ended. It would only wake the goroutine once more for every request.
type process struct {
	pid    int
	fd     int // readable when the process has ended
	stdout int
	stderr int         // -1 if not wanted
	given  descriptors // what the script has, and we too

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
	if err := p.relay(rs); err != nil {
		p.end(err)
		p.kill()
	}
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
	p := &process{stdout: -1, stderr: -1}
	if err := p.start(h, rq); err != nil {
		p.close()
		return nil, startFailure(h.path, err)
	}
	return p, nil
}

func (p *process) start(h *Handler, rq *Request) (err error) {
	null := int(h.null.Fd())
	files := [3]int{null, null, null}
	if files[0], err = p.given.stdin(rq, null); err != nil {
		return err
	}
	if p.stdout, files[1], err = p.given.pipe(); err != nil {
		return err
	}
	switch {
	case h.Stderr != nil:
		files[2] = int(h.Stderr.Fd())
	case h.Logger != nil:
		if p.stderr, files[2], err = p.given.pipe(); err != nil {
			return err
		}
	}
	p.pid, err = syscall.ForkExec(h.path, h.argv, &syscall.ProcAttr{
		Dir: h.dir, Env: rq.Env, Files: []uintptr{uintptr(files[0]), uintptr(files[1]), uintptr(files[2])},
		Sys: &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL, PidFD: &p.fd},
	})
	return err
}

func (p *process) close() {
	for _, fd := range []int{p.stdout, p.stderr} {
		if fd >= 0 {
			unix.Close(fd)
		}
	}
	p.given.close()
}

// descriptors are to be closed.
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
func (d *descriptors) pipe() (ours, given int, err error) {
	var p [2]int
	if err := unix.Pipe2(p[:], unix.O_CLOEXEC); err != nil {
		return -1, -1, os.NewSyscallError("pipe2", err)
	}
	d.add(p[1])
	return p[0], p[1], nil
}

// stdin is the request's body as a file: nobody has to feed it.
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

// relay passes on what the process writes, until it ends. What others wrote
// before that who hold its standard output is passed on as well, and no more.
func (p *process) relay(rs *Response) error {
	buffer := buffers.Get().(*[bufferSize]byte)
	defer buffers.Put(buffer)
	poller, err := takePoller()
	if err != nil {
		return err
	}
	defer pollers.Put(poller)
	for _, fd := range []int{p.stdout, p.stderr, p.fd} {
		if fd < 0 {
			continue
		}
		if err := poller.add(fd); err != nil {
			return err
		}
		defer poller.remove(fd)
	}
	stdout := p.writeTo(rs)
	var events [3]unix.EpollEvent
	for {
		readable, err := poller.wait(events[:])
		if err != nil {
			return err
		}
		for _, e := range readable {
			switch int(e.Fd) {
			case p.stdout:
				pass(p.stdout, buffer, stdout)
				rs.Flush()
			case p.stderr:
				pass(p.stderr, buffer, rs.Stderr)
			case p.fd:
				drain(p.stdout, buffer, stdout)
				drain(p.stderr, buffer, rs.Stderr)
				return nil
			}
		}
	}
}

// writeTo is where standard output goes. When the response takes no more, the
// process is ended, and the rest dropped.
func (p *process) writeTo(rs *Response) func([]byte) {
	broken := false
	return func(b []byte) {
		if broken {
			return
		}
		if _, err := rs.Write(b); err != nil {
			broken = true
			p.end(err)
		}
	}
}

// pass reads once from a pipe that has something.
func pass(fd int, buffer *[bufferSize]byte, to func([]byte)) {
	if n, _ := unix.Read(fd, buffer[:]); n > 0 {
		to(buffer[:n])
	}
}

// drain reads what is in a pipe now. Who else holds its other end may go on to
// write, but is not waited for.
func drain(fd int, buffer *[bufferSize]byte, to func([]byte)) {
	if fd < 0 {
		return
	}
	left, err := unix.IoctlGetInt(fd, unix.TIOCINQ) // FIONREAD
	for err == nil && left > 0 {
		var n int
		if n, err = unix.Read(fd, buffer[:min(left, bufferSize)]); n > 0 {
			to(buffer[:n])
			left -= n
		}
		if err == unix.EINTR {
			err = nil
		}
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
	p.close()
	unix.Close(p.fd)
	return status, p.why
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
