package traffic

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
)

// split cuts an address into the server and the path with its query. A path alone has no
// server. The fragment, which browsers do not send, is left out.
func split(address string) (host, path string, err error) {
	address, _, _ = strings.Cut(address, "#")
	if strings.HasPrefix(address, "/") {
		return "", escaped(address), nil
	}
	scheme, rest, _ := strings.Cut(address, "://")
	if s := strings.ToLower(scheme); s != "http" && s != "https" {
		return "", "", fmt.Errorf("%q is neither a path that begins with / nor an http:// or https:// address", shortened(address))
	}
	end := strings.IndexAny(rest, "/?")
	if end < 0 {
		end = len(rest)
	}
	host, err = server(scheme + "://" + rest[:end])
	if path = rest[end:]; !strings.HasPrefix(path, "/") {
		path = "/" + path
	}
	return host, escaped(path), err
}

// server names the server of a URL: its host, and its port unless it is the usual one.
func server(address string) (string, error) {
	u, err := url.Parse(address)
	if wrapped, ok := errors.AsType[*url.Error](err); ok {
		err = wrapped.Err
	}
	switch {
	case err != nil:
		return "", fmt.Errorf("bad address %q: %w", shortened(address), err)
	case u.Hostname() == "":
		return "", fmt.Errorf("bad address %q: it names no host", shortened(address))
	case u.Port() == "", u.Scheme == "http" && u.Port() == "80", u.Scheme == "https" && u.Port() == "443":
		return strings.ToLower(strings.TrimSuffix(u.Host, ":"+u.Port())), nil
	}
	return strings.ToLower(u.Host), nil
}

// escaped writes what cannot stand in a request line as browsers do, in percent.
func escaped(path string) string {
	var b strings.Builder
	for i := range len(path) {
		if c := path[i]; c <= ' ' || c >= 0x7f {
			fmt.Fprintf(&b, "%%%02X", c)
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}
