// Package accesslog parses lines of the access logs of web servers: Common, Combined and
// custom formats of Apache and nginx, and JSON lines of Caddy, nginx and Traefik.
//
// [Detect] finds the format of some lines, and [New] compiles one that is given by name or in
// the syntax of the server. Opening files and choosing requests is left to package logs.
package accesslog

import (
	"bytes"
	"time"
)

// A Record is a line of an access log. What a format does not log is empty. The texts are
// valid until the next line is parsed.
type Record struct {
	At        time.Time     // when the request came, or when it was answered: servers differ
	Zone      time.Duration // that the clock of the log is ahead of UTC; At accounts for it
	Whole     bool          // At has whole seconds only
	Client    []byte        // address or name
	Method    []byte        // empty if the line is that of a connection without a request
	Target    []byte        // path and query, as sent
	Host      []byte
	Status    int   // 0: not logged
	Bytes     int64 // of the body or of the answer; -1: not logged
	Referrer  []byte
	UserAgent []byte
	Took      time.Duration // -1: not logged

	pieces
}

// pieces are what a format may log apart from what it belongs to. A field is only stored
// while a line is parsed, since a line may be tried in several ways; complete puts the
// pieces together.
type pieces struct {
	fraction  time.Duration // of the second of At
	fine      bool          // there is a fraction
	zone      time.Duration // of At, east of Greenwich
	query     []byte        // of Target, with its question mark or without
	forwarded []byte        // the client, by a proxy in front of the server
}

// reset empties a record.
func (r *Record) reset() { *r = Record{Bytes: -1, Took: -1} }

// complete puts the pieces of a record together.
func (r *Record) complete() {
	if r.fine {
		r.At, r.Whole = r.At.Truncate(time.Second).Add(r.fraction), false
	}
	if r.zone != 0 {
		r.At, r.Zone = r.At.Add(-r.zone), r.zone
	}
	if len(r.query) > 0 {
		r.Target = joined(r.Target, r.query)
	}
	if len(r.Client) == 0 {
		r.Client = r.forwarded
	}
}

// joined returns a target with its query.
func joined(target, query []byte) []byte {
	target = bytes.Clone(target)
	if query[0] != '?' {
		target = append(target, '?')
	}
	return append(target, query...)
}
