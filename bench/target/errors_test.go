//go:build linux

package target

import (
	"errors"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestStartErrors(t *testing.T) {
	dir := t.TempDir()
	for name, content := range map[string]string{"plain": "#!/bin/sh\n", "noexec": "", "lost": "#!/no/such/perl\n", "headless": "\x00\x01"} {
		mode := os.FileMode(0o755)
		if name == "plain" {
			mode = 0o644
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), mode); err != nil {
			t.Fatal(err)
		}
	}
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	soon := 300 * time.Millisecond
	wrong := func(command ...string) Target {
		return Target{Name: "x", Kind: Server, Command: append(command, "{addr}"), StartTimeout: soon}
	}
	late := func(role string, args ...string) Target {
		x := self(t, role, args...)
		x.StartTimeout = soon
		return x
	}
	fast := func(role string, command ...string) Target { // a FastCGI program behind a gateway
		x := late(role, "{addr}")
		x.Kind, x.Gateway, x.Command = FastCGI, x.Command, command
		return x
	}
	for name, c := range map[string]struct {
		target               Target
		phase, message, hint string
		is                   error
	}{
		"no kind":           {Target{Name: "x"}, PhaseCheck, `kind ""`, "use cgi", nil},
		"no address":        {Target{Kind: Server, Command: []string{"ls"}}, PhaseCheck, "does not contain the address", "{addr}", nil},
		"no gateway":        {Target{Kind: CGI, Command: []string{"ls"}}, PhaseCheck, "no gateway", "need a gateway", nil},
		"not found":         {wrong("no-such-program"), PhaseFind, "not found", "install it", nil},
		"no such path":      {wrong("./no-such-program"), PhaseFind, "no such file", "check the path", nil},
		"not executable":    {wrong(filepath.Join(dir, "plain")), PhaseFind, "permission denied", "chmod", nil},
		"a directory":       {wrong(dir), PhaseFind, "is a directory", "name the program", nil},
		"no interpreter":    {wrong(filepath.Join(dir, "lost")), PhaseFind, "interpreter /no/such/perl: no such file", "install perl", nil},
		"no format":         {wrong(filepath.Join(dir, "headless")), PhaseFind, "not a program", "check its type", nil},
		"no such directory": {Target{Kind: Server, Command: []string{"/bin/ls", "{addr}"}, Dir: "/no/such"}, PhaseFind, "working directory /no/such: no such file", "name a directory that exists", nil},
		"dies":              {self(t, "dies", "{addr}"), PhaseAwait, "exit status 7", "by hand", nil},
		"silent":            {late("silent", "{addr}"), PhaseAwait, "does not listen", "{addr}", ErrSilent},
		"fastcgi elsewhere": {fast("hangs", "/bin/sleep", "60"), PhaseAwait, "does not answer", "standard input", ErrHangs},
		"fastcgi dies":      {fast("hangs", "/bin/false"), PhaseAwait, "exit status 1", "by hand", nil},
		"hangs":             {late("hangs", "{addr}"), PhaseAwait, "does not answer", "start_timeout", ErrHangs},
		"broken":            {late("broken", "{addr}"), PhaseAwait, "no database", "below 500", ErrWrong},
		"gibberish":         {late("gibberish", "{addr}"), PhaseAwait, "its answer is wrong", "below 500", ErrWrong},
		"port taken":        {Target{Kind: Server, Command: []string{"/bin/true"}, URL: "http://" + taken.Addr().String()}, PhaseListen, "another program listens", "kind url", ErrTaken},
		"url is silent":     {Target{Kind: URL, URL: "http://127.0.0.1:1", StartTimeout: soon}, PhaseAwait, "does not listen", "start it first", ErrSilent},
	} {
		t.Run(name, func(t *testing.T) {
			err := startFails(t, c.target, c.is)
			var e *StartError
			if !errors.As(err, &e) {
				t.Fatalf("got %T %v, want a *StartError", err, err)
			}
			if e.Phase != c.phase || !strings.Contains(e.Error(), c.message) || !strings.Contains(e.Hint, c.hint) {
				t.Errorf("got phase %s: %v\nhint: %s\nwant phase %s: …%s…\nhint: …%s…", e.Phase, e, e.Hint, c.phase, c.message, c.hint)
			}
			if c.target.Kind == URL && strings.Contains(e.Error(), "output") {
				t.Errorf("got %v, though the output of a running server is not known", e)
			}
			if strings.Contains(err.Error(), "stop target") {
				t.Errorf("something is left: %v", err)
			}
			if c.is != nil && !errors.Is(err, c.is) {
				t.Errorf("got %v, want an error that wraps %v", err, c.is)
			}
		})
	}
}

// startFails returns the error of a target that does not start. If it is an unexpected one of
// time, the target gets more: a start takes seconds on a busy machine.
func startFails(t *testing.T, target Target, want error) error {
	for {
		r, err := target.Start(t.Context())
		if r != nil {
			r.Stop()
			t.Fatal("it started")
		}
		late := errors.Is(err, ErrSilent) || errors.Is(err, ErrHangs)
		if !late || want != nil && errors.Is(err, want) || target.StartTimeout > time.Minute {
			return err
		}
		target.StartTimeout *= 3
	}
}

// A CGI program that fails for each request in the same way is given up before its
// start timeout.
func TestACGIProgramThatFailsIsGivenUp(t *testing.T) {
	target := self(t, "broken", "{addr}")
	target.Kind, target.Gateway, target.Command, target.Dir = CGI, target.Command, []string{"/bin/true", "a b"}, "/tmp"
	target.StartTimeout = time.Hour
	_, err := target.Start(t.Context())
	var e *StartError
	if !errors.As(err, &e) || !errors.Is(err, ErrWrong) || !strings.Contains(e.Hint, "cd /tmp && env REQUEST_METHOD=GET PATH_INFO=/ /bin/true 'a b'") {
		t.Errorf("got %v, want ErrWrong and a hint to run it by hand", err)
	}
}

// A server that should run already is not awaited for long, unless its start timeout
// is set.
func TestAServerThatIsDownIsReportedSoon(t *testing.T) {
	began := time.Now()
	_, err := Target{Kind: URL, URL: "http://127.0.0.1:1"}.Start(t.Context())
	e, ok := errors.AsType[*StartError](err)
	if took := time.Since(began); !ok || took > DefaultStartTimeout/2 || !errors.Is(err, ErrSilent) || !strings.Contains(e.Hint, "start it first") {
		t.Errorf("got %v after %v, want ErrSilent and a hint after a second or two", err, took)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().String()
	l.Close()
	late := make(chan error, 1)
	time.AfterFunc(1500*time.Millisecond, func() { // after a target without a start timeout was given up
		l, err := net.Listen("tcp", addr)
		late <- err
		if err == nil {
			http.Serve(l, http.NotFoundHandler())
		}
	})
	r, err := Target{Kind: URL, URL: "http://" + addr, StartTimeout: time.Minute}.Start(t.Context())
	if err := errors.Join(err, <-late); err != nil {
		t.Fatal(err)
	}
	r.Stop()
}

func TestTheLastWordsOfOneThatDies(t *testing.T) {
	_, err := self(t, "dies", "{addr}").Start(t.Context())
	var e *StartError
	if !errors.As(err, &e) {
		t.Fatalf("got %v, want a *StartError", err)
	}
	if lines := strings.Split(e.Output, "\n"); len(lines) != quoted || lines[quoted-1] != "cannot open the database" {
		t.Errorf("got %d lines that end in %q, want the last %d", len(lines), lines[len(lines)-1], quoted)
	}
}
