package host

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// A Site is where a script stands among the URLs of a server.
type Site struct {
	Root     string // document root
	Name     string // SCRIPT_NAME
	Fallback bool   // paths that are not below Name lead to the script too
}

// SiteOf is the site of a script that answers every path, with what Apache
// (FallbackResource) and lighttpd set for it. Root defaults to the directory of
// the script, and name to its path below root, as in /forum/index.php: the path
// /forum/index.php/a has the PATH_INFO /a, and so has the path /a. Another script of the
// same kind below root (/sign.php) answers for itself. A name that is
// given, and a script that does not stand below root, answer the paths below name
// only.
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

// A place is the script that a path leads to.
type place struct {
	file string // SCRIPT_FILENAME
	name string // SCRIPT_NAME
	info string // PATH_INFO
	raw  bool   // the script speaks HTTP itself
}

// place returns the script that a path leads to.
func (g *Gateway) place(p string) (place, error) {
	if strings.IndexByte(p, 0) >= 0 {
		return place{}, &refusal{http.StatusBadRequest, errors.New("NUL in the path")}
	}
	if g.find != nil {
		return g.find(p)
	}
	if file, name := g.another(p); file != "" {
		return place{file: file, name: name, info: p[len(name):], raw: g.raw}, nil
	}
	info, err := g.pathInfo(p)
	return place{file: g.Script, name: g.ScriptName, info: info, raw: g.raw}, err
}

// pathInfo returns the part of a path behind the script (RFC 3875 §4.1.5). Of a path
// that only falls back to the script it is the whole, as if the script's name
// stood before it, and of "/" nothing, as with an index file.
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

// below returns the rest of a path that is a name, or below it.
func below(p, name string) (rest string, ok bool) {
	rest, ok = strings.CutPrefix(p, name)
	return rest, ok && (rest == "" || rest[0] == '/')
}

// another is the script that a path leads to where a site has several, as in
// /sign.php/a: its file and its name, or nothing. As with other servers, only what leads
// to no script falls back to Script.
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

// following is where text occurs next after a place in s; -1 if it does not.
func following(s, text string, after int) int {
	i := strings.Index(s[after+1:], text)
	if i < 0 {
		return -1
	}
	return after + 1 + i
}
