package host

import (
	"cmp"
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
