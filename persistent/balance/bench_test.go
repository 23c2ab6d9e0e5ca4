//go:build unix

package balance_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"syscall"
	"testing"

	"github.com/classibench/classibench/persistent/balance"
)

// BenchmarkBalancer shows what a request costs without the balancer, with it, and with
// httputil.ReverseProxy alone: cpu-µs/op is the CPU time of client, balancer and instance.
func BenchmarkBalancer(b *testing.B) {
	page := strings.Repeat("x", 8<<10)
	instance := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, page) }))
	defer instance.Close()
	addr := instance.Listener.Addr().String()
	balancer, err := balance.New([]string{addr, addr, addr}, balance.Options{})
	if err != nil {
		b.Fatal(err)
	}
	plain := httputil.NewSingleHostReverseProxy(&url.URL{Scheme: "http", Host: addr})
	for name, h := range map[string]http.Handler{"direct": nil, "balancer": balancer, "ReverseProxy": plain} {
		b.Run(name, func(b *testing.B) {
			to := addr
			if h != nil {
				s := httptest.NewServer(h)
				defer s.Close()
				to = s.Listener.Addr().String()
			}
			ask(b, to)
		})
	}
}

// ask sends requests over one connection, with a client that costs little.
func ask(b *testing.B, addr string) {
	c, err := net.Dial("tcp", addr)
	if err != nil {
		b.Fatal(err)
	}
	defer c.Close()
	answers := bufio.NewReader(c)
	b.ReportAllocs()
	before := spent()
	for b.Loop() {
		fmt.Fprint(c, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
		response, err := http.ReadResponse(answers, nil)
		if err != nil {
			b.Fatal(err)
		}
		io.Copy(io.Discard, response.Body)
	}
	b.ReportMetric(float64(spent()-before)/1e3/float64(b.N), "cpu-µs/op")
}

// spent returns the CPU time of this process, in nanoseconds.
func spent() int64 {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return u.Utime.Nano() + u.Stime.Nano()
}
