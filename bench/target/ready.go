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
	"time"

	"github.com/classibench/classibench/internal/shell"
)

// Between two looks whether a target answers: growing, so that a fast one is
// not kept waiting and a slow one not kept busy.
const (
	firstPause = time.Millisecond
	mostPause  = 100 * time.Millisecond
)

// await returns when the target answers, or says why it does not.
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
	var failing failures
	var taken time.Time // since when another program listens
	for pause := firstPause; ; pause = min(pause*3/2, mostPause) {
		err := r.probe(limited, client)
		if err == nil {
			return nil
		}
		if kinds[r.target.Kind].perRequest && failing.enough(err) {
			return r.late(failing.since(), err)
		}
		if !errors.Is(err, ErrTaken) {
			taken = time.Time{}
		} else if taken.IsZero() {
			taken = time.Now()
		} else if time.Since(taken) > time.Second {
			return r.late(time.Second, err) // another port may be free
		}
		if last == nil || limited.Err() == nil || errors.Is(last, ErrSilent) {
			last = err // a look that the time limit cut short says less than a whole one
		}
		if hint, is := untrusted(err); is {
			return r.target.fail(PhaseAwait, err, hint) // waiting changes nothing
		}
		timer := time.NewTimer(pause)
		select {
		case <-timer.C:
		case <-r.done:
			return r.diedEarly()
		case <-limited.Done():
			timer.Stop()
			if ctx.Err() != nil {
				return fmt.Errorf("start target %s: %w", r.target.Name, ctx.Err())
			}
			return r.late(r.target.StartTimeout, last)
		}
	}
}

// failures are wrong answers one after another. A CGI program begins from the start
// for each request: one that fails every time does not get better by waiting.
type failures struct {
	n     int
	began time.Time
}

// enough reports whether there is no hope left after one more look.
func (f *failures) enough(err error) bool {
	if !errors.Is(err, ErrWrong) {
		*f = failures{}
		return false
	}
	if f.n++; f.n == 1 {
		f.began = time.Now()
	}
	return f.n >= 5 && time.Since(f.began) > time.Second
}

func (f *failures) since() time.Duration { return time.Since(f.began).Round(100 * time.Millisecond) }

// probe asks once.
func (r *Running) probe(ctx context.Context, client *http.Client) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer r.cancelAtEnd(cancel)()
	u, err := url.Parse(r.URL())
	if err != nil {
		return err
	}
	c, err := (&net.Dialer{}).DialContext(ctx, "tcp", hostPort(u))
	if err != nil {
		return fmt.Errorf("%w: %w", ErrSilent, err)
	}
	c.Close()
	if err := r.checkOwner(); err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, r.URL()+"/"+strings.TrimPrefix(r.target.Ready, "/"), nil)
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

// cancelAtEnd calls cancel when the target ends; the function that it returns
// ends the watch.
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

// checkOwner makes sure that it is the target that listens, where that can be
// found out: somebody else may have been quicker.
func (r *Running) checkOwner() error {
	if r.supervisor == nil || ours(r.place.addr, r.Roots()) {
		return nil
	}
	return fmt.Errorf("%w: %s", ErrTaken, r.place.addr)
}

// diedEarly is the error of a target that ended while it was awaited.
func (r *Running) diedEarly() error {
	end, _ := errors.AsType[*EndError](r.Err())
	if end == nil {
		return r.target.fail(PhaseAwait, errors.New("it was stopped while it started"), "")
	}
	e := r.target.fail(PhaseAwait, fmt.Errorf("it ended with %s before it answered", end.Status), "")
	e.Output = end.Output
	e.Hint = "run its command by hand: " + shell.Quote(r.target.Command)
	if end.Status == "exit status 0" {
		e.Hint = "if it goes into the background, keep it in the foreground (php-fpm -F, spawn-fcgi -n, lighttpd -D); else " + e.Hint
	}
	if lostPort(e) {
		e.Hint = "its address is in use: let it listen at {addr}, or end what listens there"
	}
	return e
}

// late is the error of a target that did not answer in time.
func (r *Running) late(after time.Duration, last error) error {
	e := r.target.fail(PhaseAwait, fmt.Errorf("after %v: %w", after, last), "")
	e.Output = r.output.tail(quoted)
	k := kinds[r.target.Kind]
	switch {
	case errors.Is(last, ErrSilent) && k.attached:
		e.Hint = "start it first, or correct its url"
	case errors.Is(last, ErrSilent):
		e.Hint = "does its command listen at {addr}, and stay in the foreground? If it only starts slowly, raise its start_timeout"
	case errors.Is(last, ErrHangs) && r.place.socket != nil:
		e.Hint = "does it accept connections on its standard input? If it listens at an address, write {addr} where it takes that, in its command or env"
	case errors.Is(last, ErrHangs):
		e.Hint = "if its first answer takes long, raise its start_timeout"
	case errors.Is(last, ErrTaken):
		e.Hint = "let it listen at {addr} itself; what a service such as docker or systemd starts for it is not among its processes: start that by hand, and use kind url"
	case errors.Is(last, ErrWrong) && k.wrongHint != nil:
		e.Hint = k.wrongHint(r.target)
	case errors.Is(last, ErrWrong):
		e.Hint = fmt.Sprintf("it has to answer GET %s over HTTP with a status below 500; name another path as ready", r.target.Ready)
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
