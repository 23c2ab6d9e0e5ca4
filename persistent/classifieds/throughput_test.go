//go:build unix

package main_test

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/classibench/classibench/bench/usage"
	"github.com/classibench/classibench/internal/classifieds"
	"github.com/classibench/classibench/internal/classifieds/dataset"
	"github.com/classibench/classibench/internal/classifieds/store"
	"github.com/classibench/classibench/persistent"
	program "github.com/classibench/classibench/persistent/classifieds"
)

// BenchmarkCategoryPage compares a page of a category with a handler that writes
// "ok", in alternating turns on the same server. share-of-ok is the throughput of
// the page as a share of the other's: the median over the rounds. cpu-share is the
// same ratio by the server's CPU time, without the time in which it waited for a
// core: prefer it on a machine with other work.
//
// The server is a separate process on its own cores, and the client does as little
// work as possible: other work would be a part of both times and make the share
// look too large.
func BenchmarkCategoryPage(b *testing.B) {
	server := startServer(b)
	var shares, cpuShares []float64
	var pages, oks time.Duration
	for b.Loop() {
		var page, ok cost
		for _, t := range []struct {
			path string
			to   *cost
		}{{"/c/bicycles", &page}, {"/ok", &ok}, {"/ok", &ok}, {"/c/bicycles", &page}} {
			t.to.add(server.turn(b, t.path))
		}
		shares = append(shares, ok.took.Seconds()/page.took.Seconds())
		cpuShares = append(cpuShares, ok.cpu.Seconds()/page.cpu.Seconds())
		pages, oks = pages+page.took, oks+ok.took
	}
	sent := float64(2 * perTurn * len(shares))
	b.ReportMetric(sent/pages.Seconds(), "pages/s")
	b.ReportMetric(sent/oks.Seconds(), "oks/s")
	b.ReportMetric(median(shares), "share-of-ok")
	b.ReportMetric(median(cpuShares), "cpu-share")
}

// A cost is the time of one turn.
type cost struct{ took, cpu time.Duration }

func (c *cost) add(d cost) {
	c.took += d.took
	c.cpu += d.cpu
}

func median(x []float64) float64 {
	slices.Sort(x)
	return x[len(x)/2]
}

const (
	users   = 8
	perTurn = users * 250
)

// dbKey turns the test binary into the server of the benchmark, with the data set
// that it names.
const dbKey = "CLASSIFIEDS_BENCHMARK_DB"

func TestMain(m *testing.M) {
	if os.Getenv(programKey) != "" {
		os.Args = os.Args[:1]
		program.Main()
		return
	}
	if db := os.Getenv(dbKey); db != "" {
		if err := beServer(db); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// beServer serves persistent/classifieds with one more path, /ok.
func beServer(db string) error {
	_, cores, _ := usage.Split(usage.CPUs())
	if err := usage.PinSelf(cores); err != nil {
		return err
	}
	site := classifieds.New(store.Open, &classifieds.Config{DB: db})
	defer site.Close()
	mux := http.NewServeMux()
	mux.Handle("/", site)
	mux.HandleFunc("/ok", func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "ok") })
	return persistent.Serve(mux)
}

// A server is the process under test.
type server struct {
	addr string
	pid  int
}

// startServer starts the server and pins this process to other cores.
func startServer(b *testing.B) server {
	b.Helper()
	db := filepath.Join(b.TempDir(), "ads.db")
	if err := dataset.Make(b.Context(), db, dataset.Spec{}, nil); err != nil {
		b.Fatal(err)
	}
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), dbKey+"="+db, "CLASSIBENCH_LISTEN=127.0.0.1:0")
	stderr, err := cmd.StderrPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		cmd.Process.Signal(os.Interrupt)
		io.Copy(io.Discard, stderr)
		if err := cmd.Wait(); err != nil {
			b.Error(err)
		}
	})
	line, err := bufio.NewReader(stderr).ReadString('\n')
	found := regexp.MustCompile(`msg=listening addr=(\S+)`).FindStringSubmatch(line)
	if found == nil {
		b.Fatalf("the server's first line is %q (%v), want msg=listening", line, err)
	}
	keepToOwnCores(b)
	return server{found[1], cmd.Process.Pid}
}

func keepToOwnCores(b *testing.B) {
	all := usage.CPUs()
	cores, _, how := usage.Split(all)
	b.Log(how)
	if err := usage.PinSelf(cores); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { usage.PinSelf(all) })
}

// turn sends the requests of all users, each user on one connection.
func (s server) turn(b *testing.B, path string) cost {
	request := []byte("GET " + path + " HTTP/1.1\r\nHost: " + s.addr + "\r\n\r\n")
	var all errgroup.Group
	before := s.usage(b)
	for range users {
		all.Go(func() error { return visit(s.addr, request, perTurn/users) })
	}
	if err := all.Wait(); err != nil {
		b.Fatalf("%s: %v", path, err)
	}
	after := s.usage(b)
	return cost{after.At.Sub(before.At), after.CPU - before.CPU}
}

func (s server) usage(b *testing.B) usage.Usage {
	u, err := usage.Read(s.pid)
	if err != nil {
		b.Fatal(err)
	}
	return u
}

// visit sends a request n times, one after the other.
func visit(addr string, request []byte, n int) error {
	c, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	defer c.Close()
	answers := bufio.NewReaderSize(c, 16<<10)
	for range n {
		if _, err := c.Write(request); err != nil {
			return err
		}
		if err := skip(answers); err != nil {
			return err
		}
	}
	return nil
}

// skip reads one answer, and checks only its status and its length.
func skip(r *bufio.Reader) error {
	line, err := r.ReadSlice('\n')
	if err != nil || !bytes.HasPrefix(line, []byte("HTTP/1.1 200 ")) {
		return fmt.Errorf("got %q, %w", line, err)
	}
	length := 0
	for {
		line, err := r.ReadSlice('\n')
		if err != nil {
			return err
		}
		if value, ok := bytes.CutPrefix(line, []byte("Content-Length: ")); ok {
			if length, err = strconv.Atoi(string(bytes.TrimSpace(value))); err != nil {
				return err
			}
		}
		if len(line) == len("\r\n") {
			_, err := r.Discard(length)
			return err
		}
	}
}
