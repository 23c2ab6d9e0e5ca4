package host

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// An Inspection lists the parts of a directory of programs that cannot be served.
type Inspection struct {
	Broken []*ProgramError // programs that cannot be started
	Unread []error         // directories below it that cannot be read
}

// Inspect checks as Check does, and also each program in Directory. It reads the
// directory once.
func (h *Handler) Inspect() (found Inspection, err error) {
	if h.Directory == "" {
		return found, h.Check()
	}
	if err := h.isDirectory(); err != nil {
		return found, err
	}
	empty := true
	for file, err := range h.directory(h.Directory).programs() {
		if err != nil {
			found.Unread = append(found.Unread, err)
			continue
		}
		empty = false
		if wrong, ok := errors.AsType[*ProgramError](h.checkProgram(file, filepath.Dir(file))); ok {
			found.Broken = append(found.Broken, wrong)
		}
	}
	if empty {
		return found, h.noProgram(found.Unread)
	}
	return found, nil
}

// checkDirectory checks that Directory can be read and holds a program. A program
// in it that cannot be started is no error: it may never be requested. Nor is a
// directory below it that this user cannot read.
func (h *Handler) checkDirectory() error {
	if err := h.isDirectory(); err != nil {
		return err
	}
	var unread []error
	for _, err := range h.directory(h.Directory).programs() {
		if err == nil {
			return nil
		}
		unread = append(unread, err)
	}
	return h.noProgram(unread)
}

func (h *Handler) isDirectory() error {
	info, err := os.Stat(h.Directory)
	switch {
	case err != nil:
		return &ProgramError{h.Directory, cause(err), "check the path of the directory"}
	case !info.IsDir():
		return &ProgramError{h.Directory, errors.New("it is not a directory"), "name the directory that holds the programs, or serve the program itself"}
	}
	return nil
}

// noProgram returns the error of a Directory without a program.
func (h *Handler) noProgram(unread []error) error {
	if at, ok := errors.AsType[*fs.PathError](errors.Join(unread...)); ok {
		return &ProgramError{h.Directory, fmt.Errorf("it holds no executable file that this user can reach: %w", unread[0]), "let this user read it: chmod o+rx " + at.Path}
	}
	return &ProgramError{h.Directory, errors.New("it holds no executable file"), "make the programs executable: chmod +x " + filepath.Join(h.Directory, "*")}
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
