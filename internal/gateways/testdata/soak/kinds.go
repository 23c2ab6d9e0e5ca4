package main

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"
)

// A kind is one of the ten sorts of requests. Each is a tenth of all.
type kind struct {
	name, fault string
	talk        func(addr, kind string) int // returns the status, none or unreached
	cgi, fast   []int                       // the statuses that are right
}

// kinds are sent in this order.
var kinds = []kind{
	{"good", "none: a POST of 100 kB", postAll, []int{200}, []int{200}},
	{"half", "the client leaves within its body of 2 MB", leaveInBody, []int{none}, []int{none}},
	{"leave", "the client leaves before the answer", leaveAtOnce, []int{none}, []int{none}},
	{"unread", "the client leaves within an answer of 3 MB", leaveInAnswer, []int{200}, []int{200}},
	{"crash", "the program is killed within its answer", getAll, []int{200 + cutOff}, []int{200}},
	{"silent", "the program ends without an answer", getAll, []int{502}, []int{500}},
	{"nonsense", "the answer has no head", getAll, []int{502}, []int{200}},
	{"hang", "the program does not end", getAll, []int{504}, []int{200 + cutOff}},
	{"child", "the program leaves a child", getAll, []int{200}, []int{200}},
	{"short", "the answer is shorter than its Content-Length", getAll, []int{200 + cutOff}, []int{200 + cutOff}},
}

// none is the status where no answer came, or where the client did not wait for one,
// unreached that of a gateway that accepts no connection.
const (
	none      = 0
	unreached = -1
	cutOff    = 1000 // is added to the status of an answer that was cut off
)

// limit of an exchange: one that reaches it has no status.
const limit = time.Minute

func dial(addr string) (net.Conn, error) {
	c, err := net.DialTimeout("tcp", addr, limit)
	if err == nil {
		c.SetDeadline(time.Now().Add(limit))
	}
	return c, err
}

func head(method, kind string, length int) string {
	return fmt.Sprintf("%s /soak?%s HTTP/1.1\r\nHost: soak\r\nConnection: close\r\nContent-Length: %d\r\n\r\n", method, kind, length)
}

// exchange sends a text, and reads an answer up to some bytes of its body.
func exchange(addr, text string, most int64) int {
	c, err := dial(addr)
	if err != nil {
		return unreached
	}
	defer c.Close()
	if _, err := io.WriteString(c, text); err != nil {
		return none
	}
	r, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		return none
	}
	defer r.Body.Close()
	b, err := io.ReadAll(io.LimitReader(r.Body, most))
	if r.StatusCode == http.StatusOK && err == nil && len(b) == 0 {
		return none // no kind has an empty body
	}
	if err != nil {
		return r.StatusCode + cutOff
	}
	return r.StatusCode
}

var (
	body100k = strings.Repeat("x", 100_000)
	body1M   = strings.Repeat("x", 1<<20)
)

func postAll(addr, kind string) int {
	return exchange(addr, head("POST", kind, len(body100k))+body100k, 1<<20)
}
func getAll(addr, kind string) int        { return exchange(addr, head("GET", kind, 0), 1<<20) }
func leaveInAnswer(addr, kind string) int { return exchange(addr, head("GET", kind, 0), 1000) }

// leaveInBody sends one of two megabytes: the gateway has stored it in a file.
func leaveInBody(addr, kind string) int { return leave(addr, head("POST", kind, 2<<20)+body1M) }
func leaveAtOnce(addr, kind string) int { return leave(addr, head("GET", kind, 0)) }

func leave(addr, text string) int {
	c, err := dial(addr)
	if err != nil {
		return unreached
	}
	defer c.Close()
	io.WriteString(c, text)
	return none
}

// handlerFaults are the faults of a FastCGI program in place of those of a script.
var handlerFaults = map[string]string{
	"crash": "the handler panics in its answer", "silent": "the handler panics before its answer", "nonsense": "the handler panics in its answer",
	"hang": "the handler does not end", "child": "the handler leaves a goroutine",
}

// named returns the fault as it is behind a gateway.
func (k kind) named(fast bool) string {
	if other := handlerFaults[k.name]; fast && other != "" {
		return other
	}
	return k.fault
}

// right returns the statuses that are right for a gateway.
func (k kind) right(fast bool) []int {
	if fast {
		return k.fast
	}
	return k.cgi
}

// wrong counts the answers of a kind that are wrong.
func (k kind) wrong(fast bool, statuses map[int]int) (n int) {
	for status, times := range statuses {
		if !slices.Contains(k.right(fast), status) {
			n += times
		}
	}
	return n
}
