//go:build linux

package host

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// sent sends text unchanged, and reads one response.
func sent(t testing.TB, url, text string) reply {
	t.Helper()
	c, err := net.Dial("tcp", strings.TrimPrefix(url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	io.WriteString(c, text)
	response, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		return reply{err: err}
	}
	defer response.Body.Close()
	b, err := io.ReadAll(response.Body)
	return reply{response, string(b), err}
}

// targets are request targets that a server might rewrite.
var targets = []string{
	"/", "/a|b", "/{{Ann}}", "//x", "/%7e", "/~", "/a%2Fb", "/a%2fb", "/a/./b/../c", "/a;b=1", "/%41", "/a+b", "/é", "/\"<>\\^`",
	"/?", "/?a=b&a=c", "/?q={x}|y", "/?%zz", "/?q=\xff\xfe", "/?a?b", "/?x=/../y", "/a?q=%7e~%41", "/?a=\"<>\\^`'",
}

func TestRequestURIIsVerbatim(t *testing.T) {
	url := serve(t, &Handler{Path: write(t, "uri.cgi", "#!/bin/sh\nprintf 'Content-Type: text/plain\\n\\n%s %s' \"$REQUEST_URI\" \"$QUERY_STRING\"\n")})
	for _, target := range append(targets, "http://example.org/x|y?z") {
		_, query, _ := strings.Cut(target, "?")
		sent(t, url, "GET "+target+" HTTP/1.0\r\nHost: example.org\r\n\r\n").want(t, 200, target+" "+query)
	}
}

// As with other servers, REQUEST_URI is the client's target even after a local
// redirect. Other variables hold the redirected path.
func TestRequestURIAfterALocalRedirect(t *testing.T) {
	h := &Handler{Path: write(t, "hop.cgi", "#!/bin/sh\n[ $PATH_INFO = /end ] || { printf 'Location: /end?y=2\\n\\n'; exit; }\n"+
		"printf 'Content-Type: text/plain\\n\\n%s %s %s %s' \"$REQUEST_URI\" \"$QUERY_STRING\" \"$REDIRECT_URL\" \"$REDIRECT_QUERY_STRING\"\n")}
	get(t, serve(t, h)+"/%7efrom?x=1").want(t, 200, "/%7efrom?x=1 y=2 /~from x=1")
}

// A local redirect keeps its cookies and other fields, except those that belong to
// the redirect itself.
func TestCookieOfALocalRedirect(t *testing.T) {
	h := &Handler{Path: write(t, "login.cgi", "#!/bin/sh\ncase $PATH_INFO in\n/end) printf 'Content-Type: text/plain\\nDate: Fri, 02 Jan 1970 00:00:00 GMT\\nSet-Cookie: c=3\\n\\nwelcome' ;;\n"+
		"*) printf 'Set-Cookie: a=1\\nSet-Cookie: b=2\\nX-Other: x\\nDate: Thu, 01 Jan 1970 00:00:00 GMT\\nETag: \"r\"\\nLocation: /end\\n\\n' ;;\nesac\n")}
	got := get(t, serve(t, h)+"/login")
	got.want(t, 200, "welcome")
	if dates := got.Header["Date"]; len(dates) != 1 || got.Header.Get("Etag") != "" {
		t.Errorf("dates %q, ETag %q: want the page's own", dates, got.Header.Get("Etag"))
	}
	cookies := strings.Join(got.Header["Set-Cookie"], " ")
	if cookies != "a=1 b=2 c=3" || got.Header.Get("X-Other") != "x" || got.Header.Get("Content-Type") != "text/plain" || got.Header.Get("Location") != "" {
		t.Errorf("got %v, want cookies a=1 b=2 c=3, X-Other x, type text/plain and no Location", got.Header)
	}
}

func TestAuthorizationIsPassedOnIfWanted(t *testing.T) {
	for _, pass := range []bool{false, true} {
		h := &Handler{PassAuth: pass, Path: write(t, "auth.cgi", "#!/bin/sh\nprintf 'Content-Type: text/plain\\n\\n%s,%s,%s' \"$HTTP_AUTHORIZATION\" \"$HTTP_PROXY_AUTHORIZATION\" \"$HTTP_PROXY\"\n")}
		r := request(t, "GET", serve(t, h), nil)
		r.Header = http.Header{"Authorization": {"Bearer x"}, "Proxy-Authorization": {"Basic y"}, "Proxy": {"evil"}}
		want := map[bool]string{false: ",,", true: "Bearer x,Basic y,"}[pass]
		do(t, r).want(t, 200, want)
	}
}

// Each header that is not passed on is logged once, up to a limit.
func TestHeadersThatAreNotPassedOn(t *testing.T) {
	h := script(t, "env")
	j := logTo(h)
	url := serve(t, h)
	for range 3 {
		got := sent(t, url, "GET / HTTP/1.0\r\nHost: x\r\nX_TOKEN: 1\r\nX-Token: 2\r\nX.Y: 3\r\nAuthorization: Basic eDp5\r\nProxy: z\r\n\r\n")
		if !strings.Contains(got.body, "\nHTTP_X_TOKEN=2") || strings.Contains(got.body, "X_Y") {
			t.Errorf("got %s", got)
		}
	}
	for _, name := range []string{"X_token", "X.y", "Authorization", "Proxy"} {
		if n := strings.Count(j.String(), "header="+name+" "); n != 1 {
			t.Errorf("%s was logged %d times, want once:\n%s", name, n, j)
		}
	}
	if !strings.Contains(j.String(), "--pass-auth") {
		t.Errorf("the log does not name --pass-auth:\n%s", j)
	}
	g := &Gateway{Logger: h.Logger}
	g.once.Do(g.init)
	for i := range 1000 {
		r := httptest.NewRequest("GET", "/", nil)
		r.Header[fmt.Sprintf("Made_up_%d", i)] = []string{""}
		g.meta(r, place{}, 0)
	}
	if n := strings.Count(j.String(), "header=Made_up_"); n != 64 {
		t.Errorf("%d invented names were logged, want 64", n)
	}
}
