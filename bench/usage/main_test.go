//go:build linux

package usage

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// The test binary is its own child: with this variable set it plays a role instead
// of running tests.
const roleKey = "USAGE_TEST_ROLE"

var roles = map[string]func(args []string){
	"burn":    func(args []string) { burn(duration(args[0])) },
	"sleep":   func([]string) { writeAndWait("ready") },
	"forker":  forker,
	"spinner": spinner,
	"parent":  parent,
	"orphans": orphans,
	"zombies": zombies,
	"ignorer": ignorer,
	"burnt":   burnt,
	"pinned":  pinned,
	"spawner": spawner,
	"pinner":  pinner,
}

func TestMain(m *testing.M) {
	if role := roles[os.Getenv(roleKey)]; role != nil {
		role(os.Args[1:])
		return
	}
	os.Exit(m.Run())
}

func duration(s string) time.Duration {
	d, err := time.ParseDuration(s)
	if err != nil {
		panic(err)
	}
	return d
}

// burn uses d of CPU time.
func burn(d time.Duration) {
	for until := Self() + d; Self() < until; {
	}
}

// writeAndWait writes words and waits for the end of standard input.
func writeAndWait(words ...any) {
	fmt.Println(words...)
	io.Copy(io.Discard, os.Stdin)
}

func self(role string, args ...string) *exec.Cmd {
	cmd := exec.Command("/proc/self/exe", args...)
	cmd.Env = append(os.Environ(), roleKey+"="+role, "GOMAXPROCS=1", "GORACE=atexit_sleep_ms=0")
	cmd.Stderr = os.Stderr
	return cmd
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

// forker runs children that burn, several at a time. Then it writes their total CPU
// time by wait4, and its own, in nanoseconds.
func forker(args []string) {
	count, _ := strconv.Atoi(args[0])
	const atOnce = 4
	free := make(chan bool, atOnce)
	for range count {
		free <- true
		cmd := self("burn", args[1])
		must(cmd.Start())
		go func() { must(cmd.Wait()); <-free }()
	}
	for range atOnce {
		free <- true
	}
	var children syscall.Rusage
	must(syscall.Getrusage(syscall.RUSAGE_CHILDREN, &children))
	writeAndWait(int64(Self()) + syscall.TimevalToNsec(children.Utime) + syscall.TimevalToNsec(children.Stime))
}

var spun atomic.Int64

// spinner keeps a number of threads busy.
func spinner(args []string) {
	n, _ := strconv.Atoi(args[0])
	must(os.Setenv("GOMAXPROCS", args[0]))
	if os.Getenv("SPIN") == "" { // GOMAXPROCS must be set before the start
		must(os.Setenv("SPIN", "1"))
		must(syscall.Exec("/proc/self/exe", os.Args, os.Environ()))
	}
	for range n {
		go func() {
			for n := 0; ; n++ {
				spun.Store(int64(n))
			}
		}()
	}
	writeAndWait("ready")
}

// parent has a number of sleeping children.
func parent(args []string) {
	n, _ := strconv.Atoi(args[0])
	for range n {
		in, word := begin(self("sleep"))
		defer in.Close()
		if word != "ready" {
			panic(word)
		}
	}
	writeAndWait("ready")
}

// begin starts a child. It returns the child's first word, and its standard input:
// the child ends when it is closed.
func begin(cmd *exec.Cmd) (in io.WriteCloser, word string) {
	in, err := cmd.StdinPipe()
	must(err)
	out, err := cmd.StdoutPipe()
	must(err)
	must(cmd.Start())
	line, err := bufio.NewReader(out).ReadString('\n')
	must(err)
	return in, strings.TrimSpace(line)
}

// orphans starts a child in a new session, which starts another child and ends. The
// grandchild has lost its parent, and is not in the session of the root.
func orphans(args []string) {
	if len(args) > 0 {
		cmd := self("sleep")
		cmd.Stdin, cmd.Stdout = os.Stdin, os.Stdout
		must(cmd.Start())
		return
	}
	life, _, err := os.Pipe() // the grandchild ends when this process does
	must(err)
	cmd := self("orphans", "again")
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	cmd.Stdin = life
	pipe, err := cmd.StdoutPipe()
	must(err)
	must(cmd.Start())
	_, err = bufio.NewReader(pipe).ReadString('\n')
	must(err)
	must(unix.Waitid(unix.P_PID, cmd.Process.Pid, nil, unix.WEXITED|unix.WNOWAIT, nil))
	fmt.Println("dead")
	os.Stdin.Read(make([]byte, 1)) // the signal to reap
	must(cmd.Wait())
	writeAndWait("reaped")
}

// pinned pins itself to the first of its CPUs and writes the result.
func pinned([]string) {
	first := CPUs()[:1]
	must(PinSelf(first))
	allPinned := true
	threads, err := os.ReadDir("/proc/self/task")
	must(err)
	for _, thread := range threads {
		var set unix.CPUSet
		id, _ := strconv.Atoi(thread.Name())
		must(unix.SchedGetaffinity(id, &set))
		allPinned = allPinned && set.Count() == 1 && set.IsSet(first[0])
	}
	writeAndWait(allPinned && slices.Equal(CPUs(), first) && len(threads) > 1, runtime.GOMAXPROCS(0))
}

// spawner starts a sleeping child for each line of its input, and writes the
// child's pid.
func spawner([]string) {
	fmt.Println("ready")
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		cmd := self("sleep")
		in, _ := begin(cmd)
		defer in.Close()
		fmt.Println(cmd.Process.Pid)
	}
}

