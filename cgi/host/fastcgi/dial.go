package fastcgi

import (
	"context"
	"errors"
	"net"
	"syscall"
	"time"
)

// Pauses between two attempts to connect to an application with a full backlog.
const (
	firstPause = time.Millisecond
	mostPause  = 50 * time.Millisecond
)

// dial connects to the application. Many FastCGI programs listen with a backlog of
// five. When it is full, a Unix socket refuses with EAGAIN. TCP drops the packet
// that opens a connection, and the kernel repeats it after one second, then two,
// then four. dial tries again after milliseconds.
func (a *application) dial(ctx context.Context) (net.Conn, error) {
	for pause := firstPause; ; pause = min(2*pause, mostPause) {
		c, err := a.try(ctx, pause)
		if err == nil || ctx.Err() != nil || !full(err) {
			return c, err
		}
		if errors.Is(err, syscall.EAGAIN) && !sleep(ctx, pause) {
			return nil, context.Cause(ctx)
		}
	}
}

// Reach connects to the application and closes the connection. Its error is the
// reason why requests would be answered 502.
func (h *Handler) Reach(ctx context.Context) error {
	h.once.Do(h.init)
	c, err := h.app.dial(ctx)
	if err != nil {
		return err
	}
	return c.Close()
}

// try tries once. On this machine, TCP connects at once or not at all. If a busy
// machine notices that too late, the application sees a connection without a
// request.
func (a *application) try(ctx context.Context, pause time.Duration) (net.Conn, error) {
	d := net.Dialer{KeepAlive: -1}
	if a.local && a.network == "tcp" {
		d.Timeout = max(50*time.Millisecond, 20*pause)
	}
	return d.DialContext(ctx, a.network, a.address)
}

// full reports whether an error means a full backlog, and not a missing
// application.
func full(err error) bool {
	timeout, ok := errors.AsType[net.Error](err)
	return errors.Is(err, syscall.EAGAIN) || ok && timeout.Timeout() && !errors.Is(err, syscall.ETIMEDOUT)
}

// sleep waits for d. It returns false if ctx ended first.
func sleep(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}
