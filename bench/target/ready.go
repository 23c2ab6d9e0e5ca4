package target

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"
	"time"

	"github.com/classibench/classibench/internal/shell"
)

// The pause between two probes grows, so that a fast target is noticed early and a
// slow one is not disturbed often.
const (
	firstPause = time.Millisecond
	mostPause  = 100 * time.Millisecond
)

// await waits for the target's first answer. Its error is the reason why there is
// none.
func (r *Running) await(ctx context.Context) error {
	limited, cancel := context.WithTimeout(ctx, r.target.StartTimeout)
	defer cancel()
	trust, err := r.target.TLS()
	if err != nil {
		return err
	}
	client := &http.Client{
		Transport:     &http.Transport{DisableKeepAlives: true, TLSClientConfig: trust},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	var last error
	var failing, refusals failures
	var taken time.Time // start of the time in which another program listens
	for pause := firstPause; ; pause = min(pause*3/2, mostPause) {
		began := time.Now()
		err := r.probe(limited, client)
		if err == nil {
			return nil
		}
		if r.ended() { // which cancels the probe: its error is not the reason
			return r.diedEarly()
		}
		if kinds[r.target.Kind].perRequest && failing.enough(err, ErrWrong) {
			return r.late(failing.since(), err)
		}
		if !errors.Is(err, ErrTaken) {
			taken = time.Time{}
		} else if taken.IsZero() {
			taken = time.Now()
		} else if time.Since(taken) > time.Second {
			return r.late(time.Second, err) // another port may be free
		}
		if r.target.refuses(&refusals, err) {
			return r.late(refusals.since(), err)
		}
		if hung := time.Since(began) > r.target.StartTimeout/10; last == nil || limited.Err() == nil || errors.Is(last, ErrSilent) && hung {
			last = err // keep the error of the last complete probe, not of one that the time limit cut off, unless it hung
		}
		if hint, is := untrusted(err); is {
			return r.target.fail(PhaseAwait, err, hint) // waiting does not help
		}
		timer := time.NewTimer(pause)
		select {
		case <-timer.C:
		case <-r.done:
			return r.diedEarly()
		case <-limited.Done():
			timer.Stop()
			if ctx.Err() != nil {
				return fmt.Errorf("start target %s: %w", r.target.Name, context.Cause(ctx))
			}
			return r.late(r.target.StartTimeout, last)
		}
	}
}

// failures are consecutive failures of one kind, after which waiting does not help.
// A CGI program starts again for each request: it may fail every time.
type failures struct {
	n     int
	began time.Time
}

// refuses counts refused connections of a target that has to run already, and
// reports whether it seems to be down. With a start timeout of its own, it is
// awaited for that time.
func (t Target) refuses(f *failures, err error) bool {
	return t.Attached() && t.StartTimeout == DefaultStartTimeout && f.enough(err, syscall.ECONNREFUSED)
}

// enough counts a failure if it is of the kind, and reports whether more attempts
// are pointless.
func (f *failures) enough(err, kind error) bool {
	if !errors.Is(err, kind) {
		*f = failures{}
		return false
	}
	if f.n++; f.n == 1 {
		f.began = time.Now()
	}
	return f.n >= 5 && time.Since(f.began) > time.Second
}

func (f *failures) since() time.Duration { return time.Since(f.began).Round(100 * time.Millisecond) }

// probe sends one request to the target. If it has several instances, each gets one first:
// the balancer skips an instance that does not listen.
func (r *Running) probe(ctx context.Context, client *http.Client) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer r.cancelAtEnd(cancel)()
	for n, addr := range r.place.instances {
		if err := r.probeAt(ctx, client, "http://"+addr); err != nil {
			return fmt.Errorf("instance %d of %d: %w", n+1, len(r.place.instances), err)
		}
	}
	return r.probeAt(ctx, client, r.URL())
}

