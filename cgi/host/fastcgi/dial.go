package fastcgi

import (
	"context"
	"errors"
	"net"
	"syscall"
	"time"
)

// Between two tries to connect to an application whose line of connections is
// full.
const (
	firstPause = time.Millisecond
	mostPause  = 50 * time.Millisecond
)

// dial connects to the application. Many a FastCGI program listens with a backlog
// of five. When that is full, a Unix socket refuses with EAGAIN, and TCP drops the
// packet that opens a connection, which the kernel repeats after a second, then
// two, then four. Here the wait is of milliseconds, as with other queues.
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

// try tries once. On this machine TCP connects at once or not at all, though a busy
// one may notice late: then the application sees a connection without a request.
func (a *application) try(ctx context.Context, pause time.Duration) (net.Conn, error) {
	d := net.Dialer{KeepAlive: -1}
	if a.local && a.network == "tcp" {
		d.Timeout = max(50*time.Millisecond, 20*pause)
	}
	return d.DialContext(ctx, a.network, a.address)
}

// full reports whether an error is that of a full line, and not of an application
// that is not there.
func full(err error) bool {
	timeout, ok := errors.AsType[net.Error](err)
	return errors.Is(err, syscall.EAGAIN) || ok && timeout.Timeout() && !errors.Is(err, syscall.ETIMEDOUT)
}

// sleep reports whether ctx lived on.
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
