package host

import (
	"errors"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
)

// cleanPath returns the path of a URL as Apache maps it to files: tidy, and without
// an escaped slash (AllowEncodedSlashes Off) or NUL, which it refuses with 404.
func cleanPath(u *url.URL) (string, error) {
	if strings.IndexByte(u.Path, 0) >= 0 || strings.Contains(strings.ToLower(u.EscapedPath()), "%2f") {
		return "", &refusal{http.StatusNotFound, errors.New("the path holds an escaped slash or NUL")}
	}
	return tidy(u.Path)
}

// pathOf returns the path of a URL as nginx and lighttpd pass it to a script that
// answers all paths: tidy, after its escapes are decoded, so that %2f is a slash and
// %2e%2e a dot segment.
func pathOf(u *url.URL) (string, error) {
	switch {
	case strings.IndexByte(u.Path, 0) >= 0:
		return "", &refusal{http.StatusBadRequest, errors.New("NUL in the path")}
	case filepath.Separator == '\\' && strings.ContainsRune(u.Path, '\\'):
		return "", &refusal{http.StatusBadRequest, errors.New("a backslash in the path, which separates names on this system")}
	}
	return tidy(u.Path)
}

// tidy removes the empty names and the dot segments of a path (RFC 3986 §5.2.4), so
// that a script never gets them: PATH_INFO becomes a part of file names in many. It
// refuses a path that leaves the root, with 400 as web servers do.
func tidy(p string) (string, error) {
	if isTidy(p) {
		return p, nil
	}
	var kept []string
	last := ""
	for segment := range strings.SplitSeq(strings.TrimPrefix(p, "/"), "/") {
		switch last = segment; segment {
		case "", ".":
		case "..":
			if len(kept) == 0 {
				return "", &refusal{http.StatusBadRequest, errors.New("the path leaves the root")}
			}
			kept = kept[:len(kept)-1]
		default:
			kept = append(kept, segment)
		}
	}
	if len(kept) > 0 && (last == "" || last == "." || last == "..") {
		kept = append(kept, "") // a directory: its final slash stays
	}
	return "/" + strings.Join(kept, "/"), nil
}

// isTidy reports whether a path has nothing to remove, as most have. The empty path
// is that of a target without one, such as http://example.org.
func isTidy(p string) bool {
	return p == "" || p[0] == '/' && !strings.Contains(p, "//") && !strings.Contains(p, "/.")
}
