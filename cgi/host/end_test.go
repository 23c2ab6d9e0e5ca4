//go:build linux

package host

import (
	"bufio"
	"context"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// These tests check when a response ends, and which processes live on after it.

// onBoth runs a test for both ways to run a script: native and portable.
func onBoth(t *testing.T, test func(t *testing.T, handler func(text string) *Handler)) {
	for name, portable := range map[string]bool{"native": false, "portable": true} {
		t.Run(name, func(t *testing.T) {
			test(t, func(text string) *Handler {
				h := &Handler{Path: write(t, "script.cgi", text), Timeout: 20 * time.Second}
				if portable {
					h.init()
					h.once.Do(func() {})
					h.gateway.Respond = h.runPortable
				}
				return h
			})
		})
	}
}

// A fifo passes lines between a test and a script.
type fifo struct {
	*os.File
	path string
}

func newFifo(t testing.TB) fifo {
	t.Helper()
	path := filepath.Join(t.TempDir(), "fifo")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	f.SetReadDeadline(time.Now().Add(20 * time.Second))
	return fifo{f, path}
}

// line reads a line that a script wrote.
func (f fifo) line(t testing.TB) string {
	t.Helper()
	line, err := bufio.NewReader(f).ReadString('\n')
	if err != nil {
		t.Fatalf("a script wrote nothing: %v", err)
	}
	return strings.TrimSpace(line)
}

// pid reads a line with the number of a process.
func (f fifo) pid(t testing.TB) int {
	t.Helper()
	pid, err := strconv.Atoi(f.line(t))
	if err != nil {
		t.Fatal(err)
	}
	return pid
}

// tell writes a line that the script waits for.
func (f fifo) tell(t testing.TB) {
	t.Helper()
	if _, err := f.WriteString("go\n"); err != nil {
		t.Fatal(err)
	}
}

// ended is a shell loop for a job: it waits until the script has ended.
const ended = "while [ -d /proc/$$ ] && ! grep -q ') Z ' /proc/$$/stat 2>/dev/null; do sleep 0.01; done\n"

// need skips a test if a program is missing, unless skipping is forbidden.
func need(t testing.TB, program, pkg string) {
	t.Helper()
	if _, err := exec.LookPath(program); err == nil {
		return
	}
	if os.Getenv("CLASSIBENCH_NO_SKIP") == "1" {
		t.Fatalf("no %s: install the package %s", program, pkg)
	}
	t.Skipf("no %s: install the package %s", program, pkg)
}

const shellHead = "#!/bin/sh\nprintf 'Content-Type: text/plain\\n\\n'\n"

// filters are scripts whose standard output ends later than they do.
var filters = map[string]struct{ program, pkg, text, body string }{
	"a job":                    {"sh", "dash", shellHead + "echo first\n{ " + ended + "echo last; } &\n", "first\nlast\n"},
	"a job of a job":           {"sh", "dash", shellHead + "echo first\n( ( " + ended + "echo last ) & ) &\n", "first\nlast\n"},
	"a pipe":                   {"sh", "dash", shellHead + "echo a@b | { read x; " + ended + "echo $x; } &\n", "a@b\n"},
	"a filter":                 {"bash", "bash", "#!/usr/bin/env bash\nexec > >(sed s/@/x/)\nprintf 'Content-Type: text/plain\\n\\na@b\\n'\n", "axb\n"},
	"a filter that has enough": {"bash", "bash", "#!/usr/bin/env bash\nexec > >(head -n 3)\nprintf 'Content-Type: text/plain\\n\\npage\\n'\nwhile echo more; do :; done\n", "page\n"},
	"a filter of Perl":         {"perl", "perl", "#!/usr/bin/env perl\n$| = 1; print \"Content-Type: text/plain\\nContent-Encoding: gzip\\n\\n\";\nopen STDOUT, '|-', 'gzip -c' or die; print 'a' x 100_000; exec 'true'\n", strings.Repeat("a", 100_000)},
	"a child of Perl":          {"perl", "perl", "#!/usr/bin/env perl\n$| = 1; print \"Content-Type: text/plain\\n\\nfirst\\n\"; my $p = $$;\nexit if fork;\nwhile (open my $s, '<', \"/proc/$p/stat\") { last if <$s> =~ /\\) Z /; select undef, undef, undef, .01 }\nprint \"last\\n\"\n", "first\nlast\n"},
	"nothing but a job":        {"sh", "dash", "#!/bin/sh\n{ " + ended + "printf 'Content-Type: text/plain\\n\\nlast\\n'; } &\n", "last\n"},
	"a redirect":               {"sh", "dash", "#!/bin/sh\n[ $PATH_INFO = /end ] && { printf 'Content-Type: text/plain\\n\\nend'; exit; }\n{ " + ended + "printf 'Location: /end\\n\\n'; } &\n", "end"},
}

func TestResponseEndsWithStandardOutput(t *testing.T) {
	onBoth(t, func(t *testing.T, handler func(string) *Handler) {
		for name, c := range filters {
			t.Run(name, func(t *testing.T) {
				need(t, c.program, c.pkg)
				get(t, serve(t, handler(c.text))).want(t, 200, c.body)
			})
		}
	})
}

// A script that speaks HTTP itself must end like any other.
func TestNPHEndsWithStandardOutput(t *testing.T) {
	path := write(t, "nph-x", "#!/bin/sh\nprintf 'HTTP/1.0 200 OK\\r\\nContent-Type: a/b\\r\\n\\r\\nfirst\\n'\n{ "+ended+"echo last; } &\n")
	get(t, serve(t, &Handler{Path: path})).want(t, 200, "first\nlast\n")
}

// A response with a Content-Length, or with a head that no body follows, is
// complete once the script has ended, even if a job still holds standard output.
func TestCompleteWhileAJobHoldsStandardOutput(t *testing.T) {
	for name, c := range map[string]struct{ method, head, body string }{
		"length":   {"GET", "Content-Type: a/b\\nContent-Length: 5\\n\\nhello", "hello"},
		"HEAD":     {"HEAD", "Content-Type: a/b\\n\\nhello", ""},
		"redirect": {"GET", "Location: /end\\n\\n", "end"},
	} {
		t.Run(name, func(t *testing.T) {
			onBoth(t, func(t *testing.T, handler func(string) *Handler) {
				goOn, did := newFifo(t), newFifo(t)
				h := handler("#!/bin/sh\n[ $PATH_INFO = /end ] && { printf 'Content-Type: text/plain\\n\\nend'; exit; }\n" +
					"printf '" + c.head + "'\n{ read x; echo too late; echo done >" + did.path + "; } <" + goOn.path + " &\n")
				do(t, request(t, c.method, serve(t, h), nil)).want(t, 200, c.body)
				goOn.tell(t)
				if got := did.line(t); got != "done" { // its late write did not kill it
					t.Errorf("the job wrote %q", got)
				}
			})
		})
	}
}

// After a normal end, jobs live on. Wait ends them, even one that ignores SIGTERM.
func TestJobsLiveOn(t *testing.T) {
	onBoth(t, func(t *testing.T, handler func(string) *Handler) {
		goOn, did := newFifo(t), newFifo(t)
		h := handler(shellHead + "trap '' TERM\nnohup sh -c 'read x; echo $$ >" + did.path + "; read x' <" + goOn.path + " >/dev/null 2>&1 &\necho started\n")
		get(t, serve(t, h)).want(t, 200, "started\n")
		goOn.tell(t)
		pid := did.pid(t) // the job lived on
		h.Wait()
		if alive(pid) {
			t.Errorf("process %d is alive after Wait", pid)
		}
	})
}

// A job that writes to standard error after the response does not delay the
// response, is not killed, and is logged.
func TestJobHoldsStandardError(t *testing.T) {
	onBoth(t, func(t *testing.T, handler func(string) *Handler) {
		goOn, did := newFifo(t), newFifo(t)
		h := handler(shellHead + "{ read x; echo so late >&2; echo done >" + did.path + "; } <" + goOn.path + " >&- &\necho page\n")
		j := logTo(h)
		if h.gateway != nil {
			h.gateway.Logger = h.Logger
		}
		get(t, serve(t, h)).want(t, 200, "page\n")
		goOn.tell(t)
		if got := did.line(t); got != "done" {
			t.Errorf("the job wrote %q", got)
		}
		j.await(t, `line="so late"`)
	})
}

// If the client leaves before the end of the response, the whole group ends with
// its jobs, whether the script has ended or not.
func TestClientLeavesAJob(t *testing.T) {
	onBoth(t, func(t *testing.T, handler func(string) *Handler) {
		for name, head := range map[string]string{"script ended": "", "script waits": "wait\n"} {
			t.Run(name, func(t *testing.T) {
				pids := newFifo(t)
				h := handler(shellHead + "echo 1\nsh -c 'trap \"\" TERM; echo $$ >" + pids.path + "; sleep 1000' &\n" + head)
				ctx, leave := context.WithCancel(t.Context())
				start(t, ctx, serve(t, h))
				pid := pids.pid(t)
				leave()
				gone(t, pid)
			})
		}
	})
}

func TestTimeUpForAJob(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, handler func(string) *Handler) {
		t.Parallel()
		pids := newFifo(t)
		h := handler(shellHead + "echo page\nsh -c 'echo $$ >" + pids.path + "; sleep 1000' &\n")
		h.Timeout = 4 * time.Second
		if h.gateway != nil {
			h.gateway.Timeout = 4 * time.Second
		}
		if got := get(t, serve(t, h)); got.err == nil || got.body != "page\n" {
			t.Errorf("got %s, want the page, cut off", got)
		}
		gone(t, pids.pid(t))
	})
}

