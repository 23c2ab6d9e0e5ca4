package host

import (
	"context"
	"fmt"
	"io"
	"os"
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

// A process is a child that this package forked and reaps itself.
type process struct {
	pid    int
	stdout pipe
	stderr pipe
	logged chan struct{} // closed at the end of stderr; nil if there is none

	outlived bool // it closed its standard output and went on
	paused   bool // the first part of the response has waited for the next

	mu     sync.Mutex
	why    error // the reason of end
	reaped bool  // pid may be reused
	status unix.WaitStatus
	killer *time.Timer
}

// runNative answers a request with a process.
func (h *Handler) runNative(ctx context.Context, rq *Request, rs *Response) error {
	p, err := h.start(rq)
	if err != nil {
		return err
	}
	if p.stderr.file != nil {
		p.logged = make(chan struct{})
		go p.log(rs)
	}
	return h.attend(ctx, p, rs)
}

// start starts the script as the leader of a process group.
func (h *Handler) start(rq *Request) (*process, error) {
	p := &process{}
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
	if p.stdout, files[1], err = given.pipe(); err != nil {
		return err
	}
	switch {
	case h.Stderr != nil:
		files[2] = int(h.Stderr.Fd())
	case h.Logger != nil:
		if p.stderr, files[2], err = given.pipe(); err != nil {
			return err
		}
	}
	path, dir := h.program(rq)
	s := spawn{path: path, args: append([]string{path}, h.Args...), attr: syscall.ProcAttr{
		Dir: dir, Env: rq.Env, Files: []uintptr{uintptr(files[0]), uintptr(files[1]), uintptr(files[2])},
		Sys: &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL},
	}}
	p.pid, err = s.start()
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
func (d *descriptors) pipe() (ours pipe, given int, err error) {
	var p [2]int
	if err := unix.Pipe2(p[:], unix.O_CLOEXEC); err != nil {
		return pipe{}, -1, os.NewSyscallError("pipe2", err)
	}
	d.add(p[1])
	ours, err = watch(p[0])
	return ours, p[1], err
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

// relay passes on the standard output. Other processes may hold it after the end of
// this one, and write more.
func (p *process) relay(rs *Response) error {
	for !p.stdout.ended && !rs.Complete() {
		b := rs.out.Buffer()
		n, err := p.stdout.Read(b)
		if err != nil && err != io.EOF {
			return p.explain(err)
		}
		if err := p.pass(rs, b[:n]); err != nil {
			return err
		}
	}
	p.outlived = p.stdout.ended && !p.reap() && outlives(p.pid)
	return nil
}

// pass passes on b, which was read from standard output, and what follows it at once, or
// after the first part within firstPause. The client gets that without further delay,
// unless it is the end: then the head has not left yet, and may state the length.
func (p *process) pass(rs *Response, b []byte) error {
	for len(b) > 0 {
		if _, err := rs.Write(b); err != nil {
			return err
		}
		if rs.Complete() {
			return nil
		}
		b = rs.out.Buffer()
		b = b[:p.next(b)]
	}
	if !p.stdout.ended {
		rs.Flush()
	}
	return nil
}

// firstPause is how long the first part of a response waits for the next one. Many scripts
// end as soon as they have written all; their response then leaves in one piece. It is
// short beside the start of any process, and only for scripts that do not state a length.
const firstPause = 500 * time.Microsecond

// next reads what follows on standard output without delay, or within firstPause if it is
// the second part. It returns 0 if there is nothing, and at the end.
func (p *process) next(b []byte) int {
	n := p.stdout.poll(b)
	if n > 0 || p.stdout.ended || p.paused {
		return n
	}
	p.paused = true
	p.limit(firstPause)
	n, _ = p.stdout.Read(b) // an error is not lost: reading goes on
	p.limit(0)
	return n
}

// limit makes reading of standard output fail after a time, unless end was called; 0
// means never.
func (p *process) limit(d time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.why == nil {
		p.stdout.limit(d)
	}
}

// failed returns the reason of end, or nil.
func (p *process) failed() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.why
}

// explain replaces the error of an interrupted read by the reason.
func (p *process) explain(err error) error {
	if why := p.failed(); why != nil {
		return why
	}
	return err
}

// log logs standard error to its end.
func (p *process) log(rs *Response) {
	defer close(p.logged)
	defer p.stderr.close()
	buffer := buffers.Get().(*[bufferSize]byte)
	defer buffers.Put(buffer)
	var l lines
	p.stderr.copy(buffer[:], func(b []byte) error { l.write(rs, b); return nil })
	l.end(rs)
}

// drain reads the rest of standard output, once the process has ended. The number of
// rounds is limited, because other processes may write faster than we read.
func (p *process) drain(rs *Response) bool {
	if !p.stdout.ended {
		buffer := buffers.Get().(*[bufferSize]byte)
		defer buffers.Put(buffer)
		for rounds := 0; rounds < 16; rounds++ {
			n := p.stdout.poll(buffer[:])
			if n == 0 {
				break
			}
			rs.Write(buffer[:n])
		}
	}
	return p.stdout.ended && p.quiet()
}

// quiet reports whether standard error is at its end, once the process has ended. It
// waits a moment for its reader, unless a job may hold it.
func (p *process) quiet() bool {
	if p.logged == nil {
		return true
	}
	wait := grace / 10
	if groupAlive(p.pid) {
		wait = 0
	}
	select {
	case <-p.logged:
		return true
	case <-time.After(wait):
		return false
	}
}

// follow reads the rest of standard output for a moment, while the process ends.
func (p *process) follow(rs *Response) bool {
	const moment = grace / 10
	buffer := buffers.Get().(*[bufferSize]byte)
	defer buffers.Put(buffer)
	p.limit(moment)
	p.stdout.copy(buffer[:], func(b []byte) error { _, err := rs.Write(b); return err })
	return p.exited()
}

// pump reads the rest of the output, so that its writers are neither blocked nor
// killed.
func (p *process) pump() <-chan struct{} {
	done := make(chan struct{})
	go func() {
		defer close(done)
		if !p.stdout.ended {
			p.stdout.limit(0)
			io.Copy(io.Discard, &p.stdout)
		}
		p.stdout.close() // the leftover may live long
		if p.logged != nil {
			<-p.logged
		}
	}()
	return done
}

// reap frees the number of the process if it has ended, and reports that.
func (p *process) reap() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	for !p.reaped {
		pid, err := unix.Wait4(p.pid, &p.status, unix.WNOHANG, nil)
		if pid == 0 && err == nil {
			return false
		}
		p.reaped = err != unix.EINTR
	}
	if p.killer != nil {
		p.killer.Stop()
	}
	return true
}

