//go:build linux

package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sys/unix"
)

// A guide is a section of docs/recipes.md: the files that a reader saves and the commands
// that they type, in this order.
type guide struct {
	name     string
	packages []string // of Debian
	steps    []recipeStep
}

// A recipeStep is a file to save, or commands for a shell if file is "".
type recipeStep struct{ file, text string }

// Parts of a section: its packages, and its fenced blocks, each with the name of a file if
// the line before names one.
var (
	recipePackages = regexp.MustCompile("(?m)^Debian packages:((?: `[a-z0-9.+-]+`)+)$")
	recipeBlock    = regexp.MustCompile("(?ms)^(?:`([^`/\n]+)`:\n\n)?```([a-z]+)\n(.*?)^```$")
)

// readRecipes reads a page of docs/. A section that names packages is a recipe;
// the blocks before the first recipe are part of each.
func readRecipes(t *testing.T, page string) (all []guide) {
	t.Helper()
	b, err := os.ReadFile("../../docs/" + page)
	if err != nil {
		t.Fatal(err)
	}
	var common []recipeStep
	for section := range strings.SplitSeq(string(b), "\n## ") {
		r := parseRecipe(t, section)
		switch {
		case r.packages != nil:
			r.steps = append(slices.Clone(common), r.steps...)
			all = append(all, r)
		case all == nil:
			common = append(common, r.steps...)
		}
	}
	return all
}

// parseRecipe parses a section. A block that is not a file has commands if its language is
// sh, and shows output if it is console.
func parseRecipe(t *testing.T, section string) (r guide) {
	t.Helper()
	r.name, _, _ = strings.Cut(section, "\n")
	if m := recipePackages.FindStringSubmatch(section); m != nil {
		r.packages = strings.Fields(strings.ReplaceAll(m[1], "`", ""))
	}
	for _, m := range recipeBlock.FindAllStringSubmatch(section, -1) {
		switch file, language, text := m[1], m[2], m[3]; {
		case file != "" || language == "sh":
			r.steps = append(r.steps, recipeStep{file, text})
		case language != "console":
			t.Fatalf("%s: a block of %s is neither a file nor commands", r.name, language)
		}
	}
	return r
}

// need skips a test if packages are missing, or fails it if skipping is forbidden.
func (r guide) need(t *testing.T) {
	t.Helper()
	var missing []string
	for _, p := range r.packages {
		status, err := exec.Command("dpkg-query", "-W", "-f", "${db:Status-Status}", p).Output()
		if err != nil || string(status) != "installed" {
			missing = append(missing, p)
		}
	}
	switch {
	case len(missing) == 0:
	case os.Getenv("CLASSIBENCH_NO_SKIP") != "":
		t.Fatalf("missing: apt-get install %s", strings.Join(missing, " "))
	default:
		t.Skipf("missing: apt-get install %s", strings.Join(missing, " "))
	}
}

// A kitchen is a directory for following a recipe, in which "classibench" is a command of the
// tests.
type kitchen struct {
	dir     string
	command string // that "classibench" stands for, as a line of a shell script
}

// cook returns a command that follows the recipe, for the caller to run. One shell runs all
// commands, as for a reader.
func (k kitchen) cook(t *testing.T, r guide) *exec.Cmd {
	t.Helper()
	bin := t.TempDir()
	openTo(t, bin)
	write(t, filepath.Join(bin, "classibench"), "#!/bin/sh\n"+k.command+"\n", 0o755)
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	var commands strings.Builder
	for _, s := range r.steps {
		if s.file != "" {
			write(t, filepath.Join(k.dir, s.file), s.text, 0o644)
			continue
		}
		commands.WriteString(s.text)
	}
	cmd := exec.CommandContext(t.Context(), "sh", "-e", "-c", commands.String())
	cmd.Dir = k.dir
	cmd.Env = append(os.Environ(), "PATH="+bin+":"+os.Getenv("PATH"), "CLASSIBENCH="+root)
	return cmd
}

// openTo makes a directory of t.TempDir accessible to every user.
func openTo(t *testing.T, dir string) {
	t.Helper()
	for _, d := range []string{dir, filepath.Dir(dir)} {
		if err := os.Chmod(d, 0o755); err != nil {
			t.Fatal(err)
		}
	}
}