// A daemon in its own session that holds standard output keeps the response open.
// The handler must not end it.
func TestDaemonHoldsStandardOutput(t *testing.T) {
	onBoth(t, func(t *testing.T, handler func(string) *Handler) {
		pids := newFifo(t)
		h := handler(shellHead + "echo 1\nsetsid sh -c 'echo $$ >" + pids.path + "; exec sleep 1000' &\n")
		ctx, leave := context.WithCancel(t.Context())
		start(t, ctx, serve(t, h))
		pid := pids.pid(t)
		leave()
		h.Wait()
		if !alive(pid) {
			t.Error("the daemon had ended already: the test shows nothing")
		}
		syscall.Kill(pid, syscall.SIGKILL)
		gone(t, pid)
	})
}

// A script that closes its standard output has answered. It runs on, and keeps its
// place in the queue.
func TestScriptGoesOn(t *testing.T) {
	onBoth(t, func(t *testing.T, handler func(string) *Handler) {
		goOn, did := newFifo(t), newFifo(t)
		h := handler(shellHead + "echo page\nexec >&- 2>&-\nread x <" + goOn.path + "\necho done >" + did.path + "\n")
		h.MaxProcesses = 1
		if h.gateway != nil {
			h.gateway.MaxRequests = 1
		}
		url := serve(t, h)
		get(t, url).want(t, 200, "page\n")
		second := make(chan reply)
		go func() { second <- get(t, url) }()
		awaitLine(t, h)
		for range 2 {
			goOn.tell(t)
			if got := did.line(t); got != "done" {
				t.Errorf("the script wrote %q", got)
			}
		}
		receive(t, second).want(t, 200, "page\n")
	})
}

