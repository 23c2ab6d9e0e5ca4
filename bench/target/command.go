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
	"syscall"

	"github.com/classibench/classibench/cgi/host"
	"github.com/classibench/classibench/internal/environ"
	"github.com/classibench/classibench/internal/git"
)

// An order is what a supervisor is asked to run, or to hold.
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
	program, err := t.program()
	if err != nil {
		return nil, err
	}
	return kinds[t.Kind].processes(t, program, p)
}

// program returns the path of what the target's command names.
func (t Target) program() (string, error) {
	if find := kinds[t.Kind].program; find != nil {
		return find(t)
	}
	return t.find(t.Command[0])
}

func (t Target) process(path string, args []string, addr, backend string, socket bool) process {
	return process{
		Path: path, Args: fill(args, addr, backend), Dir: t.Dir, Socket: socket,
		Env: environment(inDir(t.Dir, fill(t.Env, addr, backend))),
	}
}

// inDir adds the name of the working directory to variables, as a shell does that starts a
// program there.
func inDir(dir string, set []string) []string {
	path, err := filepath.Abs(dir)
	if err != nil || slices.ContainsFunc(set, func(v string) bool { return strings.HasPrefix(v, "PWD=") }) {
		return set
	}
	return append([]string{"PWD=" + path}, set...)
}

// environment is that of this process with some variables set: a name that stands
// there twice would have the value that the program happens to see first. In a git
// hook this process has the hook's repository in its variables (GIT_DIR,
// GIT_INDEX_FILE): a target that runs git, such as a wiki, would write there.
func environment(set []string) []string {
	replaced := map[string]bool{}
	for _, v := range set {
		name, _, _ := strings.Cut(v, "=")
		replaced[name] = true
	}
	env := slices.DeleteFunc(git.Clean(os.Environ()), func(v string) bool {
		name, _, _ := strings.Cut(v, "=")
		return replaced[name]
	})
	return append(env, set...)
}

// Check looks whether the target's program can be started, without starting it.
// Start does so as well; Check tells early, before other targets are measured.
func (t Target) Check() error {
	k, err := t.kind()
	if err != nil || k.attached || len(t.Command) == 0 {
		return err
	}
	_, err = t.program()
	return err
}

// find is the absolute path of a program that can be started. A name with a slash
// is relative to the target's directory, any other is looked for in PATH.
func (t Target) find(name string) (string, error) {
	path := name
	switch {
	case !strings.ContainsRune(name, filepath.Separator):
		found, err := t.lookPath(name)
		if err != nil && !errors.Is(err, exec.ErrDot) {
			return "", t.fail(PhaseFind, fmt.Errorf("its program: %w", err), "install it, or write the path of the program with a slash, such as ./"+name)
		}
		path = found
	case !filepath.IsAbs(name) && t.Dir != "":
		path = filepath.Join(t.Dir, name)
	}
	path, err := filepath.Abs(path)
	if err != nil {
		return "", t.fail(PhaseFind, fmt.Errorf("its program: %w", err), "")
	}
	program := host.Program{Path: path, Dir: t.Dir, SearchPath: t.searchPath()}
	if err := program.Check(); err != nil {
		wrong, _ := errors.AsType[*host.ProgramError](err)
		return "", t.fail(PhaseFind, fmt.Errorf("its program %w", err), wrong.Hint)
	}
	return path, nil
}

// lookPath finds a program in the PATH that the target gets, or else in that of this
// process.
func (t Target) lookPath(name string) (string, error) {
	for _, dir := range filepath.SplitList(t.searchPath()) {
		if !filepath.IsAbs(dir) {
			dir = filepath.Join(t.Dir, dir)
		}
		dir, err := filepath.Abs(dir)
		if err != nil {
			continue
		}
		if path, err := exec.LookPath(filepath.Join(dir, name)); err == nil {
			return path, nil
		}
	}
	return exec.LookPath(name)
}

// searchPath is the PATH that the target gets, or "" for that of this process.
func (t Target) searchPath() string { return environ.Get(t.Env, "PATH") }

// startHint says what to do about an error of starting a process that its program
// passed all checks for.
func startHint(p process, err error) string {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Sprintf("was %s removed meanwhile, or its interpreter or loader?", p.Path)
	case errors.Is(err, fs.ErrPermission):
		return fmt.Sprintf("does a security module forbid to execute %s?", p.Path)
	case errors.Is(err, syscall.E2BIG):
		return "its arguments and its environment are too long together"
	}
	return "is there room for one more process? See ulimit -u"
}
