package accesslog

import (
	"bytes"
	"errors"
	"strconv"
	"time"
)

// A setter reads the text of a field into a record.
type setter func(r *Record, text []byte) error

// Errors of fields.
var (
	errStatus = errors.New("is no status code of three digits")
	errNumber = errors.New("is no number")
)

// absent reports whether a server had no value for a field.
func absent(text []byte) bool { return len(text) == 0 || len(text) == 1 && text[0] == '-' }

func skip(*Record, []byte) error { return nil }

// textOf returns a setter of a field that any text fits.
func textOf(field func(*Record) *[]byte) setter {
	return func(r *Record, text []byte) error {
		if !absent(text) {
			*field(r) = text
		}
		return nil
	}
}

var (
	setClient    = textOf(func(r *Record) *[]byte { return &r.Client })
	setMethod    = textOf(func(r *Record) *[]byte { return &r.Method })
	setHost      = textOf(func(r *Record) *[]byte { return &r.Host })
	setReferrer  = textOf(func(r *Record) *[]byte { return &r.Referrer })
	setUserAgent = textOf(func(r *Record) *[]byte { return &r.UserAgent })
	setTarget    = textOf(func(r *Record) *[]byte { return &r.Target })
	setQuery     = textOf(func(r *Record) *[]byte { return &r.query })
)

// setForwarded reads the first address of X-Forwarded-For: that of the client.
func setForwarded(r *Record, text []byte) error {
	if !absent(text) {
		first, _, _ := bytes.Cut(text, []byte(","))
		r.forwarded = bytes.TrimSpace(first)
	}
	return nil
}

func setStatus(r *Record, text []byte) error {
	if absent(text) {
		return nil
	}
	if len(text) != 3 || text[0] < '1' || text[0] > '9' || !digits(text) {
		return errStatus
	}
	r.Status = int(text[0]-'0')*100 + int(text[1]-'0')*10 + int(text[2]-'0')
	return nil
}

func setBytes(r *Record, text []byte) error {
	if absent(text) {
		return nil
	}
	if !digits(text) || len(text) > 18 {
		return errNumber
	}
	r.Bytes = 0
	for _, c := range text {
		r.Bytes = r.Bytes*10 + int64(c-'0')
	}
	return nil
}

func digits(text []byte) bool {
	for _, c := range text {
		if c < '0' || c > '9' {
			return false
		}
	}
	return true
}

// tookIn returns a setter of a time in some unit. nginx logs several times with commas if it
// asked several servers: the first one counts.
func tookIn(unit time.Duration) setter {
	return func(r *Record, text []byte) error {
		if absent(text) {
			return nil
		}
		text, _, _ = bytes.Cut(text, []byte(","))
		n, err := strconv.ParseFloat(string(text), 64)
		if err != nil || n < 0 || n > 1e15 {
			return errNumber
		}
		r.Took = time.Duration(n * float64(unit))
		return nil
	}
}

// setRequest reads a request line (RFC 9112 §3). HTTP/0.9 has no protocol, and a target may
// hold spaces: browsers send those of a careless link as they are. Without a request, as
// after a timeout, it is a dash. What is no request line, such as a TLS handshake on a port
// without TLS, is logged by servers too: then the record has no method.
func setRequest(r *Record, text []byte) error {
	method, rest, found := bytes.Cut(text, []byte(" "))
	if !found || !token(method) {
		return nil
	}
	if at := bytes.LastIndex(rest, []byte(" HTTP/")); at >= 0 {
		rest = rest[:at]
	}
	if rest = bytes.TrimRight(rest, " "); len(rest) > 0 {
		r.Method, r.Target = method, rest
	}
	return nil
}

// token reports whether a text is a method (RFC 9110 §5.6.2), as servers know them: letters,
// and dashes as in VERSION-CONTROL.
func token(text []byte) bool {
	for _, c := range text {
		if (c < 'A' || c > 'Z') && (c < 'a' || c > 'z') && c != '-' && c != '_' {
			return false
		}
	}
	return len(text) > 0
}
