package costs

import (
	"context"
	"debug/buildinfo"
	"debug/elf"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/classibench/classibench/bench/target"
)

// buildTimeout bounds a build: with an empty build cache the standard library is compiled. Go
// keeps the packages that it has compiled, so that the next build takes less.
const buildTimeout = 30 * time.Second

// emptyGo writes the answer with as little of the standard library as possible. If the
// measured program links C, so does this one.
const (
	emptyGo = "package main\n\nimport \"os\"\n%s\nfunc main() { os.Stdout.WriteString(%q) }\n"
	importC = "import \"C\"\n"
)

// kept are the build settings that the empty program takes over.
var kept = []string{"-buildmode", "-ldflags", "-race", "-tags", "-trimpath"}

// leastGo builds an empty Go program in the same way as the one at path.
func leastGo(ctx context.Context, t target.Target, path string, info *buildinfo.BuildInfo, dir string) (least, error) {
	tool, err := exec.LookPath("go")
	if err != nil {
		return least{}, fmt.Errorf("no command go is installed: an empty Go program cannot be built beside %s", path)
	}
	source, args, env := recipe(info, linksC(path))
	work := filepath.Join(dir, "go")
	program := filepath.Join(work, "least")
	tmp := filepath.Join(work, "tmp") // go ignores a go.mod in the directory for temporary files
	err = errors.Join(os.MkdirAll(tmp, 0o755),
		os.WriteFile(filepath.Join(work, "main.go"), []byte(source), 0o644),
		os.WriteFile(filepath.Join(work, "go.mod"), []byte("module least\n"), 0o644))
	if err != nil {
		return least{}, fmt.Errorf("write an empty Go program: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, buildTimeout)
	defer cancel()
	env = append(env, "GOTMPDIR="+tmp, "TMPDIR="+tmp) // what a killed build leaves is removed with the others
	out, err := target.Job{Path: tool, Args: slices.Concat([]string{"build", "-o", program}, args, []string{"."}), Dir: work, Env: env}.Run(ctx)
	switch {
	case errors.Is(err, context.Canceled):
		return least{}, err
	case ctx.Err() != nil:
		return least{}, fmt.Errorf("build an empty Go program: it took longer than %v, perhaps because the build cache is empty; run the command again", buildTimeout)
	case err != nil:
		return least{}, fmt.Errorf("build an empty Go program: %w: %s", err, lastLine(out))
	}
	return least{"an empty Go program", withProgram(t, program)}, nil
}

// recipe returns the source of an empty program, and the arguments and environment of its
// build.
func recipe(info *buildinfo.BuildInfo, c bool) (source string, args, env []string) {
	env = []string{"GOFLAGS=", "GOWORK=off", "GO111MODULE=on", "GOTOOLCHAIN=local", "CGO_ENABLED=0"}
	for _, s := range info.Settings {
		switch {
		case slices.Contains(kept, s.Key):
			args = append(args, s.Key+"="+s.Value)
		case s.Key == "CGO_ENABLED":
			env[len(env)-1] = s.Key + "=" + s.Value
		}
	}
	if c {
		return fmt.Sprintf(emptyGo, importC, answer), args, env
	}
	return fmt.Sprintf(emptyGo, "", answer), args, env
}

// linksC reports whether a program needs a dynamic loader, which means C in a Go program.
func linksC(path string) bool {
	f, err := elf.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	loader, _ := loading(f)
	return loader != ""
}

func lastLine(out string) string {
	out = strings.TrimSpace(out)
	return strings.TrimSpace(out[strings.LastIndexByte(out, '\n')+1:])
}