// exited reports whether the process has ended. If its output has ended, it waits for
// a process that is about to end.
func (p *process) exited() bool {
	const moment = 2 * time.Millisecond
	for !p.reap() {
		if !p.stdout.ended || !p.await(moment) && !exiting(p.pid) {
			return false
		}
	}
	return true
}

// await waits for the end of the process, for a time; 0 means without a limit. It
// reports whether the process has ended. The number of a process that was not reaped is
// not used again, so that a descriptor can be opened when it is needed: for most
// processes it is not.
func (p *process) await(limit time.Duration) bool {
	fd, err := unix.PidfdOpen(p.pid, 0)
	if err != nil {
		return p.reap()
	}
	end, err := watch(fd)
	if err != nil {
		return p.reap()
	}
	defer end.close()
	end.limit(limit)
	raw, err := end.file.SyscallConn()
	if err != nil {
		return p.reap()
	}
	raw.Read(func(uintptr) bool { return p.reap() })
	return p.reap()
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
	p.stdout.interrupt()
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
	for !p.reap() && !p.await(0) { // it could not be watched: there are too many open files
		unix.Waitid(unix.P_PID, p.pid, nil, unix.WEXITED|unix.WNOWAIT, nil)
	}
	return exit{p.status.ExitStatus(), describe(p.status), p.failed(), p.outlived}
}

func describe(status unix.WaitStatus) string {
	if status.Signaled() {
		return "signal: " + status.Signal().String()
	}
	return "exit status " + strconv.Itoa(status.ExitStatus())
}
