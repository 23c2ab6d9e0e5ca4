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

// An order lists the processes that a supervisor must start, or hold on CPUs.
type order struct {
	Processes []process
	Hold      []int // running processes to keep on the CPUs
	CPUs      []int
	Guard     bool   // start nothing: kill the group of the next command when the owner ends
	Mark      string // written to the output after its end: the supervisor waits for another order then
}

// A process is one command of a target.
type process struct {
	Path   string // path of the program
	Args   []string
	Env    []string
	Dir    string
	Socket bool   // its standard input is the listening socket
	Label  string // names it in the report of its end; empty if the target has only one
}

// processes returns the commands of the target, with the paths of their programs
// and without placeholders.
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

// inDir adds PWD to variables, as a shell does when it starts a program in a
// directory.
func inDir(dir string, set []string) []string {
	path, err := filepath.Abs(dir)
	if err != nil || slices.ContainsFunc(set, func(v string) bool { return strings.HasPrefix(v, "PWD=") }) {
		return set
	}
	return append([]string{"PWD=" + path}, set...)
}

// environment returns this process's environment with some variables replaced: with
// duplicates, the value would depend on the program. It drops the variables of a
// git hook (GIT_DIR, GIT_INDEX_FILE): a target that runs git, such as a wiki, would
// write to the hook's repository. It drops those of a service manager as well: its
// sockets and messages are not for a target.
func environment(set []string) []string {
	manager := map[string]bool{"LISTEN_FDS": true, "LISTEN_PID": true, "LISTEN_FDNAMES": true, "NOTIFY_SOCKET": true}
	env := slices.DeleteFunc(git.Clean(os.Environ()), func(v string) bool {
		name, _, _ := strings.Cut(v, "=")
		return manager[name]
	})
	return merged(env, set)
}

// Check checks whether the target's program can be started, without starting it.
// Start checks too; Check reports a problem before other targets are measured.
func (t Target) Check() error {
	k, err := t.kind()
	if err != nil || k.attached || len(t.Command) == 0 {
		return err
	}
	_, err = t.program()
	return err
}

// Program returns the absolute path of the target's program, which can be started.
func (t Target) Program() (string, error) {
	if len(t.Command) == 0 {
		return "", t.wrong(errors.New("it has no command"), "")
	}
	return t.find(t.Command[0])
}

// find returns the absolute path of a program that can be started. A name with a
// slash is relative to the target's directory; any other name is searched in PATH.
func (t Target) find(name string) (string, error) {
	path := name
	switch {
	case !strings.ContainsRune(name, filepath.Separator):
		found, err := t.lookPath(name)
		if err != nil && !errors.Is(err, exec.ErrDot) {
			return "", t.fail(PhaseFind, fmt.Errorf("its program: %w", err), "install it, or give its path with a slash, such as ./"+name)
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

// lookPath finds a program in the target's PATH.
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

// searchPath returns the PATH of the target, or "" for that of this process.
func (t Target) searchPath() string { return environ.Get(t.Env, "PATH") }

// startHint returns the hint for a process that could not be started although its
// program passed all checks.
func startHint(p process, err error) string {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Sprintf("check that %s, its interpreter and its loader still exist", p.Path)
	case errors.Is(err, fs.ErrPermission):
		return fmt.Sprintf("check whether a security module (SELinux, AppArmor) forbids the execution of %s", p.Path)
	case errors.Is(err, syscall.E2BIG):
		return "shorten its arguments or its environment"
	}
	return "check the limit on processes: ulimit -u"
}
