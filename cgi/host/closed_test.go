//go:build linux

package host

import (
	"context"
	"net/http/httptest"
	"os"
	"os/exec"
	"testing"

	"golang.org/x/sys/unix"
)

// A script that closes its standard output has ended its response, whatever it does
// afterwards.
func TestClosedOutputEndsTheResponse(t *testing.T) {
	onBoth(t, func(t *testing.T, handler func(string) *Handler) {
		for name, after := range map[string]string{
			"ends":                  ":",
			"fails":                 "exit 3",
			"is killed":             "kill -KILL $$",
			"ends itself":           "kill -TERM $$",
			"writes to nobody":      "echo more; echo more >&2; kill -KILL $$",
			"leaves a job":          "sleep 100 & kill -KILL $$",
			"becomes another":       "exec sh -c 'kill -SEGV $$'",
			"closes all and fails":  "exec 2>&- <&-; kill -ABRT $$",
			"opens another as file": "exec >/dev/null; echo x; kill -KILL $$",
		} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				f := newFifo(t)
				url := serve(t, handler(shellHead+"echo page; exec >&-\nread x <"+f.path+"\n"+after+"\n"))
				get(t, url).want(t, 200, "page\n")
				f.tell(t)
			})
		}
	})
}

// A script that is killed just after it has closed its standard output has ended its
// response too: relay sees that it outlives its output.
func TestKilledJustAfterItsOutput(t *testing.T) {
	f := newFifo(t)
	h := &Handler{Path: write(t, "script.cgi", shellHead+"echo page; exec >&-\nread x <"+f.path+"\nkill -KILL $$\n")}
	h.once.Do(h.init)
	h.gateway.once.Do(h.gateway.init)
	p, err := h.start(&Request{Method: "GET"})
	if err != nil {
		t.Fatal(err)
	}
	defer p.close()
	rs := newResponse(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil), h.gateway)
	ctx, cancel := context.WithCancelCause(t.Context())
	defer cancel(nil)
	rs.ctx, rs.leave = ctx, cancel
	if err := p.relay(rs); err != nil {
		t.Fatal(err)
	}
	f.tell(t)
	if e := p.wait(); e.code >= 0 || !e.late || judge(e, rs) != nil {
		t.Errorf("got %+v, want a signal after the end of the response", e)
	}
	if e := (exit{code: -1, how: "signal: killed"}); judge(e, rs) == nil {
		t.Error("a script that is killed with its output open has no whole response")
	}
}

func TestOutlives(t *testing.T) {
	cmd := exec.Command("/bin/true")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	pid := cmd.Process.Pid
	if err := unix.Waitid(unix.P_PID, pid, nil, unix.WEXITED|unix.WNOWAIT, nil); err != nil {
		t.Fatal(err)
	}
	if outlives(pid) || !outlives(os.Getpid()) {
		t.Error("a process that has ended goes on, or one that runs does not")
	}
	if err := cmd.Wait(); err != nil || outlives(pid) {
		t.Errorf("%v; a process that was reaped goes on: %v", err, outlives(pid))
	}
}
