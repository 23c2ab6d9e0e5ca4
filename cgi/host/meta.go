package host

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
)

type userKey struct{}

type user struct{ authType, name string }

// WithUser sets the user of a request, for AUTH_TYPE and REMOTE_USER (RFC 3875
// §4.1.1, §4.1.11). It is for middleware that authenticated the request: the
// Authorization header itself is not passed to scripts, unless PassAuth is set.
func WithUser(ctx context.Context, authType, name string) context.Context {
	return context.WithValue(ctx, userKey{}, user{authType, name})
}

// A metaSet collects meta-variables. It skips names that the gateway's Env sets.
type metaSet struct {
	env []string
	own map[string]bool
}

func (m *metaSet) set(name, value string) {
	if !m.own[name] {
		m.env = append(m.env, name+"="+value)
	}
}

// fixed returns the meta-variables that are the same for all requests, and the
// names that Env sets.
func (g *Gateway) fixed() metaSet {
	m := metaSet{own: map[string]bool{}}
	last := map[string]string{}
	var names []string
	for _, e := range g.Env {
		name, _, _ := strings.Cut(e, "=")
		if _, ok := last[name]; !ok {
			names = append(names, name)
		}
		last[name] = e
		m.own[name] = true
	}
	m.set("GATEWAY_INTERFACE", "CGI/1.1")
	m.set("SERVER_SOFTWARE", "classibench")
	m.set("REDIRECT_STATUS", "200") // as lighttpd does; without it php-cgi refuses to run
	if g.Root != "" {
		m.set("DOCUMENT_ROOT", g.Root)
	}
	for _, name := range names {
		m.env = append(m.env, last[name])
	}
	m.env = slices.Clip(m.env)
	return m
}

// meta returns the meta-variables of a request (RFC 3875 §4.1).
func (g *Gateway) meta(r *http.Request, at place, length int64) []string {
	m := metaSet{env: make([]string, 0, len(g.base.env)+22+len(r.Header)), own: g.base.own}
	m.env = append(m.env, g.base.env...)
	m.set("SCRIPT_NAME", at.name)
	if at.file != "" {
		m.set("SCRIPT_FILENAME", at.file)
	}
	m.set("REQUEST_METHOD", r.Method)
	m.set("SERVER_PROTOCOL", r.Proto)
	m.set("REQUEST_URI", requestURI(r))
	m.set("QUERY_STRING", r.URL.RawQuery)
	if at.info != "" || !g.Fallback {
		m.set("PATH_INFO", at.info)
	}
	if g.Root != "" && at.info != "" {
		m.set("PATH_TRANSLATED", translate(g.Root, at.info))
	}
	if length > 0 || r.Header.Get("Content-Length") != "" || len(r.TransferEncoding) > 0 { // a body may have 0 bytes
		m.set("CONTENT_LENGTH", strconv.FormatInt(length, 10))
	}
	if t := r.Header.Get("Content-Type"); t != "" {
		m.set("CONTENT_TYPE", t)
	}
	if u, ok := r.Context().Value(userKey{}).(user); ok {
		m.set("AUTH_TYPE", u.authType)
		m.set("REMOTE_USER", u.name)
	}
	if h, ok := r.Context().Value(hopsKey{}).(hops); ok {
		m.set("REDIRECT_URL", h.from.Path)
		m.set("REDIRECT_QUERY_STRING", h.from.RawQuery)
	}
	m.addresses(r)
	g.header(&m, r)
	return m.env
}

// translate maps a path to a file by RFC 3875 §4.1.6. It keeps a final slash.
func translate(root, pathInfo string) string {
	file := filepath.Join(root, filepath.FromSlash(path.Clean("/"+pathInfo)))
	if strings.HasSuffix(pathInfo, "/") {
		file += string(filepath.Separator)
	}
	return file
}

// requestURI returns the target of a request as the client sent it, with the
// client's escapes.
func requestURI(r *http.Request) string {
	if r.RequestURI != "" {
		return r.RequestURI
	}
	return r.URL.RequestURI() // the request was not read from a connection
}

// addresses sets the variables of the client's and the server's address.
func (m *metaSet) addresses(r *http.Request) {
	remote, remotePort := splitAddr(r.RemoteAddr)
	m.set("REMOTE_ADDR", remote)
	m.set("REMOTE_HOST", remote) // RFC 3875 §4.1.9 allows the address
	if remotePort != "" {
		m.set("REMOTE_PORT", remotePort)
	}
	name, port := splitHost(r.Host)
	if local, ok := r.Context().Value(http.LocalAddrContextKey).(net.Addr); ok {
		// RFC 3875 §4.1.15: the port on which the request was received.
		addr, localPort := splitAddr(local.String())
		if localPort != "" {
			port = localPort
			m.set("SERVER_ADDR", addr)
			if name == "" {
				name = addr
			}
		}
	}
	if port == "" {
		port = "80"
		if r.TLS != nil {
			port = "443"
		}
	}
	m.set("SERVER_NAME", name)
	m.set("SERVER_PORT", port)
	if r.TLS != nil {
		m.set("HTTPS", "on")
	}
}

