//go:build ignore

// Record records a comparison of two identical servers: the block series of an A/A
// run, as the gate would measure it. README.md describes how the shipped series
// were recorded, and how to record others.
//
//	go run ./bench/stats/testdata/record.go -sessions 10 > series.csv
//
// Both servers are separate processes of this program. They are restarted with
// swapped ports before each session of sixty quads.
package main

import (
	"bufio"
	"context"
	"crypto/sha256"
	"errors"
	"flag"
	"fmt"
	"html"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/classibench/classibench/bench/load"
	"github.com/classibench/classibench/bench/usage"
	"github.com/classibench/classibench/scenarios"
)

const (
	users  = 6
	warmth = 500 * time.Millisecond
)

// A plan contains the settings of a recording.
type plan struct {
	sessions, quads int
	length, discard time.Duration // length of a block; discarded time after a switch
	quiet           float64
}

func main() {
	serve := flag.String("serve", "", "be the server at this address (for the program's own use)")
	var p plan
	flag.IntVar(&p.sessions, "sessions", 10, "number of sessions; both servers are restarted for each")
	flag.IntVar(&p.quads, "quads", 60, "quads per session")
	flag.DurationVar(&p.length, "block", 40*time.Millisecond, "length of a block")
	flag.DurationVar(&p.discard, "discard", 10*time.Millisecond, "time to discard after each switch")
	flag.Float64Var(&p.quiet, "quiet", 1, "wait until other programs use less than this share of the CPUs, and repeat quads in which they use more")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	err := error(nil)
	if *serve != "" {
		err = beServer(*serve)
	} else {
		err = p.record(ctx, os.Stdout)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "record:", err)
		os.Exit(1)
	}
}

// record writes a line for each block.
func (p plan) record(ctx context.Context, w io.Writer) error {
	generator, servers, _ := usage.Split(usage.CPUs())
	if err := usage.PinSelf(generator); err != nil {
		return err
	}
	addrs, err := freeAddrs()
	if err != nil {
		return err
	}
	fmt.Fprintln(w, "session,quad,position,side,hits,seconds,cpu,others")
	for s := range p.sessions {
		err := p.session(ctx, w, s, [2]string{addrs[s%2], addrs[(s+1)%2]}, servers)
		if err != nil {
			return fmt.Errorf("session %d: %w", s, err)
		}
	}
	return nil
}

// session starts side 0 (A) and side 1 (B) and measures quads A B B A.
func (p plan) session(ctx context.Context, w io.Writer, number int, addrs [2]string, cpus []int) (err error) {
	var sides [2]*side
	for i, addr := range addrs {
		if sides[i], err = start(ctx, addr, cpus); err != nil {
			return err
		}
		defer sides[i].stop()
	}
	for _, s := range sides {
		if _, err := s.saturate(ctx, 0, warmth); err != nil {
			return err
		}
	}
	for q := range p.quads {
		blocks, err := p.quad(ctx, sides)
		if err != nil {
			return err
		}
		for position, b := range blocks {
			fmt.Fprintf(w, "%d,%d,%d,%c,%d,%.6f,%.4f,%.4f\n", number, q, position, "ABBA"[position], b.hits, b.seconds, b.cpu, b.others)
		}
	}
	return nil
}

// quad measures a quad, and repeats it while other programs use too much CPU.
func (p plan) quad(ctx context.Context, sides [2]*side) ([4]block, error) {
	for repeated := 0; ; repeated++ {
		if err := calm(ctx, p.quiet); err != nil {
			return [4]block{}, err
		}
		var blocks [4]block
		loudest := 0.0
		for position, i := range []int{0, 1, 1, 0} {
			b, err := sides[i].block(ctx, p.discard, p.length)
			if err != nil {
				return blocks, err
			}
			blocks[position], loudest = b, max(loudest, b.others)
		}
		if p.quiet >= 1 || loudest <= p.quiet {
			return blocks, nil
		}
		fmt.Fprintf(os.Stderr, "other programs used %.0f%% of the CPUs: quad repeated (%d)\n", 100*loudest, repeated+1)
	}
}

// calm waits until other programs use less than a share of the CPUs. This program
// and its servers are idle meanwhile.
func calm(ctx context.Context, quiet float64) error {
	for quiet < 1 {
		before, err := usage.ReadMachine()
		if err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(300 * time.Millisecond):
		}
		after, err := usage.ReadMachine()
		busy := after.Busy + after.Steal - before.Busy - before.Steal
		if err != nil || busy.Seconds() < quiet*float64(runtime.NumCPU())*after.At.Sub(before.At).Seconds() {
			return err
		}
	}
	return nil
}

// A side is a server with its client.
type side struct {
	cmd      *exec.Cmd
	in       io.Closer // the server ends with it
	client   *load.Client
	requests *load.Requests
	next     uint64
}

