package visitor

import (
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
)

// A jar holds the cookies that one side gave to a visitor, as a browser does: by Path,
// Domain, Expires and Max-Age. Cookies with Secure are sent, because the host is this
// machine.
type jar struct {
	host    string
	cookies *cookiejar.Jar
	given   map[string]bool // names of all cookies that the side set or deleted
}

func newJar(host string) *jar {
	cookies, _ := cookiejar.New(nil) // it never fails
	return &jar{host: host, cookies: cookies, given: map[string]bool{}}
}

// address is the URL that decides which cookies are sent. It has https, because a Host
// that is not the name of this machine still means this machine.
func (j *jar) address(requestURL string) *url.URL {
	p, _, _ := strings.Cut(requestURL, "?")
	if text, err := url.PathUnescape(p); err == nil {
		p = text
	}
	return &url.URL{Scheme: "https", Host: j.host, Path: p}
}

// keep stores the cookies of an answer.
func (j *jar) keep(requestURL string, h http.Header) {
	all := (&http.Response{Header: h}).Cookies()
	for _, c := range all {
		j.given[c.Name] = true
	}
	j.cookies.SetCookies(j.address(requestURL), all)
}

// value returns a cookie that would be sent with a request.
func (j *jar) value(requestURL, name string) (string, bool) {
	for _, c := range j.cookies.Cookies(j.address(requestURL)) {
		if c.Name == name {
			return c.Value, true
		}
	}
	return "", false
}

// fill adds the cookies of the side to those that the request itself has. Those with a
// name that the side uses are dropped: they belong to another session.
func (j *jar) fill(requestURL string, h http.Header) {
	var pairs []string
	for _, c := range j.cookies.Cookies(j.address(requestURL)) {
		value := c.Value
		if c.Quoted {
			value = `"` + value + `"`
		}
		pairs = append(pairs, c.Name+"="+value)
	}
	for _, pair := range strings.Split(strings.Join(h.Values("Cookie"), ";"), ";") {
		name, _, _ := strings.Cut(strings.TrimSpace(pair), "=")
		if name != "" && !j.given[name] {
			pairs = append(pairs, strings.TrimSpace(pair))
		}
	}
	h.Del("Cookie")
	if len(pairs) > 0 {
		h.Set("Cookie", strings.Join(pairs, "; "))
	}
}
