package limits

import (
	"net"
	"net/http"
	"net/netip"
	"strings"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
	"golang.org/x/time/rate"
)

// A kind is a kind of requests, each with a limit of its own.
type kind int

const (
	posts kind = iota
	flags
	guesses
)

// A key names a client, and what it does.
type key struct {
	from netip.Prefix
	kind kind
}

// remembered is the number of limiters that are kept: those used last.
const remembered = 20_000

// clients has the limiters of those clients that sent something lately.
type clients struct {
	known *lru.Cache[key, *rate.Limiter]
}

func newClients() *clients {
	known, err := lru.New[key, *rate.Limiter](remembered)
	if err != nil {
		panic(err) // the size is a constant
	}
	return &clients{known}
}

// limiter returns the limiter of a key. A new one has the tokens of a minute.
func (c *clients) limiter(k key, perMinute int) *rate.Limiter {
	if l, ok := c.known.Get(k); ok {
		return l
	}
	l := rate.NewLimiter(rate.Every(time.Minute/time.Duration(perMinute)), perMinute)
	if earlier, ok, _ := c.known.PeekOrAdd(k, l); ok {
		return earlier
	}
	return l
}

// client returns the network of the client, as seen by the outermost of the trusted proxies:
// an IPv4 address, or the 64 bits of an IPv6 address that a subscriber is given. It reports
// false for what is not limited: a client on this machine, and one without an address. If a
// proxy gives a word such as unknown in place of an address, all such clients are one.
func client(r *http.Request, proxies int) (netip.Prefix, bool) {
	addr, ok := parse(r.RemoteAddr)
	if hops := forwarded(r.Header); proxies > 0 && len(hops) > 0 {
		if addr, ok = parse(hops[max(0, len(hops)-proxies)]); !ok {
			return netip.Prefix{}, true
		}
	}
	if !ok || addr.IsLoopback() {
		return netip.Prefix{}, false
	}
	bits := 64
	if addr.Is4() {
		bits = 32
	}
	prefix, err := addr.Prefix(bits)
	return prefix, err == nil
}

// forwarded returns the addresses that proxies have added, the last one by the nearest.
func forwarded(h http.Header) (hops []string) {
	for hop := range strings.SplitSeq(strings.Join(h.Values("X-Forwarded-For"), ","), ",") {
		if hop = strings.TrimSpace(hop); hop != "" {
			hops = append(hops, hop)
		}
	}
	return hops
}

// parse reads an address with or without a port, and without a zone.
func parse(s string) (netip.Addr, bool) {
	if host, _, err := net.SplitHostPort(s); err == nil {
		s = host
	}
	addr, err := netip.ParseAddr(strings.Trim(s, "[]"))
	return addr.Unmap().WithZone(""), err == nil
}
