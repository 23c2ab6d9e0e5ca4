package balance

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"time"
)

// An instance is one of the servers behind the balancer.
type instance struct {
	index       int
	network     string // tcp or unix
	addr        string
	host        string       // stands for it in URLs, and is not sent
	outstanding atomic.Int64 // requests in progress
	down        atomic.Int64 // time at which it may be tried again, in ns since 1970; 0 if it is up
}

func newInstance(index int, addr string) (*instance, error) {
	i := &instance{index: index, network: "tcp", addr: addr, host: "instance-" + strconv.Itoa(index)}
	if path, ok := strings.CutPrefix(addr, "unix:"); ok && path != "" {
		i.network, i.addr = "unix", path
		return i, nil
	}
	if _, port, err := net.SplitHostPort(addr); err != nil || port == "" {
		return nil, &AddressError{Addr: addr}
	}
	return i, nil
}

// An AddressError reports an address of an instance that is none.
type AddressError struct{ Addr string }

func (e *AddressError) Error() string {
	return fmt.Sprintf("%q is not the address of an instance: write HOST:PORT, as in 127.0.0.1:9001, or unix:/path", e.Addr)
}

// before reports whether requests go to i rather than to another instance.
func (i *instance) before(other *instance, now time.Time) bool {
	if up, otherUp := i.up(now), other.up(now); up != otherUp {
		return up
	}
	return i.outstanding.Load() < other.outstanding.Load()
}

// up reports whether the instance may get requests: its last connection was made, or that it
// failed is long ago.
func (i *instance) up(now time.Time) bool {
	down := i.down.Load()
	return down == 0 || now.UnixNano() >= down
}

// request returns a copy of a request for the instance. An attempt to connect that fails
// does not close the body, so that the next instance can get it; the server closes it.
func (i *instance) request(r *http.Request) *http.Request {
	sent, to := *r, *r.URL
	to.Host = i.host
	sent.URL = &to
	if r.Body != nil && r.Body != http.NoBody {
		sent.Body = io.NopCloser(r.Body)
	}
	return &sent
}

// note records whether an instance could be reached, and logs a change.
func (b *Balancer) note(i *instance, err error, unreached bool) {
	switch {
	case unreached && !isOurLack(err):
		if i.down.Swap(time.Now().Add(b.retry).UnixNano()) == 0 {
			b.log.Warn("instance is down", slog.String("addr", i.addr), slog.Any("err", err), slog.String("hint", "it is skipped until it accepts connections"))
		}
	case err == nil && i.down.Load() != 0:
		if i.down.Swap(0) != 0 {
			b.log.Info("instance is up again", slog.String("addr", i.addr))
		}
	}
}

// isUnreached reports whether no connection was made, so that the instance has seen nothing
// of the request.
func isUnreached(err error) bool {
	op, ok := errors.AsType[*net.OpError](err)
	return ok && op.Op == "dial"
}

// lacks are errors of a connection that the balancer itself cannot open: it has too many, of
// descriptors or ports.
var lacks = []error{syscall.EMFILE, syscall.ENFILE, syscall.ENOBUFS, syscall.ENOMEM, syscall.EADDRNOTAVAIL}

// isOurLack reports whether no connection was made for a reason that has nothing to do with
// the instance.
func isOurLack(err error) bool {
	return slices.ContainsFunc(lacks, func(lack error) bool { return errors.Is(err, lack) })
}
