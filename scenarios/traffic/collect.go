package traffic

import (
	"errors"
	"fmt"
	"maps"
	"mime"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/classibench/classibench/internal/unit"
	"github.com/classibench/classibench/scenarios"
)

// mostBytes bounds what the different requests of a file hold together.
const mostBytes = 64 << 20

// A collector counts the requests of a file.
type collector struct {
	name   string
	format Format
	seen   map[string]int // index in all, by everything that is sent and the server
	all    []collected
	hosts  []*hostCount // in the order of the first request
	size   int
	left   map[reason]int
}

// A collected request, and the server that it was for; "" for a path alone.
type collected struct {
	Request
	host string
}

type hostCount struct {
	name            string
	requests, pages int
}

// A reason for a note, with the place of a number of requests.
type reason string

const (
	elsewhere reason = "left out: %s to no HTTP server (data:, ws: and similar)"
	cached    reason = "left out: %s that the browser answered from its cache"
	methods   reason = "left out: %s with a method that a scenario does not have"
	secrets   reason = "left out: the fields Cookie and Authorization of %s, which belong to the visitor who saved the file; add a field of your own if the pages need it"
	bodiless  reason = "left out: the body of %s with GET or HEAD, to which HTTP gives no meaning"
	reserved  reason = "left out: fields of %s that describe the connection or the length of the body"
	binary    reason = "left out: %s with a body that is no text in UTF-8, which a scenario cannot hold"
	fileless  reason = "sent empty: a file of %s whose content is not in the HAR file"
	untyped   reason = "sent as application/octet-stream: the body of %s without a media type (RFC 9110 §8.3)"
)

// order is the order of the notes.
var order = []reason{elsewhere, cached, methods, secrets, bodiless, reserved, binary, fileless, untyped}

func newCollector(name string, format Format) *collector {
	return &collector{name: name, format: format, seen: map[string]int{}, left: map[reason]int{}}
}

// add counts a request to a server; page says that its answer was a page.
func (c *collector) add(r Request, host string, page bool) error {
	if err := c.typed(&r); err != nil {
		return err
	}
	for _, f := range r.Header {
		if !scenarios.IsFieldValue(f.Value) {
			return fmt.Errorf("the value %q of the header field %s holds a control character", shortened(f.Value), f.Name)
		}
	}
	if host != "" {
		c.count(host, page)
	}
	key := r.key() + "\x00" + host
	if i, known := c.seen[key]; known {
		c.all[i].Count++
		return nil
	}
	if c.size += len(key); c.size > mostBytes {
		return fmt.Errorf("the different requests hold more than %d MiB together: use a part of them", mostBytes>>20)
	}
	r.Count = 1
	c.seen[key] = len(c.all)
	c.all = append(c.all, collected{r, host})
	return nil
}

// typed checks that a body is text, which is all that a scenario can hold, and has a type.
func (c *collector) typed(r *Request) error {
	if r.Body == "" {
		r.Type = ""
		return nil
	}
	if !utf8.ValidString(r.Body) {
		return errors.New("the body is no text in UTF-8, and a scenario holds only text")
	}
	if media, _, err := mime.ParseMediaType(r.Type); err != nil || !strings.Contains(media, "/") {
		r.Type = "application/octet-stream"
		c.left[untyped]++
	}
	return nil
}

func (c *collector) count(host string, page bool) {
	i := slices.IndexFunc(c.hosts, func(h *hostCount) bool { return h.name == host })
	if i < 0 {
		i = len(c.hosts)
		c.hosts = append(c.hosts, &hostCount{name: host})
	}
	c.hosts[i].requests++
	if page {
		c.hosts[i].pages++
	}
}

// key is all that is sent.
func (r Request) key() string {
	return strings.Join([]string{r.Method, r.Path, joined(r.Header), r.Type, r.Body}, "\x00")
}

func joined(header []scenarios.Field) string {
	var b strings.Builder
	for _, f := range header {
		b.WriteString(f.Name + ": " + f.Value + "\n")
	}
	return b.String()
}

// list keeps the requests to one server.
func (c *collector) list(host string) (*List, error) {
	host, err := c.choose(host)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", c.name, err)
	}
	l := &List{Format: c.format}
	known := map[string]int{} // index in l.Requests: with a host or without, a request is the same
	for _, r := range c.all {
		if r.host != "" && r.host != host {
			continue
		}
		l.Total += r.Count
		if i, again := known[r.key()]; again {
			l.Requests[i].Count += r.Count
			continue
		}
		known[r.key()] = len(l.Requests)
		l.Requests = append(l.Requests, r.Request)
	}
	l.Notes = c.notes(host)
	if l.Total == 0 {
		err = errNothing
		if len(l.Notes) > 0 {
			err = fmt.Errorf("%w that can be sent: %s", err, strings.Join(l.Notes, "; "))
		}
		return nil, fmt.Errorf("%s: %w", c.name, err)
	}
	return l, nil
}

// choose returns the server whose requests are kept: the one that was asked for, else the
// one with most pages, else with most requests, of these the first.
func (c *collector) choose(host string) (string, error) {
	if len(c.hosts) == 0 {
		return "", nil
	}
	most, names := c.hosts[0], make([]string, len(c.hosts))
	for i, h := range c.hosts {
		if names[i] = h.name; h.name == strings.ToLower(host) {
			return h.name, nil
		}
		if h.pages > most.pages || h.pages == most.pages && h.requests > most.requests {
			most = h
		}
	}
	if host != "" {
		return "", fmt.Errorf("no request is for the host %q; there are: %s", host, strings.Join(names, ", "))
	}
	return most.name, nil
}

// notes names what is left out or changed.
func (c *collector) notes(host string) (notes []string) {
	others, n := map[string]int{}, 0
	for _, h := range c.hosts {
		if h.name != host {
			others[h.name], n = h.requests, n+h.requests
		}
	}
	if n > 0 {
		notes = append(notes, fmt.Sprintf("left out: %s to other hosts than %s (%s)", unit.Count(n, "request"), host, most(others)))
	}
	for _, r := range order {
		if n := c.left[r]; n > 0 {
			notes = append(notes, fmt.Sprintf(string(r), unit.Count(n, "request")))
		}
	}
	return notes
}

// shown is how many hosts a note names.
const shown = 3

// most names the hosts with most requests.
func most(hosts map[string]int) string {
	names := slices.SortedFunc(maps.Keys(hosts), func(a, b string) int {
		return 2*(hosts[b]-hosts[a]) + strings.Compare(a, b)
	})
	var all []string
	for _, name := range names[:min(shown, len(names))] {
		all = append(all, fmt.Sprintf("%s %d", name, hosts[name]))
	}
	if more := len(names) - shown; more > 0 {
		all = append(all, fmt.Sprintf("%d more hosts", more))
	}
	return strings.Join(all, ", ")
}
