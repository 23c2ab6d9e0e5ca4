package host

import (
	"log/slog"
	"net/http"
	"net/url"
	"strings"
)

// attrs names the script and the request of a log record. The address of the request
// has no query, unless LogQuery is set: a query may be a secret, such as a link with
// which its owner edits an ad.
func (g *Gateway) attrs(r *http.Request) []slog.Attr {
	const most = 256
	uri := requestURI(r)
	if !g.LogQuery {
		uri = publicURI(uri)
	}
	if len(uri) > most {
		uri = uri[:most] + "…"
	}
	if g.Script == "" {
		return []slog.Attr{slog.String("uri", uri)}
	}
	return []slog.Attr{slog.String("script", g.Script), slog.String("uri", uri)}
}

// publicURI returns the path of a request target (RFC 9112 §3.2): without its query,
// and without the scheme, the user and the host that a proxy's client sends.
func publicURI(target string) string {
	target, _, _ = strings.Cut(target, "?")
	target, _, _ = strings.Cut(target, "#")
	if strings.HasPrefix(target, "/") {
		return target
	}
	u, err := url.Parse(target)
	if err != nil || u.Host == "" {
		return target[strings.LastIndexByte(target, '@')+1:]
	}
	return u.EscapedPath()
}