// probeAt sends one request to an address of the target.
func (r *Running) probeAt(ctx context.Context, client *http.Client, base string) error {
	u, err := url.Parse(base)
	if err != nil {
		return err
	}
	c, err := (&net.Dialer{}).DialContext(ctx, "tcp", hostPort(u))
	if err != nil {
		return fmt.Errorf("%w: %w", ErrSilent, err)
	}
	c.Close()
	if err := r.checkOwner(hostPort(u)); err != nil {
		return err
	}
	if r.target.Quiet {
		return r.probeBackend()
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, base+"/"+strings.TrimPrefix(r.target.Ready, "/"), nil)
	if err != nil {
		return err
	}
	response, err := client.Do(request)
	if errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("%w: GET %s", ErrHangs, request.URL)
	}
	if err != nil {
		return fmt.Errorf("%w: %w", ErrWrong, err)
	}
	defer response.Body.Close()
	if response.StatusCode >= 500 {
		body, _ := io.ReadAll(io.LimitReader(response.Body, 200))
		return fmt.Errorf("%w: GET %s: %s %q", ErrWrong, request.URL, response.Status, body)
	}
	return nil
}

// probeBackend checks that a FastCGI program listens behind its gateway.
func (r *Running) probeBackend() error {
	if at := r.place; at.backend != "" && at.socket == nil && !listens(at.backend) {
		return fmt.Errorf("%w at %s", ErrSilent, at.backend)
	}
	return nil
}

// cancelAtEnd calls cancel when the target ends, until release is called.
func (r *Running) cancelAtEnd(cancel func()) (release func()) {
	over := make(chan struct{})
	go func() {
		select {
		case <-r.done:
			cancel()
		case <-over:
		}
	}()
	return func() { close(over) }
}

// ended reports whether all processes of the target have ended.
func (r *Running) ended() bool {
	select {
	case <-r.done:
		return true
	default:
		return false
	}
}

// checkOwner checks that the target itself listens at an address, if that can be
// found out: another program may have taken it first.
func (r *Running) checkOwner(addr string) error {
	if r.supervisor == nil || ours(addr, r.Roots()) {
		return nil
	}
	return fmt.Errorf("%w: %s", ErrTaken, addr)
}

// diedEarly returns the error of a target that ended before its first answer.
func (r *Running) diedEarly() error {
	end, _ := errors.AsType[*EndError](r.Err())
	if end == nil {
		return r.target.fail(PhaseAwait, errors.New("it was stopped while it started"), "")
	}
	e := r.target.fail(PhaseAwait, fmt.Errorf("it ended with %s before it answered", end.Status), "")
	e.Output = end.Output
	e.Hint = "run its command by hand: " + shell.Quote(r.target.Command)
	if strings.HasPrefix(end.Status, "exit status 0") {
		e.Hint = "if it goes into the background, keep it in the foreground (php-fpm -F, spawn-fcgi -n, lighttpd -D); otherwise " + e.Hint
	}
	if lostPort(e) {
		e.Hint = "its address is in use: make it listen at {addr}, or end the program that listens there"
	}
	return e
}

// late returns the error of a target that did not answer in time.
func (r *Running) late(after time.Duration, last error) error {
	e := r.target.fail(PhaseAwait, fmt.Errorf("after %v: %w", after, last), "")
	e.Output = r.output.tail(quoted)
	k := kinds[r.target.Kind]
	switch {
	case errors.Is(last, ErrSilent) && k.attached:
		e.Hint = "start it first, or correct its url"
	case errors.Is(last, ErrSilent):
		e.Hint = "check that its command listens at {addr} and stays in the foreground; if it only starts slowly, raise its start_timeout"
	case errors.Is(last, ErrHangs) && r.place.socket != nil:
		e.Hint = "check that it accepts connections on its standard input; if it listens at an address instead, write {addr} in its command or env"
	case errors.Is(last, ErrHangs):
		e.Hint = "look at its output for the reason; if its first answer only takes long, raise its start_timeout"
	case errors.Is(last, ErrTaken):
		e.Hint = "the command itself must listen at {addr}; a server that docker or systemd starts is not one of its processes: start such a server by hand, and use kind url"
	case errors.Is(last, ErrWrong) && k.wrongHint != nil:
		e.Hint = k.wrongHint(r.target)
	case errors.Is(last, ErrWrong):
		e.Hint = fmt.Sprintf("it has to answer GET %s over HTTP with a status below 500; set ready to another path", r.target.Ready)
	}
	return e
}

func hostPort(u *url.URL) string {
	if u.Port() != "" {
		return u.Host
	}
	return net.JoinHostPort(u.Hostname(), portless(u))
}

func trimSlash(s string) string { return strings.TrimSuffix(s, "/") }
