package result

import (
	"fmt"
	"strings"

	"github.com/classibench/classibench/internal/unit"
)

// Connections counts the events of the connections to a target. None of them is an
// error: a server may close an idle connection at any time (RFC 9112 §9.5).
type Connections struct {
	Opened         uint64  `json:"opened"`                   // for a hit, whose latency includes it
	ConnectSeconds float64 `json:"connect_seconds"`          // time to open them, in total, TLS included
	Queued         uint64  `json:"queued,omitempty"`         // of those, opened after a second or more: the listen queue of the target was full
	Closed         uint64  `json:"closed"`                   // by the target while idle, noticed before sending
	Resent         uint64  `json:"resent"`                   // requests sent again, since their connection was closed before the answer began
	Reopened       uint64  `json:"reopened,omitempty"`       // hits that found their connection closed and were answered on another
	ReopenSeconds  float64 `json:"reopen_seconds,omitempty"` // time of those hits, in total
	Yielded        uint64  `json:"yielded,omitempty"`        // closed by the generator while idle, since a hit on another connection was not served
}

// Shares above which connections cause a warning.
const (
	oftenOpened  = 0.05 // of the hits
	dearOpened   = 0.1  // of the median service time
	slowReopened = 1.5  // times the median
	oftenClosed  = 0.01 // of the hits
	oftenYielded = 0.01
	oftenQueued  = 0.01
)

// Warnings reports how connections affected the figures of some hits.
func (c *Connections) Warnings(about string, hits uint64, p50 Float) (all []Warning) {
	if c == nil || hits == 0 {
		return nil
	}
	warn := func(format string, args ...any) { all = append(all, Warning{about, fmt.Sprintf(format, args...)}) }
	if c.Resent > 0 || float64(c.Closed) > oftenClosed*float64(hits) {
		warn("%s: no error, since a server may close a connection that is idle; a hit that finds its connection closed opens another, and its latency includes that time", c.closings())
	}
	if c.queued(hits) {
		warn("%s a second or more for a place in the listen queue of the target, which was full: it has fewer workers than connections are opened at once, and its queue is short. Give it more workers or a longer queue (backlog), or use fewer users", unit.Count(c.Queued, "connection waited", "connections waited"))
	} else if each := c.ConnectSeconds / float64(c.Opened); float64(c.Opened) > oftenOpened*float64(hits) && p50.Known() && each > dearOpened*float64(p50) {
		warn("%s opened for hits, which took %s on average; their latency includes this time", unit.Count(c.Opened, "connection was", "connections were"), unit.Seconds(each))
	}
	if each := c.ReopenSeconds / float64(c.Reopened); float64(c.Reopened) > oftenOpened*float64(hits) && p50.Known() && each > slowReopened*float64(p50) {
		warn("%s their connection closed after a pause and took %s on average, %s times the median: their latency includes the server's work for a new connection", unit.Count(c.Reopened, "hit found", "hits found"), unit.Seconds(each), unit.Number(each/float64(p50)))
	}
	if c.starved(hits) {
		warn("%s closed to free workers for waiting hits: the target seems to have fewer workers than connections, with each worker bound to one connection, or it is overloaded", unit.Count(c.Yielded, "idle connection was", "idle connections were"))
	}
	return all
}

// queued reports whether some hits waited for a place in the target's listen queue.
func (c *Connections) queued(hits uint64) bool {
	return c != nil && float64(c.Queued) > oftenQueued*float64(hits)
}

// starved reports whether some hits waited until an idle connection was closed.
func (c *Connections) starved(hits uint64) bool {
	return c != nil && float64(c.Yielded) > oftenYielded*float64(hits)
}

// closings describes how many connections the target closed.
func (c *Connections) closings() string {
	var words []string
	if c.Closed > 0 {
		words = append(words, fmt.Sprintf("it had closed %s could be used again", unit.Count(c.Closed, "idle connection before it", "idle connections before they")))
	}
	if c.Resent > 0 {
		words = append(words, fmt.Sprintf("%s sent again, since it closed the connection before it answered", unit.Count(c.Resent, "request was", "requests were")))
	}
	return strings.Join(words, "; ")
}