// At the time limit, a script that runs on is ended with its group.
func TestScriptGoesOnForTooLong(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, handler func(string) *Handler) {
		t.Parallel()
		pids := newFifo(t)
		h := handler(shellHead + "echo page\nexec >&- 2>&-\nsleep 1000 &\necho $! >" + pids.path + "\nwait\n")
		j := logTo(h)
		h.Timeout = 4 * time.Second
		if h.gateway != nil {
			h.gateway.Timeout, h.gateway.Logger = 4*time.Second, h.Logger
		}
		get(t, serve(t, h)).want(t, 200, "page\n")
		gone(t, pids.pid(t))
		j.await(t, "script ended after its response")
	})
}

// A server that stops waits for a script that runs on, as for requests in flight.
func TestStopWaitsForAScriptThatGoesOn(t *testing.T) {
	goOn, did := newFifo(t), newFifo(t)
	h := &Handler{Path: write(t, "x.cgi", shellHead+"echo page\nexec >&- 2>&-\nread x <"+goOn.path+"\necho done >"+did.path+"\n")}
	url, stop := serving(t, h)
	get(t, url).want(t, 200, "page\n")
	stopped := make(chan error)
	go func() { stopped <- stop() }()
	refused, deadline := false, time.Now().Add(5*time.Second) // with a limit: another program may listen on the port by now
	for ; !refused && time.Now().Before(deadline); time.Sleep(time.Millisecond) {
		c, err := net.Dial("tcp", strings.TrimPrefix(url, "http://"))
		if refused = err != nil; !refused {
			c.Close()
		}
	}
	goOn.tell(t)
	if got := did.line(t); got != "done" {
		t.Errorf("the script wrote %q", got)
	}
	if err := receive(t, stopped); err != nil {
		t.Error(err)
	}
}

// A job that lives on must not hold a descriptor of the host.
func TestJobsThatLiveOnHoldNoDescriptors(t *testing.T) {
	goOn := newFifo(t)
	h := &Handler{Path: write(t, "x.cgi", shellHead+"sh -c 'read x' <"+goOn.path+" >/dev/null 2>&1 &\necho started\n")}
	logTo(h)
	url := serve(t, h)
	open := func() int {
		files, err := os.ReadDir("/proc/self/fd")
		if err != nil {
			t.Fatal(err)
		}
		return len(files)
	}
	get(t, url).want(t, 200, "started\n")
	before := open()
	for range 40 {
		get(t, url).want(t, 200, "started\n")
	}
	if n := open() - before; n > 20 {
		t.Errorf("40 jobs hold %d descriptors", n)
	}
}
