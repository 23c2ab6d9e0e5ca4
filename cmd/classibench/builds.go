package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/classibench/classibench/internal/shell"
)

const module = "github.com/classibench/classibench"

// A build is the classifieds as one program.
type build struct {
	path string
	how  string // for the report: how it was built
}

// A recipe says how one of the two builds is made.
type recipe struct {
	file string // its name beside the executable and in the cache
	pkg  string
	talk string
}

// Both are built with the same flags, the best first: static, since a CGI
// program pays for the dynamic linker at every request, and stripped. A machine
// without a static C library gets them dynamic.
//
// No flag changes how C is compiled: SQLite takes a minute, and "go run
// ./cmd/classibench" has compiled it already. So there is no -trimpath, and no tag
// that SQLite's package knows.
var buildFlags = [][]string{
	{"-tags", "netgo osusergo", "-ldflags", "-s -w -linkmode external -extldflags -static"},
	{"-tags", "netgo osusergo", "-ldflags", "-s -w"},
}

var recipes = map[string]recipe{
	"cgi":        {file: "classifieds.cgi", pkg: module + "/cgi/classifieds", talk: "a CGI program"},
	"persistent": {file: "classifieds-server", pkg: module + "/persistent/classifieds", talk: "a server"},
}

// classifieds finds a build of the classifieds beside the executable, or makes
// it in the user's cache directory; anew from the tree around, if the stage says so.
func (p *program) classifieds(ctx context.Context, name string, on stage) (build, error) {
	r := recipes[name]
	if on.anew {
		ours, err := isOurs(ctx, ".")
		if err != nil {
			return build{}, err
		}
		if ours {
			p.say("building the classifieds of the working tree as %s …", r.talk)
			return r.makeFrom(ctx, ".", on.dir)
		}
	}
	if path, ok := besideExecutable(r.file); ok {
		return build{path, "found beside the executable"}, nil
	}
	dir, err := cacheDir("builds")
	if err != nil {
		return build{}, err
	}
	began := time.Now()
	p.say("building the classifieds as %s …", r.talk)
	b, err := r.make(ctx, dir)
	if err != nil {
		return build{}, err
	}
	p.say("built the classifieds as %s in %.1f s", r.talk, time.Since(began).Seconds())
	return b, nil
}

// make builds from the sources around the working directory or those that this
// program was built from. Where neither is there it fetches nothing: that is the
// user's to decide.
func (r recipe) make(ctx context.Context, dir string) (build, error) {
	if err := haveCompilers(); err != nil {
		return build{}, err
	}
	for _, tree := range []string{".", sourceDir()} {
		ours, err := isOurs(ctx, tree)
		if err != nil {
			return build{}, err
		}
		if ours {
			return r.makeFrom(ctx, tree, dir)
		}
	}
	return build{}, fail(exitUsage, fmt.Errorf("build the classifieds as %s: their sources are neither around the working directory nor at %s, where this program was built from them", r.talk, sourceDir()),
		"run it in its clone, build it again there, or put %s beside it: \"make build\" leaves all three in dist/", both())
}

// both names the two builds.
func both() string { return recipes["cgi"].file + " and " + recipes["persistent"].file }

// makeFrom builds from a tree of our module.
func (r recipe) makeFrom(ctx context.Context, tree, dir string) (build, error) {
	return r.try(ctx, dir, func(path string, flags []string) error {
		// The commit is not needed, and git may refuse to tell it: to a user who does
		// not own the clone, "go build" says "error obtaining VCS status".
		args := append([]string{"build", "-C", tree, "-buildvcs=false", "-o", path}, flags...)
		return runGo(ctx, nil, append(args, r.pkg)...)
	})
}

// try builds with the first flags that work.
func (r recipe) try(ctx context.Context, dir string, with func(path string, flags []string) error) (build, error) {
	if err := haveCompilers(); err != nil {
		return build{}, err
	}
	var failed error
	for _, flags := range buildFlags {
		path := filepath.Join(dir, r.file)
		if failed = with(path, flags); failed == nil {
			return build{path, "go build " + shell.Quote(flags)}, nil
		}
		if ctx.Err() != nil {
			return build{}, ctx.Err()
		}
	}
	return build{}, fail(exitUsage, failed, "\"classibench doctor\" tells what is missing; or put a built %s beside the executable", r.file)
}

// haveCompilers names the compiler that is missing.
func haveCompilers() error {
	if _, err := exec.LookPath("go"); err != nil {
		return fail(exitUsage, errors.New("cannot build the classifieds: there is no go in PATH"),
			"install Go, or put %s beside the executable", both())
	}
	if _, err := exec.LookPath(cCompiler()); err != nil {
		return fail(exitUsage, fmt.Errorf("cannot build the classifieds: there is no C compiler (%s) in PATH, and SQLite is C", cCompiler()),
			"install one (Debian: apt-get install gcc libc6-dev), or name yours in CC")
	}
	return nil
}

// cCompiler is the C compiler that go build will call.
func cCompiler() string {
	if cc := strings.Fields(os.Getenv("CC")); len(cc) > 0 {
		return cc[0]
	}
	return "gcc"
}

// sourceDir is where the sources of this program were when it was built.
func sourceDir() string {
	_, file, _, _ := runtime.Caller(0)
	return filepath.Dir(file)
}

// isOurs reports whether a directory lies in a checkout of our module, perhaps in
// a workspace with others. The error is that of ctx, if it ended before that was known.
func isOurs(ctx context.Context, dir string) (bool, error) {
	if !filepath.IsLocal(dir) && !filepath.IsAbs(dir) {
		return false, ctx.Err()
	}
	out, err := command(ctx, "", "go", "list", "-C", dir, "-m", "-f", "{{.Path}}").Output()
	return err == nil && slices.Contains(strings.Fields(string(out)), module), ctx.Err()
}

func runGo(ctx context.Context, env []string, args ...string) error {
	cmd := command(ctx, "", "go", args...)
	cmd.Env = append(append(cmd.Env, "CGO_ENABLED=1"), env...)
	endGroup(cmd)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("go %s: %w\n%s", args[0], err, lastLines(out.String(), 12))
	}
	return nil
}

func besideExecutable(file string) (string, bool) {
	self, err := os.Executable()
	if err != nil {
		return "", false
	}
	path := filepath.Join(filepath.Dir(self), file)
	info, err := os.Stat(path)
	return path, err == nil && info.Mode().IsRegular() && info.Mode()&0o111 != 0
}

// cacheDir makes and returns a directory of ours in the user's cache directory,
// or in the directory for temporary files where the user has none.
func cacheDir(name string) (string, error) {
	base, err := os.UserCacheDir()
	if err != nil {
		base = os.TempDir()
	}
	dir := filepath.Join(base, "classibench", name)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", fail(exitUsage, fmt.Errorf("make the cache directory: %w", err),
			"name another with XDG_CACHE_HOME")
	}
	return dir, nil
}

func lastLines(s string, n int) string {
	lines := strings.Split(strings.TrimSpace(s), "\n")
	return strings.Join(lines[max(0, len(lines)-n):], "\n")
}
