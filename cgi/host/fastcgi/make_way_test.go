//go:build linux

package fastcgi

import (
	"net"
	"net/http"
	"net/http/fcgi"
	"syscall"
	"testing"
	"time"
)

// narrow dials connections whose clients take next to nothing without reading.
var narrow = &net.Dialer{Control: func(_, _ string, c syscall.RawConn) error {
	return c.Control(func(fd uintptr) { syscall.SetsockoptInt(int(fd), syscall.SOL_SOCKET, syscall.SO_RCVBUF, 1) }) // the least that the system allows
}}

// While all connections to the application are in use, clients that do not read make way for a
// request that waits. The log has the reason.
func TestClientsMakeWay(t *testing.T) {
	l, addr := listen(t, "unix")
	go fcgi.Serve(l, http.HandlerFunc(zeros)) // returns when l is closed
	h := &Handler{Addr: addr, MaxConns: 2, SendTimeout: time.Hour, Timeout: 20 * time.Second}
	j := logTo(h)
	front := serving(t, h)
	for range 2 {
		defer unreadBy(t, narrow, front, "/endless").Close()
	}
	ask(t, "GET", "http://"+front.String(), nil).want(t, 200, "page")
	j.await(t, `level=WARN msg="client disconnected"`)
	j.await(t, "other requests wait, and the client takes less than 8 KiB a second")
}
