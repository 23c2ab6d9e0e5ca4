package host

import (
	"io"
	"os"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

// relay passes on the output of the process. The end of the process matters only
// when the response is complete: other processes may hold its standard output and
// write more.
func (p *process) relay(rs *Response) error {
	poller, err := takePoller()
	if err != nil {
		return err
	}
	defer putPoller(poller)
	if err := p.lend(poller); err != nil {
		return err
	}
	defer p.lend(nil)
	r := relay{process: p, rs: rs, poller: poller}
	defer r.forget()
	if err := r.watch(p.stdout.fd); err != nil {
		return err
	}
	if err := r.watch(p.stderr.fd); err != nil {
		return err
	}
	if err := r.run(); err != nil {
		return err
	}
	return r.settle()
}

// lend registers a poller that end interrupts. It fails if end was called.
func (p *process) lend(w *poller) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.waits = w
	return p.why
}

// A relay is the state of relaying the output of one process.
type relay struct {
	*process
	rs      *Response
	poller  *poller
	watched [3]int
	n       int
	waiting bool // only for the end of the process
}

// watch adds a descriptor to the poller; it ignores -1.
func (r *relay) watch(fd int) error {
	if fd < 0 {
		return nil
	}
	if err := r.poller.add(fd); err != nil {
		return err
	}
	r.watched[r.n] = fd
	r.n++
	return nil
}

func (r *relay) forget() {
	for _, fd := range r.watched[:r.n] {
		r.poller.remove(fd)
	}
}

func (r *relay) run() error {
	var events [3]unix.EpollEvent
	for {
		if !r.waiting && r.rs.Complete() {
			r.waiting = true
			if err := r.watch(r.fd); err != nil {
				return err
			}
		}
		readable, err := r.poller.wait(events[:])
		if err != nil {
			return r.explain(err)
		}
		for _, e := range readable {
			if ended, err := r.take(e); ended || err != nil {
				return err
			}
		}
	}
}

// settle waits a moment for the end of the process, which follows the end of its
// output. It parks the goroutine: a blocked thread would delay others.
func (r *relay) settle() error {
	if !r.gone {
		r.poll(0)
	}
	if r.gone {
		return nil
	}
	r.outlived = r.stdout.over() && outlives(r.pid)
	r.poller.remove(r.stdout.fd)
	if !r.stderr.over() {
		r.poller.remove(r.stderr.fd)
	}
	if !r.waiting {
		if err := r.watch(r.fd); err != nil {
			return err
		}
	}
	r.poller.file.SetReadDeadline(time.Now().Add(2 * time.Millisecond))
	defer r.poller.file.SetReadDeadline(time.Time{})
	var events [1]unix.EpollEvent
	_, err := r.poller.wait(events[:])
	r.gone = err == nil
	return nil
}

// explain replaces the error of an interrupted wait by the reason.
func (r *relay) explain(err error) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.why != nil {
		return r.why
	}
	return err
}

// take reads from a readable descriptor, and reports whether the response is over.
func (r *relay) take(e unix.EpollEvent) (over bool, err error) {
	switch int(e.Fd) {
	case r.stdout.fd:
		return r.pass(e.Events&unix.EPOLLHUP != 0)
	case r.stderr.fd:
		b := r.rs.out.Buffer()
		if n := read(r.stderr.fd, b); n > 0 {
			r.rs.Stderr(b[:n])
			return false, nil
		}
		r.stderr.ended = true
		r.poller.remove(r.stderr.fd)
		return false, nil
	}
	r.gone = true
	r.drain(r.rs)
	return true, nil
}

// pass passes on the standard output that the pipe holds now. With last, no process
// holds the other end: pass then reads to the end, and does not flush.
func (r *relay) pass(last bool) (ended bool, err error) {
	for {
		b := r.rs.out.Buffer()
		n := read(r.stdout.fd, b)
		if n <= 0 {
			r.stdout.ended = true
			return true, nil
		}
		if _, err := r.rs.Write(b[:n]); err != nil {
			return true, err
		}
		if !last {
			r.rs.Flush()
			return false, nil
		}
	}
}

// read reads once, from a pipe that has data or is at its end.
func read(fd int, buffer []byte) int {
	for {
		n, err := unix.Read(fd, buffer)
		if err != unix.EINTR {
			return n
		}
	}
}

// drain reads the rest from the pipes, once the process has ended.
func (p *process) drain(rs *Response) bool {
	if p.stdout.over() && p.stderr.over() {
		return true
	}
	buffer := buffers.Get().(*[bufferSize]byte)
	defer buffers.Put(buffer)
	p.stdout.drain(buffer, func(b []byte) { rs.Write(b) })
	p.stderr.drain(buffer, rs.Stderr)
	return p.stdout.over() && p.stderr.over()
}

// A pipe is the reading end of a pipe.
type pipe struct {
	fd    int // -1 if there is none
	ended bool
	file  *os.File // owns fd once it is pumped
}

func (p *pipe) over() bool { return p.fd < 0 || p.ended }

// drain reads the available data. The number of rounds is limited, because other
// processes may write faster than we read.
func (p *pipe) drain(buffer *[bufferSize]byte, to func([]byte)) {
	for turns := 0; turns < 16 && !p.over(); turns++ {
		n, err := unix.Poll([]unix.PollFd{{Fd: int32(p.fd), Events: unix.POLLIN}}, 0)
		switch {
		case err == unix.EINTR:
		case n == 0:
			return
		default:
			if n = read(p.fd, buffer[:]); n <= 0 {
				p.ended = true
				return
			}
			to(buffer[:n])
		}
	}
}

func (p *pipe) close() {
	switch {
	case p.file != nil:
		p.file.Close()
	case p.fd >= 0:
		unix.Close(p.fd)
	}
}

// pump reads the rest of the output, so that its writers are neither blocked nor
// killed.
func (p *process) pump(stderr func([]byte)) <-chan struct{} {
	var readers sync.WaitGroup
	p.stdout.pump(&readers, func([]byte) {})
	p.stderr.pump(&readers, stderr)
	done := make(chan struct{})
	go func() {
		readers.Wait()
		close(done)
	}()
	return done
}

func (p *pipe) pump(readers *sync.WaitGroup, to func([]byte)) {
	if p.over() {
		p.close()
		p.fd = -1 // the leftover may live long, and the number may be reused
		return
	}
	if unix.SetNonblock(p.fd, true) != nil {
		return
	}
	p.file = os.NewFile(uintptr(p.fd), "pipe")
	readers.Go(func() {
		io.Copy(writer(func(b []byte) (int, error) { to(b); return len(b), nil }), p.file)
	})
}
