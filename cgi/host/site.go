package host

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// A Site is the place of a script among the URLs of a server.
type Site struct {
	Root     string // document root
	Name     string // SCRIPT_NAME
	Fallback bool   // the script also answers paths that are not below Name
}

// SiteOf returns the site of a script that answers every path, with the settings of
// Apache (FallbackResource) and lighttpd. Root defaults to the directory of the
// script, and name to its path below root, as in /forum/index.php. The paths
// /forum/index.php/a and /a both have the PATH_INFO /a. Another script of the same
// kind below root (/sign.php) answers for itself. If name is given, or if the
// script is not below root, the script answers only the paths below name.
func SiteOf(script, name, root string) Site {
	if script == "" {
		return Site{Root: root, Name: name}
	}
	root = cmp.Or(root, filepath.Dir(script))
	rel, err := filepath.Rel(root, script)
	if name != "" || err != nil || !filepath.IsLocal(rel) {
		return Site{Root: root, Name: name}
	}
	return Site{Root: root, Name: "/" + filepath.ToSlash(rel), Fallback: true}
}

// A place is the script of a path.
type place struct {
	file string // SCRIPT_FILENAME
	name string // SCRIPT_NAME
	info string // PATH_INFO
	raw  bool   // the script speaks HTTP itself
}

// place returns the script of a request.
func (g *Gateway) place(u *url.URL) (place, error) {
	if g.find != nil {
		return g.find(u)
	}
	p, err := pathOf(u)
	if err != nil {
		return place{}, err
	}
	if file, name := g.another(p); file != "" {
		return place{file: file, name: name, info: p[len(name):], raw: g.raw}, nil
	}
	info, err := g.pathInfo(p)
	return place{file: g.Script, name: g.ScriptName, info: info, raw: g.raw}, err
}

// pathInfo returns the part of a path after the script's name (RFC 3875 §4.1.5).
// For a fallback it is the whole path, as if the script's name preceded it, or
// nothing for "/", as with an index file.
func (g *Gateway) pathInfo(p string) (string, error) {
	info, ok := below(p, g.ScriptName)
	switch {
	case ok:
		return info, nil
	case g.Fallback && p == "/":
		return "", nil
	case g.Fallback && strings.HasPrefix(p, "/"):
		return p, nil
	}
	return "", &refusal{http.StatusNotFound, fmt.Errorf("not below %s", g.ScriptName)}
}

// below returns the rest of p after name, if p is name or a path below it.
func below(p, name string) (rest string, ok bool) {
	rest, ok = strings.CutPrefix(p, name)
	return rest, ok && (rest == "" || rest[0] == '/')
}

// another returns another script of the site that a path names, as in /sign.php/a:
// its file and its name, or nothing. As with other servers, only a path without a
// script falls back to Script.
func (g *Gateway) another(p string) (file, name string) {
	ext := path.Ext(g.ScriptName)
	if !g.Fallback || ext == "" {
		return "", ""
	}
	for at := strings.Index(p, ext); at >= 0; at = following(p, ext, at) {
		end := at + len(ext)
		if end < len(p) && p[end] != '/' {
			continue
		}
		name = p[:end]
		if name == g.ScriptName || path.Clean(name) != name {
			return "", ""
		}
		file = filepath.Join(g.Root, filepath.FromSlash(name))
		if info, err := os.Stat(file); err == nil && info.Mode().IsRegular() {
			return file, name
		}
	}
	return "", ""
}

// following returns the index of the next text in s after an index, or -1.
func following(s, text string, after int) int {
	i := strings.Index(s[after+1:], text)
	if i < 0 {
		return -1
	}
	return after + 1 + i
}
