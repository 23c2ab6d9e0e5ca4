package host

import (
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
)

// finder returns the function that finds scripts in Directory, or nil if that is
// not set.
func (h *Handler) finder() func(*url.URL) (place, error) {
	if h.Directory == "" {
		return nil
	}
	return h.directory(h.path).find
}

func (h *Handler) directory(path string) directory {
	return directory{path: path, prefix: strings.TrimRight(h.ScriptName, "/"), links: h.FollowLinks}
}

// A directory holds the scripts of a site.
type directory struct {
	path   string
	prefix string // URL path of the directory, without a final slash
	links  bool   // follow symbolic links
}

// find returns the script of a URL.
func (d directory) find(u *url.URL) (place, error) {
	p, err := cleanPath(u)
	if err != nil {
		return place{}, err
	}
	rest, ok := below(p, d.prefix)
	if !ok {
		return place{}, &refusal{http.StatusNotFound, fmt.Errorf("not below %s/", d.prefix)}
	}
	return d.follow(rest)
}

// follow follows a path from the directory to the first name that is not a
// directory: the script.
func (d directory) follow(rest string) (place, error) {
	file, name := d.path, d.prefix
	for len(rest) > 1 {
		var segment string
		segment, rest = cutSegment(rest)
		file, name = filepath.Join(file, segment), name+"/"+segment
		info, err := d.stat(file, segment)
		switch {
		case err != nil:
			return place{}, err
		case !info.IsDir():
			return place{file: file, name: name, info: rest, raw: speaksHTTP(file)}, d.mayRun(file, info)
		}
	}
	return place{}, &refusal{http.StatusForbidden, fmt.Errorf("%s is a directory", file)}
}

// cutSegment splits a path "/a/b" into "a" and "/b".
func cutSegment(p string) (segment, rest string) {
	p = p[1:]
	if i := strings.IndexByte(p, '/'); i >= 0 {
		return p[:i], p[i:]
	}
	return p, ""
}

// stat checks one name of a path, and returns its file info.
func (d directory) stat(file, segment string) (fs.FileInfo, error) {
	if segment[0] == '.' || strings.ContainsRune(segment, filepath.Separator) {
		return nil, &refusal{http.StatusNotFound, fmt.Errorf("%s is hidden", file)}
	}
	info, err := os.Lstat(file)
	if err == nil && info.Mode()&fs.ModeSymlink != 0 {
		if !d.links {
			return nil, &refusal{http.StatusForbidden, fmt.Errorf("%s is a symbolic link; to follow it, set FollowLinks (--follow-links)", file)}
		}
		info, err = os.Stat(file)
	}
	switch {
	case errors.Is(err, fs.ErrPermission):
		return nil, &refusal{http.StatusForbidden, err}
	case err != nil:
		return nil, &refusal{http.StatusNotFound, err}
	}
	return info, nil
}

// mayRun refuses a file that cannot be executed.
func (d directory) mayRun(file string, info fs.FileInfo) error {
	if !info.Mode().IsRegular() {
		return &refusal{http.StatusForbidden, fmt.Errorf("%s is not a regular file (%v)", file, info.Mode().Type())}
	}
	if wrong, ok := errors.AsType[*ProgramError](Program{Path: file}.executable(file, info)); ok {
		return &refusal{http.StatusForbidden, fmt.Errorf("%w: %s", wrong, wrong.Hint)}
	}
	return nil
}
