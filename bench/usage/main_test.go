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

// The test binary is its own child: with this variable set it plays a part
// instead of running tests.
const roleKey = "USAGE_TEST_ROLE"

var roles = map[string]func(args []string){
	"burn":    func(args []string) { burn(duration(args[0])) },
	"sleep":   func([]string) { sayAndWait("ready") },
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

// burn uses the CPU for so long, by the process's own clock.
func burn(d time.Duration) {
	for until := Self() + d; Self() < until; {
	}
}

// sayAndWait says a word and stays until standard input ends.
func sayAndWait(words ...any) {
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

// forker runs children that burn, several at a time, then says what wait4 said
// they used together with its own use, in nanoseconds.
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
	sayAndWait(int64(Self()) + syscall.TimevalToNsec(children.Utime) + syscall.TimevalToNsec(children.Stime))
}

var spun atomic.Int64

// spinner keeps so many threads of one process busy.
func spinner(args []string) {
	n, _ := strconv.Atoi(args[0])
	must(os.Setenv("GOMAXPROCS", args[0]))
	if os.Getenv("SPIN") == "" { // GOMAXPROCS counts from the start
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
	sayAndWait("ready")
}

// parent has so many sleeping children.
func parent(args []string) {
	n, _ := strconv.Atoi(args[0])
	for range n {
		in, word := begin(self("sleep"))
		defer in.Close()
		if word != "ready" {
			panic(word)
		}
	}
	sayAndWait("ready")
}

// begin starts a child and returns what it says first, and its standard input,
// which ends it when closed.
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

// orphans starts a child in a session of its own, which starts one as well and
// ends: the grandchild's parent is dead, its session not that of the root.
func orphans(args []string) {
	if len(args) > 0 {
		cmd := self("sleep")
		cmd.Stdin, cmd.Stdout = os.Stdin, os.Stdout
		must(cmd.Start())
		return
	}
	life, _, err := os.Pipe() // the grandchild ends with this process
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
	os.Stdin.Read(make([]byte, 1)) // says when to reap
	must(cmd.Wait())
	sayAndWait("reaped")
}

// pinned pins itself to the first of its CPUs and says what came of it.
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
	sayAndWait(allPinned && slices.Equal(CPUs(), first) && len(threads) > 1, runtime.GOMAXPROCS(0))
}

// spawner starts a sleeping child for each line that it reads, and says its id.
func spawner([]string) {
	fmt.Println("ready")
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		cmd := self("sleep")
		in, _ := begin(cmd)
		defer in.Close()
		fmt.Println(cmd.Process.Pid)
	}
}

// pinner tries to keep the processes that it is told on its last CPU, and says
// what came of it.
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

// zombies has so many children that ended and were not waited for.
func zombies(args []string) {
	n, _ := strconv.Atoi(args[0])
	for range n {
		cmd := self("burn", "1ms")
		must(cmd.Start())
		must(unix.Waitid(unix.P_PID, cmd.Process.Pid, nil, unix.WEXITED|unix.WNOWAIT, nil))
	}
	sayAndWait("ready")
}

// ignorer ignores SIGCHLD and has a child that burns 200 ms, says who it is
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
	r.Read(make([]byte, 1)) // for good
}

// child starts the test binary in a role and returns the first word that it
// says. It ends with the test.
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
		t.Fatalf("the child said nothing: %v", err)
	}
	return strings.TrimSpace(line)
}
