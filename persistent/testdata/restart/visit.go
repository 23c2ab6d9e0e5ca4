package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// visitors is the number of connections that are open at the same time at most.
const visitors = 64

// A tally counts what visitors got.
type tally struct {
	mu                              sync.Mutex
	answered, refused, reset, other int
	slowest                         time.Duration
}

// offer sends requests at a rate until ctx ends. Every other visitor opens a connection
// for each request.
func (t *tally) offer(ctx context.Context, addr string, rate int) {
	var next atomic.Int64
	var all sync.WaitGroup
	began := time.Now()
	request := []byte("GET / HTTP/1.1\r\nHost: ads\r\n\r\n")
	for i := range visitors {
		all.Go(func() {
			v := &visitor{addr: addr, keeps: i%2 == 0}
			defer v.close()
			for {
				due := began.Add(time.Duration(next.Add(1)) * time.Second / time.Duration(rate))
				if sleep(ctx, time.Until(due)) != nil {
					return
				}
				resp, _, err := v.send(request)
				if err == nil && resp.StatusCode != http.StatusOK {
					err = fmt.Errorf("got %s", resp.Status)
				}
				t.count(err, time.Since(due))
			}
		})
	}
	all.Wait()
}

func (t *tally) count(err error, took time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.slowest = max(t.slowest, took)
	switch {
	case err == nil:
		t.answered++
	case errors.Is(err, syscall.ECONNREFUSED):
		t.refused++
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		t.reset++
	default:
		if t.other++; t.other == 1 {
			fmt.Println("other:", err)
		}
	}
}

// A visitor sends one request after the other, and repeats none: net/http would hide a
// reset by another attempt.
type visitor struct {
	addr  string
	keeps bool
	conn  net.Conn
	r     *bufio.Reader
}

func (v *visitor) send(request []byte) (*http.Response, []byte, error) {
	if err := v.connect(); err != nil {
		return nil, nil, err
	}
	resp, body, err := v.exchange(request)
	if err != nil || resp.Close || !v.keeps {
		v.close()
	}
	return resp, body, err
}

func (v *visitor) exchange(request []byte) (*http.Response, []byte, error) {
	v.conn.SetDeadline(time.Now().Add(time.Minute))
	if _, err := v.conn.Write(request); err != nil {
		return nil, nil, err
	}
	resp, err := http.ReadResponse(v.r, nil)
	if err != nil {
		return nil, nil, err
	}
	body, err := io.ReadAll(resp.Body)
	return resp, body, err
}

// connect opens a connection unless the last one is still open.
func (v *visitor) connect() (err error) {
	if v.conn != nil && ended(v.conn.(*net.TCPConn)) {
		v.close()
	}
	if v.conn == nil {
		v.conn, err = net.Dial("tcp", v.addr)
		v.r = bufio.NewReader(v.conn)
	}
	if err != nil {
		v.conn = nil
	}
	return err
}

func (v *visitor) close() {
	if v.conn != nil {
		v.conn.Close()
		v.conn = nil
	}
}

// ended reports whether the server has closed an idle connection.
func ended(c *net.TCPConn) (end bool) {
	raw, err := c.SyscallConn()
	if err != nil {
		return true
	}
	err = raw.Control(func(fd uintptr) {
		n, _, err := unix.Recvfrom(int(fd), make([]byte, 1), unix.MSG_PEEK|unix.MSG_DONTWAIT)
		end = n == 0 && err == nil
	})
	return end || err != nil
}
