package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"github.com/classibench/classibench/bench/usage"
)

// A plain client says what a median can be at best: one thread that writes a request and
// reads the answer, with nothing of ours in between. What it sees beyond the service
// time is the kernel's and the machine's: two processes that wake on idle virtual CPUs.
const (
	plainHits  = 15
	plainPause = 250 * time.Millisecond
)

// plain is the median that a plain client sees of a server, on the cores that
// classibench would give to both.
func plain(ctx context.Context, self, service string) (time.Duration, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	addr := l.Addr().(*net.TCPAddr)
	l.Close()
	cmd := exec.CommandContext(ctx, self, "serve", addr.String(), service)
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		return 0, err
	}
	defer func() { cmd.Process.Kill(); cmd.Wait() }()
	load, target, _ := usage.Split(usage.CPUs())
	if len(target) > 0 {
		if _, err := usage.PinTree(target, cmd.Process.Pid); err != nil {
			return 0, err
		}
	}
	type result struct {
		median time.Duration
		err    error
	}
	found := make(chan result)
	go func() { // on a thread of its own, which ends with it
		runtime.LockOSThread()
		m, err := ask(addr.Port, load)
		found <- result{m, err}
	}()
	r := <-found
	return r.median, r.err
}

// ask asks again and again, and returns the median time of an answer.
func ask(port int, cpus []int) (time.Duration, error) {
	var set unix.CPUSet
	for _, cpu := range cpus {
		set.Set(cpu)
	}
	if len(cpus) > 0 {
		if err := unix.SchedSetaffinity(0, &set); err != nil {
			return 0, err
		}
	}
	fd, err := dial(port)
	if err != nil {
		return 0, err
	}
	defer syscall.Close(fd)
	var took []time.Duration
	b := make([]byte, 4096)
	for range plainHits {
		began := time.Now()
		_, errW := syscall.Write(fd, []byte("GET / HTTP/1.1\r\nHost: x\r\n\r\n"))
		n, errR := syscall.Read(fd, b)
		if err := errors.Join(errW, errR); err != nil || n <= 0 {
			return 0, fmt.Errorf("ask the server: %d bytes, %w", n, err)
		}
		took = append(took, time.Since(began))
		time.Sleep(plainPause)
	}
	slices.Sort(took)
	return took[len(took)/2], nil
}

// dial waits until the server listens.
func dial(port int) (fd int, err error) {
	for range 200 {
		if fd, err = syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0); err != nil {
			return 0, err
		}
		if err = syscall.Connect(fd, &syscall.SockaddrInet4{Port: port, Addr: [4]byte{127, 0, 0, 1}}); err == nil {
			return fd, nil
		}
		syscall.Close(fd)
		time.Sleep(10 * time.Millisecond)
	}
	return 0, fmt.Errorf("reach the server: %w", err)
}