// TestRecipesShowTheirPrograms compares the programs on the page with their files.
func TestRecipesShowTheirPrograms(t *testing.T) {
	seen := 0
	for _, r := range readRecipes(t, "recipes.md") {
		for _, s := range r.steps {
			programs, err := filepath.Glob("../../scenarios/*/" + s.file)
			if err != nil || s.file == "" || len(programs) == 0 || filepath.Ext(s.file) == ".yaml" {
				continue // a scenario of the page may have the name of one that ships
			}
			seen++
			want, err := os.ReadFile(programs[0])
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(string(want), s.text); d != "" {
				t.Errorf("%s: %s is not what stands in %s (-file +page):\n%s", r.name, s.file, programs[0], d)
			}
		}
	}
	if seen < 2 {
		t.Errorf("found %d programs on the page, want 2 at least", seen)
	}
}

// TestRecipes follows every recipe, starts all targets of its scenario at once, sends each
// route to each of them, and kills the process that owns them: no process may remain. As root
// it also does so as another user.
func TestRecipes(t *testing.T) {
	recipes := readRecipes(t, "recipes.md")
	if len(recipes) < 10 {
		t.Errorf("found %d recipes, want 10 at least", len(recipes))
	}
	own := readRecipes(t, "own-program.md")
	if len(own) < 5 {
		t.Errorf("found %d languages, want 5 at least", len(own))
	}
	recipes = append(recipes, own...)
	recipes = append(recipes, readRecipes(t, "balancer.md")...)
	users := map[string]string{"": "exec"}
	if os.Getuid() == 0 {
		users["nobody"] = "chown -R nobody . && exec setpriv --reuid=nobody --regid=nogroup --clear-groups"
	}
	self := copySelf(t)
	for _, r := range recipes {
		for user, as := range users {
			t.Run(strings.TrimSpace(r.name+" "+user), func(t *testing.T) {
				t.Parallel()
				r.need(t)
				tryRecipe(t, r, as+" env "+tryKey+"=1", self)
			})
		}
	}
}

func tryRecipe(t *testing.T, r guide, as, self string) {
	dir := t.TempDir()
	openTo(t, dir)
	k := kitchen{dir, fmt.Sprintf("%s TMPDIR=%s %s \"$@\"", as, dir, self)}
	cmd := k.cook(t, r)
	var said bytes.Buffer
	cmd.Stderr = &said
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	hold, err := cmd.StdinPipe() // the command waits for the end of its input
	if err != nil {
		t.Fatal(err)
	}
	defer hold.Close()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	limit := time.AfterFunc(2*time.Minute, func() { cmd.Process.Kill(); out.Close() })
	defer func() { limit.Stop(); cmd.Wait() }()
	var found tried
	if err := json.NewDecoder(out).Decode(&found); err != nil {
		t.Fatalf("it was not healthy:\n%s", said.String())
	}
	found.check(t)
}

// check checks the processes, kills their owner and waits for all to end.
func (f tried) check(t *testing.T) {
	t.Helper()
	if len(f.Processes) < 2 {
		t.Errorf("got %d targets, want the CGI program and its port", len(f.Processes))
	}
	ends := map[string][]int{}
	for name, pids := range f.Processes {
		if len(pids) == 0 {
			t.Errorf("%s: no process is watched", name)
		}
		for _, pid := range pids {
			fd, err := unix.PidfdOpen(pid, 0)
			if err != nil {
				continue // a worker that has been replaced
			}
			defer unix.Close(fd)
			ends[name] = append(ends[name], fd)
		}
	}
	if err := unix.Kill(f.Owner, unix.SIGKILL); err != nil {
		t.Fatal(err)
	}
	for name, fds := range ends {
		for _, fd := range fds {
			if err := awaitEnd(fd, 10*time.Second); err != nil {
				t.Errorf("%s: a process lives on without its owner: %v", name, err)
			}
		}
	}
}

// awaitEnd waits until the process of a handle has ended.
func awaitEnd(pidfd int, within time.Duration) error {
	for {
		n, err := unix.Poll([]unix.PollFd{{Fd: int32(pidfd), Events: unix.POLLIN}}, int(within.Milliseconds()))
		switch {
		case errors.Is(err, unix.EINTR):
		case err == nil && n == 0:
			return fmt.Errorf("nothing after %v", within)
		default:
			return err
		}
	}
}

// copySelf copies the command of the tests to a place where every user may run it.
func copySelf(t *testing.T) string {
	t.Helper()
	self, err := exec.LookPath("classibench")
	if err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(self)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "classibench")
	openTo(t, filepath.Dir(path))
	if err := os.WriteFile(path, b, 0o755); err != nil {
		t.Fatal(err)
	}
	return path
}