// pinner tries to keep the given processes on its last CPU, and writes the result.
func pinner(args []string) {
	var roots []int
	for _, arg := range args {
		root, err := strconv.Atoi(arg)
		must(err)
		roots = append(roots, root)
	}
	cpus := CPUs()
	pin, err := PinTree(cpus[len(cpus)-1:], roots...)
	if err != nil {
		fmt.Println(strings.ReplaceAll(err.Error(), "\n", "; "))
		return
	}
	must(pin.Release())
	fmt.Println("pinned")
}

// zombies has a number of children that it does not reap.
func zombies(args []string) {
	n, _ := strconv.Atoi(args[0])
	for range n {
		cmd := self("burn", "1ms")
		must(cmd.Start())
		must(unix.Waitid(unix.P_PID, cmd.Process.Pid, nil, unix.WEXITED|unix.WNOWAIT, nil))
	}
	writeAndWait("ready")
}

// ignorer ignores SIGCHLD. It has a child that burns 200 ms, writes the child's pid
// and waits to be killed.
func ignorer([]string) {
	signal.Ignore(syscall.SIGCHLD)
	cmd := self("burnt")
	cmd.Stdout = os.Stdout
	must(cmd.Start())
	io.Copy(io.Discard, os.Stdin)
}

func burnt([]string) {
	burn(200 * time.Millisecond)
	fmt.Println(os.Getpid())
	r, w, err := os.Pipe()
	must(err)
	defer w.Close()
	r.Read(make([]byte, 1)) // for ever
}

// child starts the test binary in a role, and returns the first word that it
// writes. It ends with the test.
func child(t testing.TB, role string, args ...string) (pid int, word string, in io.Writer, out *bufio.Reader) {
	t.Helper()
	cmd := self(role, args...)
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		stdin.Close()
		syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
		cmd.Wait()
	})
	out = bufio.NewReader(stdout)
	return cmd.Process.Pid, firstWord(t, out), stdin, out
}

func firstWord(t testing.TB, out *bufio.Reader) string {
	t.Helper()
	line, err := out.ReadString('\n')
	if err != nil {
		t.Fatalf("the child wrote nothing: %v", err)
	}
	return strings.TrimSpace(line)
}
