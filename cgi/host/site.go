package host

import (
	"cmp"
	"path/filepath"
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
// /forum/index.php/a has the PATH_INFO /a, and so has the path /a. A name that is
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
