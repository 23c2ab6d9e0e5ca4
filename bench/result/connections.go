package result

import (
	"fmt"
	"strings"

	"github.com/classibench/classibench/internal/unit"
)

// Connections says what became of the connections to a target. None of it is an
// error: a server may close an idle connection at any time (RFC 9112 §9.5).
type Connections struct {
	Opened         uint64  `json:"opened"`                   // for a hit, whose latency contains it
	ConnectSeconds float64 `json:"connect_seconds"`          // what opening them took, all together, TLS included
	Closed         uint64  `json:"closed"`                   // by the target while idle, found so before anything was sent
	Resent         uint64  `json:"resent"`                   // requests sent again, since their connection was closed before any of an answer came
	Reopened       uint64  `json:"reopened,omitempty"`       // hits that found their connection closed, and got an answer on another
	ReopenSeconds  float64 `json:"reopen_seconds,omitempty"` // what those hits took, all together
	Yielded        uint64  `json:"yielded,omitempty"`        // closed by the generator when idle, since a hit on another was not being served
}

// Shares above which connections are worth a word.
const (
	oftenOpened  = 0.05 // of the hits
	dearOpened   = 0.1  // of the median service time
	slowReopened = 1.5  // times the median
	oftenClosed  = 0.01 // of the hits
	oftenYielded = 0.01
)

// Warnings reports how connections affected the figures of some hits.
func (c *Connections) Warnings(about string, hits uint64, p50 Float) (all []Warning) {
	if c == nil || hits == 0 {
		return nil
	}
	warn := func(format string, args ...any) { all = append(all, Warning{about, fmt.Sprintf(format, args...)}) }
	if c.Resent > 0 || float64(c.Closed) > oftenClosed*float64(hits) {
		warn("%s: no error, since a server may close a connection that is idle; a hit that finds its connection closed opens another, and its latency contains that", c.closings())
	}
	if each := c.ConnectSeconds / float64(c.Opened); float64(c.Opened) > oftenOpened*float64(hits) && p50.Known() && each > dearOpened*float64(p50) {
		warn("%s opened for hits, which took %s on average and is part of their latency", unit.Count(c.Opened, "connection was", "connections were"), unit.Seconds(each))
	}
	if each := c.ReopenSeconds / float64(c.Reopened); float64(c.Reopened) > oftenOpened*float64(hits) && p50.Known() && each > slowReopened*float64(p50) {
		warn("%s their connection closed after a pause and took %s on average, %s times the median: what a new connection makes the server do is part of the latency", unit.Count(c.Reopened, "hit found", "hits found"), unit.Seconds(each), unit.Number(each/float64(p50)))
	}
	if c.starved(hits) {
		warn("%s closed for hits that waited on others: it seems to have fewer workers than there are connections, and each serves one until that ends, or it could not keep up", unit.Count(c.Yielded, "idle connection was", "idle connections were"))
	}
	return all
}

// starved reports whether some of the hits waited for the place of an idle connection.
func (c *Connections) starved(hits uint64) bool {
	return c != nil && float64(c.Yielded) > oftenYielded*float64(hits)
}

// closings says how many connections the target closed, in words.
func (c *Connections) closings() string {
	var words []string
	if c.Closed > 0 {
		words = append(words, fmt.Sprintf("it had closed %s when they were to be used again", unit.Count(c.Closed, "idle connection")))
	}
	if c.Resent > 0 {
		words = append(words, fmt.Sprintf("%s sent again, since it closed the connection before it answered", unit.Count(c.Resent, "request was", "requests were")))
	}
	return strings.Join(words, "; ")
}