func start(ctx context.Context, addr string, cpus []int) (*side, error) {
	cmd := exec.CommandContext(ctx, os.Args[0], "-serve", addr)
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	fmt.Fprintln(in, strings.Trim(fmt.Sprint(cpus), "[]"))
	if _, err := bufio.NewReader(out).ReadString('\n'); err != nil {
		return nil, fmt.Errorf("the server at %s does not start: %w", addr, errors.Join(err, cmd.Wait()))
	}
	client, err := load.NewClient("http://"+addr, load.Options{})
	if err != nil {
		return nil, err
	}
	requests, err := load.NewRequests([]scenarios.Route{
		{Name: "list", Weight: 1, Method: "GET", Path: "/list", Expect: scenarios.Expect{Status: 200, Body: "</html>"}},
	}, nil, nil, 1)
	return &side{cmd: cmd, in: in, client: client, requests: requests}, err
}

func (s *side) stop() {
	s.client.Close()
	s.in.Close()
	s.cmd.Wait()
}

func (s *side) saturate(ctx context.Context, discard, length time.Duration) (load.Block, error) {
	b, err := s.client.Saturate(ctx, s.requests, s.next, users, discard, length)
	s.next += b.Sent
	if err == nil && b.Errors > 0 {
		err = fmt.Errorf("%d hits and %d errors in a block: %v", b.Hits, b.Errors, b.Faults)
	}
	return b, err
}

// A block is the result of one side in a block, with the CPU usage from the switch
// to the last answer: of the side itself as a share of one CPU, and of programs
// other than it and the generator as a share of all.
type block struct {
	hits                 uint64
	seconds, cpu, others float64
}

func (s *side) block(ctx context.Context, discard, length time.Duration) (block, error) {
	before, err := read(s.cmd.Process.Pid)
	if err != nil {
		return block{}, err
	}
	b, err := s.saturate(ctx, discard, length)
	if err != nil {
		return block{}, err
	}
	after, err := read(s.cmd.Process.Pid)
	took := after.at.Sub(before.at).Seconds()
	server := (after.server - before.server).Seconds()
	others := (after.all - before.all).Seconds() - server - (after.own - before.own).Seconds()
	return block{b.Hits, b.Length.Seconds(), server / took, max(0, others/took/float64(runtime.NumCPU()))}, err
}

// A reading is the CPU time used so far.
type reading struct {
	at               time.Time
	server, own, all time.Duration
}

func read(pid int) (r reading, err error) {
	u, err := usage.Read(pid)
	if err != nil {
		return r, err
	}
	m, err := usage.ReadMachine()
	return reading{at: time.Now(), server: u.CPU, own: usage.Self(), all: m.Busy + m.Steal}, err
}

// freeAddrs returns two addresses at which no program listens.
func freeAddrs() (addrs [2]string, err error) {
	for i := range addrs {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return addrs, err
		}
		defer l.Close()
		addrs[i] = l.Addr().String()
	}
	return addrs, nil
}

// beServer serves until its input ends. The first line of the input lists the
// CPUs to run on.
func beServer(addr string) error {
	in := bufio.NewReader(os.Stdin)
	line, err := in.ReadString('\n')
	if err != nil {
		return err
	}
	var cpus []int
	for _, f := range strings.Fields(line) {
		var cpu int
		if _, err := fmt.Sscan(f, &cpu); err != nil {
			return err
		}
		cpus = append(cpus, cpu)
	}
	if err := usage.PinSelf(cpus); err != nil {
		return err
	}
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	srv := &http.Server{Handler: http.HandlerFunc(list)}
	go func() {
		io.Copy(io.Discard, in)
		srv.Close()
	}()
	fmt.Println("ready")
	if err := srv.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

type ad struct {
	title string
	price int
	key   [sha256.Size]byte
}

// list makes a page of the cheapest ads of a shelf: it allocates, sorts, escapes
// and hashes, as a real site's page does.
func list(w http.ResponseWriter, _ *http.Request) {
	ads := make([]*ad, 150)
	for i := range ads {
		title := fmt.Sprintf("Oak table & %d <fine> chairs", rand.IntN(1000))
		ads[i] = &ad{title: title, price: rand.IntN(100_000), key: sha256.Sum256([]byte(title))}
	}
	slices.SortFunc(ads, func(a, b *ad) int { return a.price - b.price })
	var page strings.Builder
	page.WriteString("<!doctype html><html><body><ul>")
	for _, a := range ads[:50] {
		fmt.Fprintf(&page, "<li id=%x>%s: %d.%02d</li>", a.key[:4], html.EscapeString(a.title), a.price/100, a.price%100)
	}
	page.WriteString("</ul></body></html>")
	io.WriteString(w, page.String())
}
