package target

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/classibench/classibench/cgi/host"
	"github.com/classibench/classibench/internal/shell"
	"github.com/classibench/classibench/scenarios"
)

// CGI is a script behind a gateway that starts it for each request.
const CGI = scenarios.KindCGI

func init() {
	register(CGI, kind{
		gateway: cgiGateway,
		check:   hasGateway,
		program: findScripts,
		processes: func(t Target, program string, at place) ([]process, error) {
			gateway, err := t.gateway(at, append([]string{program}, t.Command[1:]...)...)
			return []process{gateway}, err
		},
		wrongHint: func(t Target) string {
			if dir, ok := t.Directory(); ok {
				return fmt.Sprintf("run the program in %s that GET %s starts by hand, or set ready to another path", dir, t.Ready)
			}
			return fmt.Sprintf("run it by hand: %s; if only GET %s fails, set ready to another path", t.byHand(), t.Ready)
		},
		perRequest: true, restores: true,
	})
}

// cgiGateway returns the command that serves a CGI program, without the program.
// The program inherits no variables, and starts in a directory of its own.
func cgiGateway(t scenarios.Target) []string {
	gateway := append([]string{"serve", "cgi", "--listen", "{addr}"}, flags(t)...)
	s := scenarios.SettingsOf[scenarios.CGI](t)
	if s.Processes > 0 {
		gateway = append(gateway, "--processes", strconv.Itoa(s.Processes))
	}
	if s.Prefix != "" {
		gateway = append(gateway, prefixFlag, s.Prefix)
	}
	if s.FollowLinks {
		gateway = append(gateway, linksFlag)
	}
	if t.Dir != "" {
		gateway = append(gateway, "--dir", t.Dir)
	}
	for _, v := range variables(t.Env) {
		gateway = append(gateway, "--env", v)
	}
	return gateway
}

// Flags of the gateway that this package also reads.
const (
	prefixFlag = "--prefix"
	linksFlag  = "--follow-links"
)

// WithProgram returns a CGI target with a program in place of its own, or of its directory.
func (t Target) WithProgram(path string, args ...string) Target {
	t.Command = append([]string{path}, args...)
	t.Gateway = slices.DeleteFunc(slices.Clone(t.Gateway), func(arg string) bool { return arg == linksFlag }) // a flag of directories
	return t
}

// findScripts returns the path of the target's script, or of its directory of scripts.
func findScripts(t Target) (string, error) {
	dir, ok := t.Directory()
	if !ok {
		return t.find(t.Command[0])
	}
	h := host.Handler{Directory: dir, FollowLinks: slices.Contains(t.Gateway, linksFlag)}
	if err := h.Check(); err != nil {
		wrong, _ := errors.AsType[*host.ProgramError](err)
		return "", t.fail(PhaseFind, fmt.Errorf("its directory %w", err), wrong.Hint)
	}
	return dir, nil
}

// Directory returns the path of the target's command if it is a directory. A name
// without a slash is never one: it is a program in PATH.
func (t Target) Directory() (path string, ok bool) {
	if len(t.Command) == 0 {
		return "", false
	}
	if path = t.Command[0]; !strings.ContainsRune(path, filepath.Separator) {
		return "", false
	}
	if !filepath.IsAbs(path) {
		path = filepath.Join(t.Dir, path)
	}
	path, err := filepath.Abs(path)
	if err != nil {
		return "", false
	}
	info, err := os.Stat(path)
	return path, err == nil && info.IsDir()
}

// byHand returns a shell command that runs a CGI program once.
func (t Target) byHand() string {
	line := shell.Quote(append([]string{"env", "REQUEST_METHOD=GET", "PATH_INFO=" + t.pathInfo()}, t.Command...))
	if t.Dir != "" {
		line = "cd " + shell.Quote([]string{t.Dir}) + " && " + line
	}
	return line
}

// pathInfo returns the PATH_INFO of the path that tells when the target is ready.
func (t Target) pathInfo() string {
	i := slices.Index(t.Gateway, prefixFlag)
	if i < 0 {
		return t.Ready
	}
	return strings.TrimPrefix(t.Ready, strings.TrimRight(t.Gateway[i+1], "/"))
}
