package host

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
)

// finder returns the function that finds scripts in Directory, or nil if that is
// not set.
func (h *Handler) finder() func(string) (place, error) {
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

// find follows a path from the directory to the first name that is not a directory:
// the script. It skips empty names, as Apache's MergeSlashes does.
func (d directory) find(p string) (place, error) {
	rest, ok := below(p, d.prefix)
	if !ok {
		return place{}, &refusal{http.StatusNotFound, fmt.Errorf("not below %s/", d.prefix)}
	}
	file, name := d.path, d.prefix
	for rest != "" {
		var segment string
		segment, rest = cutSegment(rest)
		if segment == "" {
			continue
		}
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

// checkDirectory checks that Directory can be read and holds a program. A program
// in it that cannot be started is no error: it may never be requested. Nor is a
// directory below it that this user cannot read.
func (h *Handler) checkDirectory() error {
	wrong := func(err error, hint string) error { return &ProgramError{h.Directory, err, hint} }
	info, err := os.Stat(h.Directory)
	switch {
	case err != nil:
		return wrong(cause(err), "check the path of the directory")
	case !info.IsDir():
		return wrong(errors.New("it is not a directory"), "name the directory that holds the programs, or serve the program itself")
	}
	var unread error
	for _, err := range h.directory(h.Directory).programs() {
		if err == nil {
			return nil
		}
		unread = cmp.Or(unread, err)
	}
	if at, ok := errors.AsType[*fs.PathError](unread); ok {
		return wrong(fmt.Errorf("it holds no executable file that this user can reach: %w", unread), "let this user read it: chmod o+rx "+at.Path)
	}
	return wrong(errors.New("it holds no executable file"), "make the programs executable: chmod +x "+filepath.Join(h.Directory, "*"))
}

// Programs returns the files in Directory that requests can start, sorted by name.
// The error names the directories that cannot be read, and leaves the other files.
func (h *Handler) Programs() (files []string, err error) {
	for file, unread := range h.directory(h.Directory).programs() {
		if err = errors.Join(err, unread); unread == nil {
			files = append(files, file)
		}
	}
	return files, err
}

// Broken returns the programs in Directory that cannot be started, with the
// reasons.
func (h *Handler) Broken() (broken []*ProgramError, err error) {
	programs, err := h.Programs()
	for _, file := range programs {
		if wrong, ok := errors.AsType[*ProgramError](h.checkProgram(file, filepath.Dir(file))); ok {
			broken = append(broken, wrong)
		}
	}
	return broken, err
}