// splitAddr splits the address of a peer. An address without a port, as of a Unix
// socket, is returned whole.
func splitAddr(addr string) (ip, port string) {
	a, err := netip.ParseAddrPort(addr)
	if err != nil {
		return addr, ""
	}
	return a.Addr().Unmap().WithZone("").String(), strconv.Itoa(int(a.Port()))
}

// splitHost splits a Host header. An IPv6 address keeps its brackets (RFC 3875
// §4.1.14).
func splitHost(host string) (name, port string) {
	i := strings.LastIndexByte(host, ':')
	if i < 0 || strings.HasSuffix(host, "]") {
		return host, ""
	}
	return host[:i], host[i+1:]
}

// header passes on the request's header. RFC 3875 §4.1.18 lets the server choose.
// Names that differ only in "-" and "_" would become the same variable, so that a
// client could forge a field that a proxy sets. As with Apache and nginx, a name with
// an underscore is not passed on, nor is a name with a character other than letters,
// digits and "-". If middleware set one name in two spellings, the value that sorts
// first counts.
func (g *Gateway) header(m *metaSet, r *http.Request) {
	if r.Host != "" {
		m.set("HTTP_HOST", r.Host)
	}
	first := len(m.env)
	for name, values := range r.Header {
		v := variable(name)
		if why := keeps(v, g.PassAuth); why != "" {
			if why != KeptOwn {
				g.dropped.note(g, r, name, string(why))
			}
			continue
		}
		glue := ", "
		if v == "HTTP_COOKIE" {
			glue = "; "
		}
		m.set(v, strings.Join(values, glue))
	}
	slices.Sort(m.env[first:])
	rest := slices.CompactFunc(m.env[first:], func(a, b string) bool {
		name, _, _ := strings.Cut(a, "=")
		other, _, _ := strings.Cut(b, "=")
		return name == other
	})
	m.env = m.env[:first+len(rest)]
}

// A Kept is the reason why a gateway does not pass on a header field, as a text for
// a log; it is empty for a field that is passed on.
type Kept string

// The reasons. Many programs would read Proxy as the variable http_proxy. A field
// that has its own meta-variable is not lost.
const (
	KeptName   Kept = "its name has a character other than letters, digits and -"
	KeptSecret Kept = "it holds a secret; to pass it on, set PassAuth (--pass-auth, pass_auth: true)"
	KeptProxy  Kept = "programs would use HTTP_PROXY as their proxy"
	KeptOwn    Kept = "it has its own meta-variable"
)

// Keeps returns the reason why a gateway does not pass on a header field, or "".
func Keeps(field string, passAuth bool) Kept { return keeps(variable(field), passAuth) }

func keeps(variable string, passAuth bool) Kept {
	switch variable {
	case "":
		return KeptName
	case "HTTP_AUTHORIZATION", "HTTP_PROXY_AUTHORIZATION":
		if !passAuth {
			return KeptSecret
		}
	case "HTTP_PROXY":
		return KeptProxy
	case "HTTP_CONTENT_LENGTH", "HTTP_CONTENT_TYPE", "HTTP_HOST":
		return KeptOwn
	}
	return ""
}

// drops are the header names that were not passed on. Each is logged once. Their
// number is limited, since a client can invent names.
type drops struct {
	mu    sync.Mutex
	names map[string]bool
}

func (d *drops) note(g *Gateway, r *http.Request, name, why string) {
	const most = 64
	d.mu.Lock()
	known := d.names[name] || len(d.names) >= most
	if !known {
		if d.names == nil {
			d.names = map[string]bool{}
		}
		d.names[name] = true
	}
	d.mu.Unlock()
	if !known {
		g.log.LogAttrs(r.Context(), slog.LevelWarn, "header is not passed on to scripts (logged once)",
			append(g.attrs(r), slog.String("header", name), slog.String("why", why))...)
	}
}

// variable returns the name of a header's meta-variable, or "" if it has none.
func variable(name string) string {
	b := make([]byte, 0, 40)
	b = append(b, "HTTP_"...)
	for i := range len(name) {
		c := name[i]
		switch {
		case 'a' <= c && c <= 'z':
			c -= 'a' - 'A'
		case c == '-':
			c = '_'
		case 'A' <= c && c <= 'Z', '0' <= c && c <= '9':
		default:
			return ""
		}
		b = append(b, c)
	}
	return string(b)
}
