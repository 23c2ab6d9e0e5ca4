package logs

import (
	"bytes"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/classibench/classibench/scenarios"
	"github.com/classibench/classibench/scenarios/traffic/accesslog"
	"github.com/classibench/classibench/scenarios/traffic/trace"
)

// A Reason is why a request is left out, with the place of a number of requests.
type Reason string

// The reasons, in the order in which they are looked for.
const (
	NoRequest  Reason = "%s without a request: a connection that sent none, or bytes that are no HTTP"
	Unsafe     Reason = "%s with methods that may change data"
	OtherVerbs Reason = "%s with methods that were not asked for"
	Proxied    Reason = "%s to another host by way of this server (proxy requests)"
	NoPath     Reason = "%s without a path, such as OPTIONS * and CONNECT"
	Filtered   Reason = "%s that the filters leave out"
	Unmapped   Reason = "%s whose rewritten path does not begin with /"
)

// reasons is their order.
var reasons = []Reason{NoRequest, Unsafe, OtherVerbs, Proxied, NoPath, Filtered, Unmapped}

// A Rewrite maps paths.
type Rewrite struct {
	From *regexp.Regexp
	To   string // with $1 for a group
}

// ParseRewrite reads REGEX=REPLACEMENT. In the expression, = is written \=.
func ParseRewrite(s string) (Rewrite, error) {
	for i := range len(s) {
		if s[i] == '=' && (i == 0 || s[i-1] != '\\') {
			from, err := regexp.Compile(strings.ReplaceAll(s[:i], `\=`, "="))
			return Rewrite{from, s[i+1:]}, err
		}
	}
	return Rewrite{}, fmt.Errorf("%q has no =, which stands between an expression and its replacement", s)
}

// A chooser turns the records that are imported into hits.
type chooser struct {
	o          Options
	base, host string
	fields     [3]scenarios.Field // room for the header of a hit
	fieldsLeft int
	escaped    int
}

func newChooser(o Options) (chooser, error) {
	c := chooser{o: o, base: strings.TrimSuffix(o.Base, "/")}
	if o.Base == "" {
		c.base = DefaultBase
	}
	u, err := url.Parse(c.base)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.Path != "" || u.RawQuery != "" {
		return c, fmt.Errorf("the base %q is not the address of a server, such as %s", o.Base, DefaultBase)
	}
	c.host = u.Host
	return c, nil
}

// choose makes a hit of a record, or returns why it is left out.
func (c *chooser) choose(r *accesslog.Record, h *trace.Hit) Reason {
	if len(r.Method) == 0 {
		return NoRequest
	}
	method := string(r.Method)
	if why := c.method(method); why != "" {
		return why
	}
	target, why := c.target(r)
	if why != "" {
		return why
	}
	if target, why = c.mapped(target); why != "" {
		return why
	}
	sent, changed := sendable(c.o.Anonymize.target(target))
	if changed {
		c.escaped++
	}
	*h = trace.Hit{Client: c.o.Anonymize.client(r.Client), Method: c.sent(method), URL: c.base + sent, Header: c.header(r), Status: r.Status, Size: r.Bytes}
	return ""
}

// safe are the methods that change no data (RFC 9110 §9.2.1).
var safe = []string{http.MethodGet, http.MethodHead, http.MethodOptions, http.MethodTrace}

func (c *chooser) method(method string) Reason {
	switch {
	case c.o.AllMethods || slices.Contains(c.o.Methods, method):
		return ""
	case len(c.o.Methods) > 0:
		return OtherVerbs
	case slices.Contains(safe, method):
		return ""
	}
	return Unsafe
}

// sent returns the method of a hit. If the hit is anonymous, a method is known or named by the
// options, since a client may send any word.
func (c *chooser) sent(method string) string {
	if slices.Contains(c.o.Methods, method) {
		return method
	}
	return c.o.Anonymize.method(method)
}

// target returns the path and query. The absolute form (RFC 9112 §3.2.2) is that of proxies; a
// server takes it too, where it names the server itself.
func (c *chooser) target(r *accesslog.Record) (string, Reason) {
	if bytes.HasPrefix(r.Target, []byte("/")) { // it may be empty, too
		return string(r.Target), ""
	}
	_, rest, absolute := bytes.Cut(r.Target, []byte("://"))
	if !absolute {
		return "", NoPath
	}
	end := bytes.IndexAny(rest, "/?")
	if end < 0 {
		end = len(rest)
	}
	host, path := string(rest[:end]), string(rest[end:])
	if host != c.host && (len(r.Host) == 0 || !strings.EqualFold(host, string(r.Host))) {
		return "", Proxied
	}
	if !strings.HasPrefix(path, "/") {
		path = "/" + path
	}
	return path, ""
}

// mapped filters and rewrites a target.
func (c *chooser) mapped(target string) (string, Reason) {
	matches := func(re *regexp.Regexp) bool { return re.MatchString(target) }
	if len(c.o.Include) > 0 && !slices.ContainsFunc(c.o.Include, matches) || slices.ContainsFunc(c.o.Exclude, matches) {
		return "", Filtered
	}
	for _, w := range c.o.Rewrite {
		target = w.From.ReplaceAllString(target, w.To)
	}
	if !strings.HasPrefix(target, "/") {
		return "", Unmapped
	}
	return target, ""
}

// header returns the fields that a log has.
func (c *chooser) header(r *accesslog.Record) []scenarios.Field {
	all := c.fields[:0]
	for _, f := range []scenarios.Field{
		{Name: "Host", Value: c.o.Anonymize.host(r.Host)},
		{Name: "Referer", Value: c.o.Anonymize.referrer(r.Referrer)},
		{Name: "User-Agent", Value: c.o.Anonymize.agent(r.UserAgent)},
	} {
		switch {
		case f.Value == "":
		case !scenarios.IsFieldValue(f.Value):
			c.fieldsLeft++
		default:
			all = append(all, f)
		}
	}
	return all
}

// sendable escapes what cannot stand in a URL. A percent sign without two digits is one that a
// client did not escape, and a number sign would begin a fragment, which is not sent.
func sendable(target string) (_ string, changed bool) {
	bad := func(i int) bool {
		c := target[i]
		return c <= ' ' || c >= 0x7f || c == '#' || c == '%' && !(i+2 < len(target) && isHex(target[i+1]) && isHex(target[i+2]))
	}
	first := 0
	for first < len(target) && !bad(first) {
		first++
	}
	if first == len(target) {
		return target, false
	}
	b := []byte(target[:first])
	for i := first; i < len(target); i++ {
		if bad(i) {
			b = fmt.Appendf(b, "%%%02X", target[i])
		} else {
			b = append(b, target[i])
		}
	}
	return string(b), true
}

func isHex(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}
