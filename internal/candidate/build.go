package candidate

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/classibench/classibench/internal/scratch"
	"github.com/classibench/classibench/internal/shell"
	"github.com/classibench/classibench/internal/unit"
)

const module = "github.com/classibench/classibench"

// A build is a built program of the classifieds.
type build struct {
	path string
	how  string // for the report: how it was built
}

// A recipe describes one of the two builds.
type recipe struct {
	file  string // its name beside the executable and in the cache
	pkg   string
	label string
	pure  bool // no C in it: it is linked statically without a C library
}

// Both builds use the same flags. The first flags link statically, since a CGI program
// pays for the dynamic linker at every request. A machine without a static C library uses
// the second, which link dynamically.
//
// No flag changes how C is compiled, so that the build reuses the SQLite that "go run
// ./cmd/classibench" has compiled, which takes a minute. So there is no -trimpath, and no
// tag of SQLite's package.
var buildFlags = [][]string{
	{"-tags", "netgo osusergo", "-ldflags", "-s -w -linkmode external -extldflags -static"},
	{"-tags", "netgo osusergo", "-ldflags", "-s -w"},
}

var recipes = map[string]recipe{
	"cgi":        {file: "classifieds.cgi", pkg: module + "/cgi/classifieds", label: "a CGI program"},
	"persistent": {file: "classifieds-server", pkg: module + "/persistent/classifieds", label: "a server"},

	"cgi postgres":        {file: "classifieds-postgres.cgi", pkg: module + "/cgi/classifieds/postgres", label: "a CGI program for PostgreSQL", pure: true},
	"persistent postgres": {file: "classifieds-postgres-server", pkg: module + "/persistent/classifieds/postgres", label: "a server for PostgreSQL", pure: true},
}

// classifieds returns a build of the classifieds, which several targets may share.
func (s *Setup) classifieds(ctx context.Context, name string) (b build, err error) {
	if b, known := s.builds[name]; known {
		return b, nil
	}
	if b, err = s.findOrMake(ctx, recipes[name]); err == nil {
		s.builds[name] = b
	}
	return b, err
}

// findOrMake finds a build of the classifieds beside the executable, or makes it in the
// user's cache directory. With Rebuild, it builds the tree around the working directory.
func (s *Setup) findOrMake(ctx context.Context, r recipe) (build, error) {
	if s.options.Rebuild {
		ours, err := isOurs(ctx, ".")
		if err != nil {
			return build{}, err
		}
		if ours {
			s.options.Logf("building the classifieds of the working tree as %s …", r.label)
			return r.makeFrom(ctx, ".", s.dir)
		}
	}
	if path, ok := besideExecutable(r.file); ok {
		return build{path, "found beside the executable"}, nil
	}
	began := time.Now()
	s.options.Logf("building the classifieds as %s …", r.label)
	b, err := s.shelved(ctx, r)
	if err != nil {
		return build{}, err
	}
	s.options.Logf("built the classifieds as %s in %s", r.label, unit.Seconds(time.Since(began).Seconds()))
	return b, nil
}

// shelved makes a build and puts it into the user's cache directory. If that is not possible,
// the build lasts as long as the setup.
func (s *Setup) shelved(ctx context.Context, r recipe) (build, error) {
	cache, failed := CacheDir("builds")
	keeper := shelf{cache, s.options.Logf}
	path := filepath.Join(s.dir, r.file)
	if failed == nil {
		keeper.seed(path)
	}
	b, err := r.make(ctx, s.dir)
	if err != nil {
		return b, err
	}
	if failed == nil {
		path, failed = keeper.keep(b.path)
	}
	if failed != nil {
		s.options.Logf("the build cannot be kept in the cache (%v); it is used for this run alone", failed)
		return b, nil
	}
	b.path = path
	return b, nil
}

// Built reports whether the classifieds are beside the executable, and need no build.
func Built() bool {
	_, ok := besideExecutable(recipes["cgi"].file)
	return ok
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

// make builds from the sources around the working directory, or from those of this program.
// If both are missing it downloads nothing, since the user has to decide that.
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
	return build{}, wrong(fmt.Errorf("build the classifieds as %s: their sources are neither around the working directory nor at %s, where this program was built from them", r.label, sourceDir()),
		"run it in its clone, build it again there, or put %s beside it: \"make build\" leaves all three in dist/", bothFiles())
}

// bothFiles names the two builds.
func bothFiles() string { return recipes["cgi"].file + " and " + recipes["persistent"].file }

// makeFrom builds from a tree of our module, with the first flags that work.
func (r recipe) makeFrom(ctx context.Context, tree, dir string) (build, error) {
	if err := haveCompilers(); err != nil {
		return build{}, err
	}
	path := filepath.Join(dir, r.file)
	tmp, err := temporaryFor(dir)
	if err != nil {
		return build{}, err
	}
	defer tmp.Remove()
	var failed error
	for _, flags := range r.flags() {
		// The commit is not needed, and git may refuse to read it: for a user who does
		// not own the clone, "go build" fails with "error obtaining VCS status".
		args := append([]string{"build", "-C", tree, "-buildvcs=false", "-o", path}, flags...)
		if failed = r.runGo(ctx, tmp.Path, append(args, r.pkg)...); failed == nil {
			return build{path, "go build " + shell.Quote(flags)}, nil
		}
		if ctx.Err() != nil {
			return build{}, ctx.Err()
		}
	}
	return build{}, wrong(failed, "\"classibench doctor\" shows what is missing; or put a built %s beside the executable", r.file)
}

// flags returns the flags to try.
func (r recipe) flags() [][]string {
	if r.pure {
		return buildFlags[1:]
	}
	return buildFlags
}

func (r recipe) runGo(ctx context.Context, tmp string, args ...string) error {
	if r.pure {
		return runGo(ctx, "0", tmp, args...)
	}
	return runGo(ctx, "1", tmp, args...)
}

// temporaryFor makes a directory for the temporary files of a build: in the user's GOTMPDIR if
// there is one, or else in dir.
func temporaryFor(dir string) (*scratch.Dir, error) {
	d, err := scratch.NewDir(cmp.Or(os.Getenv("GOTMPDIR"), dir), temporary)
	if err != nil {
		return nil, wrong(fmt.Errorf("make a directory for the temporary files of a build: %w", err), "name another with TMPDIR")
	}
	return d, nil
}

// haveCompilers returns an error that names a missing compiler.
func haveCompilers() error {
	if _, err := exec.LookPath("go"); err != nil {
		return wrong(errors.New("cannot build the classifieds: there is no go in PATH"),
			"install Go, or put %s beside the executable", bothFiles())
	}
	if _, err := exec.LookPath(CCompiler()); err != nil {
		return wrong(fmt.Errorf("cannot build the classifieds: there is no C compiler (%s) in PATH, and SQLite is C", CCompiler()),
			"install one (Debian: apt-get install gcc libc6-dev), or name yours in CC")
	}
	return nil
}

// CCompiler returns the C compiler that go build calls.
func CCompiler() string {
	if cc := strings.Fields(os.Getenv("CC")); len(cc) > 0 {
		return cc[0]
	}
	return "gcc"
}

// sourceDir returns the directory of the sources that this program was built from.
func sourceDir() string {
	_, file, _, _ := runtime.Caller(0)
	return filepath.Join(filepath.Dir(file), "..", "..")
}
