package target

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/classibench/classibench/internal/git"
)

// An order is what a keeper is asked to run, or to hold.
type order struct {
	Processes []process
	Hold      []int // processes that run already, to keep on the CPUs
	CPUs      []int
}

// A process is one command of a target.
type process struct {
	Path   string // of the program
	Args   []string
	Env    []string
	Dir    string
	Socket bool // its standard input is the listening socket
}

// processes are the commands of the target, with all programs found and all
// placeholders filled in.
func (t Target) processes(p place) ([]process, error) {
	program, err := t.find(t.Command[0])
	if err != nil {
		return nil, err
	}
	switch t.Kind {
	case Server:
		return []process{t.process(program, t.Command, p.addr, "", false)}, nil
	case CGI:
		gateway, err := t.find(t.Gateway[0])
		if err != nil {
			return nil, err
		}
		args := append(append([]string{}, t.Gateway...), program)
		return []process{t.process(gateway, append(args, t.Command[1:]...), p.addr, "", false)}, nil
	}
	gateway, err := t.find(t.Gateway[0])
	if err != nil {
		return nil, err
	}
	return []process{
		t.process(program, t.Command, p.backend, "", p.socket != nil),
		t.process(gateway, t.Gateway, p.addr, p.backend, false),
	}, nil
}

func (t Target) process(path string, args []string, addr, backend string, socket bool) process {
	return process{
		Path: path, Args: fill(args, addr, backend), Dir: t.Dir, Socket: socket,
		Env: environment(fill(t.Env, addr, backend)),
	}
}

// environment is that of this process with some variables set: a name that stands
// there twice would have the value that the program happens to see first. In a git
// hook this process has the hook's repository in its variables (GIT_DIR,
// GIT_INDEX_FILE): a target that runs git, such as a wiki, would write there.
func environment(set []string) []string {
	anew := map[string]bool{}
	for _, v := range set {
		name, _, _ := strings.Cut(v, "=")
		anew[name] = true
	}
	env := slices.DeleteFunc(git.Clean(os.Environ()), func(v string) bool {
		name, _, _ := strings.Cut(v, "=")
		return anew[name]
	})
	return append(env, set...)
}

// find is the absolute path of a program. A name with a slash is relative to
// the target's directory, any other is looked for in PATH.
func (t Target) find(name string) (string, error) {
	path := name
	if strings.ContainsRune(name, filepath.Separator) && !filepath.IsAbs(name) && t.Dir != "" {
		path = filepath.Join(t.Dir, name)
	}
	found, err := exec.LookPath(path)
	if err != nil && !errors.Is(err, exec.ErrDot) {
		return "", t.fail(PhaseFind, fmt.Errorf("its program: %w", err), t.findHint(path, err))
	}
	found, err = filepath.Abs(found)
	if err != nil {
		return "", t.fail(PhaseFind, fmt.Errorf("its program: %w", err), "")
	}
	return found, nil
}

func (t Target) findHint(path string, err error) string {
	switch {
	case isDir(path):
		return "name the program in that directory"
	case errors.Is(err, fs.ErrPermission):
		return fmt.Sprintf("make it executable: chmod +x %s", path)
	case strings.ContainsRune(path, filepath.Separator):
		return "check the path; build the program first if it is built"
	}
	return "install it, or write the path of the program with a slash, such as ./" + path
}

// startHint says what to do about an error of starting a process.
func startHint(p process, err error) string {
	switch {
	case errors.Is(err, fs.ErrNotExist) && p.Dir != "" && !isDir(p.Dir):
		return fmt.Sprintf("its working directory %s does not exist", p.Dir)
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Sprintf("the file is there, so the interpreter that its first line names (see head -1 %s), or its loader, is not", p.Path)
	case errors.Is(err, fs.ErrPermission):
		return fmt.Sprintf("is the interpreter that its first line names executable (see head -1 %s), and its working directory open to you?", p.Path)
	case strings.Contains(err.Error(), "exec format error"):
		return "a script needs a first line such as #!/usr/bin/perl; a program must be built for this machine"
	}
	return ""
}

func isDir(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}
