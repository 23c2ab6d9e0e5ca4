package replay

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/classibench/classibench/bench/load"
	"github.com/classibench/classibench/internal/unit"
	"github.com/classibench/classibench/scenarios"
	"github.com/classibench/classibench/scenarios/traffic/trace"
)

// Bounds of what a window holds in memory.
const (
	mostHits  = 4_000_000
	mostBytes = 256 << 20 // of the different requests
)

// A collector keeps the hits of a window. Requests that are sent alike are kept once.
type collector struct {
	times    int
	header   []scenarios.Field
	hits     []load.RecordedHit
	requests []load.RecordedRequest
	counts   []int // how often each request is sent
	known    map[string]uint32
	clients  map[string]uint32
	size     int
	left     int // fields that were left out
}

func newCollector(o Options) *collector {
	return &collector{times: o.Times, header: o.Header, known: map[string]uint32{}, clients: map[string]uint32{}}
}

// take keeps a hit.
func (c *collector) take(h *trace.Hit, due time.Duration) error {
	if (len(c.hits)+1)*c.times > mostHits {
		return fmt.Errorf("the window has more than %s requests, which is the most for a replay: choose a shorter one", unit.Whole(mostHits/c.times))
	}
	q, err := c.request(h)
	if err != nil {
		return err
	}
	key := strings.Join([]string{q.Method, q.URI, fmt.Sprint(q.Header), q.Type, q.Body}, "\x00")
	i, known := c.known[key]
	if !known {
		if c.size += 2 * len(key); c.size > mostBytes {
			return fmt.Errorf("the different requests of the window need more than %s: choose a shorter one", unit.Memory(mostBytes))
		}
		i = uint32(len(c.requests))
		c.known[key] = i
		c.requests, c.counts = append(c.requests, q), append(c.counts, 0)
	}
	c.counts[i]++
	c.hits = append(c.hits, load.RecordedHit{Due: due, Request: i, Client: c.client(h.Client)})
	return nil
}

// client returns the number of a client, and 0 for one that is not known.
func (c *collector) client(name string) uint32 {
	if name == "" {
		return 0
	}
	n, known := c.clients[name]
	if !known {
		n = uint32(len(c.clients) + 1)
		c.clients[name] = n
	}
	return n
}

// request returns what is sent for a hit. Fields that describe the connection to the server
// of the log are left out.
func (c *collector) request(h *trace.Hit) (load.RecordedRequest, error) {
	q := load.RecordedRequest{Method: h.Method, Body: string(h.Body)}
	u, err := url.Parse(h.URL)
	if err != nil {
		return q, err
	}
	if q.URI = u.RequestURI(); !strings.HasPrefix(q.URI, "/") || !scenarios.IsToken(q.Method) {
		return q, errors.New("it has no method or no path")
	}
	for _, f := range h.Header {
		switch name := http.CanonicalHeaderKey(f.Name); {
		case !scenarios.IsToken(name) || !scenarios.IsFieldValue(f.Value):
			return q, fmt.Errorf("the header field %q or its value cannot be sent", f.Name)
		case name == "Content-Type":
			q.Type = f.Value
		case scenarios.Reserved(name) != "":
			c.left++
		default:
			q.Header = append(q.Header, load.Field{Name: f.Name, Value: f.Value})
		}
	}
	for _, f := range c.header {
		q.Header = append(q.Header, load.Field{Name: f.Name, Value: f.Value})
	}
	return q, nil
}

func (c *collector) notes() (notes []string) {
	if c.left > 0 {
		notes = append(notes, fmt.Sprintf("left out: %s that describe the connection or the length of the body", unit.Count(c.left, "header field")))
	}
	return notes
}
