//go:build linux

package target

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/fcgi"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"
	"testing"
	"time"
)

// The test binary is also the system under test: with this variable set it plays a
// role instead of running tests.
const roleKey = "TARGET_TEST_ROLE"

var roles = map[string]func(args []string){
	"site":        func(args []string) { serve(args[0], http.HandlerFunc(site)) },
	"server":      func(args []string) { serve(args[0], http.HandlerFunc(hello)) },
	"broken":      func(args []string) { serve(args[0], http.HandlerFunc(broken)) },
	"hangs":       hangs,
	"gibberish":   gibberish,
	"silent":      func([]string) { forever() },
	"dies":        dies,
	"stubborn":    stubborn,
	"family":      family,
	"member":      func([]string) { signal.Ignore(syscall.SIGTERM); forever() },
	"daemon":      daemon,
	"launcher":    launcher,
	"chatty":      chatty,
	"mute":        mute,
	"mortal":      mortal,
	"fixed":       func(args []string) { serve(os.Getenv("ADDR"), http.HandlerFunc(hello)) },
	"fcgi":        fcgiProgram,
	"fcgiGateway": fcgiGateway,
	"owner":       owner,
	"jobOwner":    jobOwner,
	"holder":      holderRole,
	"loser":       loser,
	"master":      master,
	"worker":      worker,
}

func TestMain(m *testing.M) {
	if role := roles[os.Getenv(roleKey)]; role != nil {
		role(os.Args[1:])
		return
	}
	os.Exit(m.Run())
}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// master is a server with a worker, which it ends itself when it is stopped.
func master(args []string) {
	w := exec.Command("/proc/self/exe", args[1])
	w.Env, w.Stderr = append(os.Environ(), roleKey+"=worker"), os.Stderr
	end, err := w.StdinPipe()
	must(err)
	up, err := w.StdoutPipe()
	must(err)
	must(w.Start())
	_, err = up.Read(make([]byte, 1))
	must(err)
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGTERM)
	go func() {
		<-stop
		end.Close()
		w.Wait()
		os.Exit(0)
	}()
	serve(args[0], http.HandlerFunc(hello))
}

// worker ends with its input. It makes a file if it has got SIGTERM.
func worker(args []string) {
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGTERM)
	os.Stdout.WriteString(".")
	io.Copy(io.Discard, os.Stdin)
	select {
	case <-stop:
		must(os.WriteFile(args[0], nil, 0o600))
	default:
	}
}

func forever() {
	r, w, err := os.Pipe()
	must(err)
	defer w.Close()
	r.Read(make([]byte, 1))
}

func hello(w http.ResponseWriter, r *http.Request) {
	fmt.Fprintf(w, "hello from %d at %s\n", os.Getpid(), r.URL.Path)
}

func site(w http.ResponseWriter, r *http.Request) { fmt.Fprintf(w, "You asked for %s", r.URL.Path) }

func broken(w http.ResponseWriter, _ *http.Request) {
	http.Error(w, "no database", http.StatusInternalServerError)
}

func serve(addr string, h http.Handler) { must(http.ListenAndServe(addr, h)) }

func hangs(args []string) {
	serve(args[0], http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { <-r.Context().Done() }))
}

func gibberish(args []string) {
	l, err := net.Listen("tcp", args[0])
	must(err)
	for {
		c, err := l.Accept()
		must(err)
		fmt.Fprintln(c, "220 mail.example.org ESMTP")
		c.Close()
	}
}

func dies([]string) {
	for i := range 100 {
		fmt.Println("line", i)
	}
	fmt.Fprintln(os.Stderr, "cannot open the database")
	os.Exit(7)
}

// stubborn ignores SIGTERM.
func stubborn(args []string) {
	signal.Ignore(syscall.SIGTERM)
	serve(args[0], http.HandlerFunc(hello))
}

func child(role string, args ...string) *exec.Cmd {
	cmd := exec.Command("/proc/self/exe", args...)
	cmd.Env = append(os.Environ(), roleKey+"="+role, "GORACE=atexit_sleep_ms=0")
	return cmd
}

// family has a child in its group, one in another group, one in another session,
// and one that has lost its parent. All ignore SIGTERM.
func family(args []string) {
	if len(args) == 0 { // between the two: starts a child and ends
		orphan := child("member")
		orphan.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
		must(orphan.Start())
		return
	}
	must(child("member").Start())
	for _, attr := range []*syscall.SysProcAttr{{Setpgid: true}, {Setsid: true}} {
		c := child("member")
		c.SysProcAttr = attr
		must(c.Start())
	}
	must(child("family").Run())
	serve(args[0], http.HandlerFunc(hello))
}

// daemon goes into the background, as traditional servers do.
func daemon(args []string) {
	c := child("server", args...)
	c.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	must(c.Start())
}

// launcher starts a server, and ends some time after the server answers.
func launcher(args []string) {
	daemon(args)
	for {
		response, err := http.Get("http://" + args[0])
		if err == nil {
			response.Body.Close()
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	time.Sleep(300 * time.Millisecond)
}

// chatty writes more than is kept, and then a last line.
func chatty(args []string) {
	line := strings.Repeat("x", 1023) + "\n"
	for range 4096 {
		fmt.Print(line)
	}
	fmt.Println("the end of 4 MiB")
	serve(args[0], http.HandlerFunc(hello))
}

// mute closes its outputs.
func mute(args []string) {
	os.Stdout.Close()
	os.Stderr.Close()
	serve(args[0], http.HandlerFunc(hello))
}

// mortal ends at a request for /die.
func mortal(args []string) {
	http.HandleFunc("/die", func(http.ResponseWriter, *http.Request) {
		fmt.Println("last words")
		os.Exit(3)
	})
	http.HandleFunc("/", hello)
	serve(args[0], nil)
}

// fcgiProgram serves FastCGI on its standard input, or at the given address.
func fcgiProgram(args []string) {
	if len(args) == 0 {
		must(fcgi.Serve(nil, http.HandlerFunc(hello)))
	}
	l, err := net.Listen("tcp", args[0])
	must(err)
	must(fcgi.Serve(l, http.HandlerFunc(hello)))
}

// fcgiGateway replaces a front end: it returns the address of the program.
func fcgiGateway(args []string) {
	backend := args[1]
	serve(args[0], http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c, err := net.Dial("tcp", backend)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadGateway)
			return
		}
		c.Close()
		fmt.Fprintln(w, "the program listens at", backend)
	}))
}

// loser fails the first time as if another program had taken its port. The given
// file remembers that.
func loser(args []string) {
	f, err := os.OpenFile(args[1], os.O_CREATE|os.O_EXCL, 0o600)
	if err == nil {
		f.Close()
		fmt.Fprintf(os.Stderr, "listen tcp %s: bind: address already in use\n", args[0])
		os.Exit(1)
	}
	serve(args[0], http.HandlerFunc(hello))
}

// self returns a target that plays a role.
func self(t testing.TB, role string, args ...string) Target {
	t.Helper()
	path, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return Target{
		Name: role, Kind: Server, Command: append([]string{path}, args...),
		Env: []string{roleKey + "=" + role, "GORACE=atexit_sleep_ms=0"}, StartTimeout: 20 * time.Second, StopTimeout: 5 * time.Second,
	}
}

// start starts a target, and stops it at the end of the test.
func start(t testing.TB, target Target) *Running {
	t.Helper()
	r, err := target.Start(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := r.Stop(); err != nil {
			t.Error(err)
		}
	})
	return r
}

func get(t testing.TB, url string) string {
	t.Helper()
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	response, err := client.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}
