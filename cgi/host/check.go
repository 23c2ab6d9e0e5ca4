package host

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/classibench/classibench/internal/environ"
)

// A ProgramError is the reason why a program cannot be started.
type ProgramError struct {
	Path string
	Err  error  // the reason; may wrap fs.ErrNotExist or fs.ErrPermission
	Hint string // how to correct it
}

func (e *ProgramError) Error() string { return fmt.Sprintf("%s: %v", e.Path, e.Err) }
func (e *ProgramError) Unwrap() error { return e.Err }

// A Program is an executable file with the settings on which its start depends.
type Program struct {
	Path       string
	Dir        string // its working directory; empty means this process's
	SearchPath string // its PATH; empty means this process's
}

// Check reports whether the script can be started, as [Program.Check] does.
func (h *Handler) Check() error {
	if h.Directory != "" {
		return h.checkDirectory()
	}
	path, script, dir, err := h.place()
	if err != nil {
		return err
	}
	if h.Script != "" {
		if err := (Program{Path: script}).readable(); err != nil {
			return err
		}
	}
	return h.checkProgram(path, dir)
}

func (h *Handler) checkProgram(path, dir string) error {
	return Program{Path: path, Dir: dir, SearchPath: environ.Get(h.environment(), "PATH")}.Check()
}

// Check checks a program without starting it. If the system would refuse to start
// it, the error is a *ProgramError: the file does not exist, is not a regular file
// or is not executable; its #! line is missing, ends in CR or names no program; or
// it is built for another machine or for a loader that is not installed. A program
// that passes may still fail by itself.
func (p Program) Check() error {
	if err := p.check(p.Path, 0); err != nil {
		return err
	}
	if p.Dir == "" {
		return nil
	}
	info, err := os.Stat(p.Dir)
	if err == nil && !info.IsDir() {
		err = errors.New("not a directory")
	}
	if err != nil {
		return p.wrong(fmt.Errorf("its working directory %s: %w", p.Dir, cause(err)), "name a directory that exists")
	}
	return nil
}

// readable checks a file that an interpreter will read.
func (p Program) readable() error {
	info, err := os.Stat(p.Path)
	switch {
	case err != nil:
		return p.wrong(cause(err), "correct the path of the script")
	case !info.Mode().IsRegular():
		return p.wrong(errors.New("it is no file"), "name the file that answers requests, such as %s", filepath.Join(p.Path, "index.php"))
	}
	f, err := os.Open(p.Path)
	if err != nil {
		return p.wrong(cause(err), "its interpreter has to read it: chmod +r %s", p.Path)
	}
	return f.Close()
}

// it returns the subject of a message: the program itself, or its interpreter.
func (p Program) it(path string) string {
	if path == p.Path {
		return "it"
	}
	return "its interpreter " + path
}

// firstLine returns the words for the #! line of the program, or of its
// interpreter.
func (p Program) firstLine(path string) string {
	if path == p.Path {
		return "its first line"
	}
	return "the first line of its interpreter " + path
}

func (p Program) wrong(err error, hint string, args ...any) error {
	return &ProgramError{p.Path, err, fmt.Sprintf(hint, args...)}
}

// maxNesting is how many interpreters may be scripts themselves, as in Linux.
const maxNesting = 5

// check checks the program itself (level 0) or one of its interpreters.
func (p Program) check(path string, level int) error {
	if err := p.file(path); err != nil {
		return err
	}
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrPermission) {
		return nil // executable but not readable: the system decides
	}
	if err != nil {
		return p.wrong(cause(err), "check that the file can be read")
	}
	defer f.Close()
	head := make([]byte, 256) // Linux reads no more for the #! line
	n, err := io.ReadFull(f, head)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return p.wrong(cause(err), "check that the file can be read")
	}
	head = head[:n]
	switch line, script := strings.CutPrefix(string(head), "#!"); {
	case registered(path, head):
		return nil
	case script && level < maxNesting:
		return p.interpreter(path, line, level)
	case script:
		return p.wrong(errors.New("too many nested interpreters: its interpreter is a script, and so is that script's interpreter"), "name a binary program after #! in %s", path)
	}
	return p.binary(path, f, head)
}

// file checks the type and the permissions of a file.
func (p Program) file(path string) error {
	info, err := os.Stat(path)
	switch {
	case err == nil:
	case dangling(path):
		to, _ := os.Readlink(path)
		return p.wrong(fmt.Errorf("%s is a link to %s, which does not exist: %w", p.it(path), to, fs.ErrNotExist), "correct the link")
	case errors.Is(err, fs.ErrPermission):
		return p.wrong(p.missing(path, err), "you have no permission to enter one of its directories: see namei -l %s", path)
	default:
		return p.wrong(p.missing(path, err), "check the path; compile the program first if it needs that")
	}
	switch {
	case info.IsDir():
		return p.wrong(fmt.Errorf("%s is a directory", p.it(path)), "name the program in that directory")
	case !info.Mode().IsRegular():
		return p.wrong(fmt.Errorf("%s is not a regular file (%v)", p.it(path), info.Mode().Type()), "name a program")
	}
	return p.executable(path, info)
}

// missing returns an error without the path of the program, which the message names
// anyway.
func (p Program) missing(path string, err error) error {
	if path == p.Path {
		return cause(err)
	}
	return fmt.Errorf("%s: %w", p.it(path), cause(err))
}

func dangling(path string) bool {
	info, err := os.Lstat(path)
	if err != nil || info.Mode()&fs.ModeSymlink == 0 {
		return false
	}
	_, err = os.Stat(path)
	return errors.Is(err, fs.ErrNotExist)
}

// cause removes the path from an error: the message names it anyway.
func cause(err error) error {
	var at *fs.PathError
	if errors.As(err, &at) {
		return at.Err
	}
	return err
}

// absolute resolves a path as the start of the program would.
func (p Program) absolute(path string) string {
	if filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(p.Dir, path)
}

// lookPath finds a program in SearchPath, as env and shells do.
func (p Program) lookPath(name string) (string, bool) {
	if strings.ContainsRune(name, '/') {
		return p.absolute(name), true
	}
	for _, dir := range filepath.SplitList(cmp.Or(p.SearchPath, os.Getenv("PATH"))) {
		path := filepath.Join(p.absolute(cmp.Or(dir, ".")), name)
		if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() && p.executable(path, info) == nil {
			return path, true
		}
	}
	return "", false
}
