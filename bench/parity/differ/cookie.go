package differ

import (
	"net/http"
	"strings"
	"time"
)

// A moment is a time relative to an answer.
type moment struct{ after, took time.Duration }

// leeway is the time by which relative dates may differ: programs write whole seconds,
// and read the clock some time before the answer is complete.
const leeway = 5 * time.Second

// near reports whether two moments are the same, apart from the time that the answers
// took.
func (m moment) near(o moment) bool {
	return (m.after - o.after).Abs() <= leeway+m.took+o.took
}

// cookies reads the cookies by attribute.
func (r reader) cookies() *node {
	n := &node{kind: record}
	for _, line := range r.from.Header["Set-Cookie"] {
		n.kids = append(n.kids, r.cookie(r.cut(line)))
	}
	n.kids = dropNil(n.kids)
	return n.seal()
}

func (r reader) cookie(line string) *node {
	c, err := http.ParseSetCookie(line)
	if err != nil {
		name, rest, _ := strings.Cut(line, "=")
		return (&node{kind: record, sep: "cookie ", name: strings.TrimSpace(name), kids: []*node{leaf(text, "", "", r.neutral(rest)).seal()}}).seal()
	}
	if r.ignore.field("Set-Cookie: " + c.Name) {
		return nil
	}
	n := &node{kind: record, sep: "cookie ", name: c.Name, kids: r.attributes(c)}
	return n.seal()
}

// attributes reads a cookie as RFC 6265 §5.3 does: Max-Age counts before Expires, and a
// domain may begin with a dot.
func (r reader) attributes(c *http.Cookie) []*node {
	domain := r.neutral(strings.ToLower(strings.TrimPrefix(c.Domain, ".")))
	all := []*node{leaf(text, "", "", r.neutral(c.Value)), r.lifetime(c)}
	for _, a := range []struct {
		name, value string
		set         bool
	}{
		{"Path", c.Path, c.Path != ""},
		{"Domain", domain, domain != ""},
		{"Secure", "set", c.Secure},
		{"HttpOnly", "set", c.HttpOnly},
		{"SameSite", sameSite(c), sameSite(c) != ""},
		{"Partitioned", "set", c.Partitioned},
	} {
		if a.set {
			all = append(all, leaf(text, "@", a.name, a.value))
		}
	}
	for _, n := range all {
		n.seal()
	}
	return all
}

// lifetime returns the end of a cookie relative to the answer: "session" without one,
// "at once" if the cookie is deleted.
func (r reader) lifetime(c *http.Cookie) *node {
	n := leaf(text, "@", "Expires", "session")
	switch {
	case c.MaxAge < 0, c.MaxAge == 0 && !c.Expires.IsZero() && c.Expires.Before(r.from.At.Add(-leeway)):
		n.text = "at once"
	case c.MaxAge > 0:
		return r.after(n, time.Duration(min(c.MaxAge, mostSeconds))*time.Second)
	case c.RawExpires != "" && (c.Expires.IsZero() || r.from.At.IsZero()):
		n.text = c.RawExpires
	case !c.Expires.IsZero():
		return r.after(n, c.Expires.Sub(r.from.At))
	}
	return n
}

// mostSeconds limits a lifetime to what a time.Duration holds.
const mostSeconds = 200 * 365 * 24 * 3600

func (r reader) after(n *node, d time.Duration) *node {
	n.kind, n.text, n.moment = when, "after "+d.Round(time.Second).String(), moment{d, r.from.Took}
	return n
}

func sameSite(c *http.Cookie) string {
	switch c.SameSite {
	case http.SameSiteLaxMode:
		return "Lax"
	case http.SameSiteStrictMode:
		return "Strict"
	case http.SameSiteNoneMode:
		return "None"
	}
	return ""
}

func dropNil(all []*node) (kept []*node) {
	for _, n := range all {
		if n != nil {
			kept = append(kept, n)
		}
	}
	return kept
}
