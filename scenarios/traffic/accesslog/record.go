// Package accesslog reads access logs of web servers: Common, Combined and custom formats
// of Apache and nginx, and JSON lines of Caddy, nginx and Traefik.
package accesslog

import "time"

// A Record is a line of an access log. What a format does not log is empty. The texts are
// valid until the next line is parsed.
type Record struct {
	At        time.Time // when the request came, or when it was answered: servers differ
	Whole     bool      // At has whole seconds only
	Client    []byte    // address or name
	Method    []byte    // empty if the line is that of a connection without a request
	Target    []byte    // path and query, as sent
	Host      []byte
	Status    int   // 0: not logged
	Bytes     int64 // of the body or of the answer; -1: not logged
	Referrer  []byte
	UserAgent []byte
	Took      time.Duration // -1: not logged
}

// reset empties a record.
func (r *Record) reset() { *r = Record{Bytes: -1, Took: -1} }
