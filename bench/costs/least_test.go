//go:build linux

package costs

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/classibench/classibench/bench/target"
)

// run runs the least program for a target as a gateway does, and returns its description and
// its output.
func run(t *testing.T, x target.Target) (about, out string) {
	t.Helper()
	x.Kind = target.CGI
	l, err := leastOf(t.Context(), x, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	path, err := l.target.Program()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(path, l.target.Command[1:]...)
	cmd.Env = []string{"GATEWAY_INTERFACE=CGI/1.1", "REQUEST_METHOD=GET", "REDIRECT_STATUS=200", "PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir()}
	filename := path
	for i, arg := range l.target.Gateway {
		if arg == "--script" {
			filename = l.target.Gateway[i+1]
		}
	}
	cmd.Env = append(cmd.Env, "SCRIPT_FILENAME="+filename)
	b, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %v\n%s", cmd, err, b)
	}
	return l.about, strings.ReplaceAll(string(b), "\r\n", "\n")
}

// script writes a script that cannot run, so that a test fails if it is taken for the least
// program.
func script(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o755); err != nil {
		t.Fatal(err)
	}
	return path
}

// found returns the path of an interpreter, or skips the test with the name of its package.
func found(t *testing.T, name, debian string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	switch {
	case err == nil:
		return path
	case os.Getenv("CLASSIBENCH_NO_SKIP") != "" && debian != "":
		t.Fatalf("%s is not installed (Debian package %s)", name, debian)
	}
	t.Skipf("%s is not installed", name)
	return ""
}

func TestLeastScripts(t *testing.T) {
	for name, x := range map[string]struct{ debian, options string }{
		"perl": {"perl", " -wT"}, "python3": {"python3", ""}, "sh": {"dash", ""}, "bash": {"bash", " -u"}, "php-cgi": {"php-cgi", ""},
		"ruby": {}, "lua": {}, "node": {}, "tclsh": {}, "zsh": {}, "ksh": {}, "php": {},
	} {
		t.Run(name, func(t *testing.T) {
			line := found(t, name, x.debian) + x.options
			about, out := run(t, target.Target{Command: []string{script(t, "ads.x", "#!"+line+"\nno code (\n")}})
			if want := "an empty script for " + line; about != want {
				t.Errorf("got %q, want %q", about, want)
			}
			if !isAnswer(out) {
				t.Errorf("it writes %q", out)
			}
		})
	}
}

// isAnswer reports whether the output is a header, an empty line, and ok.
func isAnswer(out string) bool {
	head, body, cut := strings.Cut(out, "\n\n")
	return cut && strings.Contains(strings.ToLower(head), "content-type: text/") && strings.TrimSpace(body) == "ok"
}

// The interpreter may follow env in the #! line, or be the command itself.
func TestLeastScriptsOtherwise(t *testing.T) {
	found(t, "perl", "perl")
	found(t, "php-cgi", "php-cgi")
	broken := script(t, "ads.pl", "no code (")
	for name, x := range map[string]target.Target{
		"env":     {Command: []string{script(t, "ads.pl", "#!/usr/bin/env perl\nno code (")}},
		"env -S":  {Command: []string{script(t, "ads.pl", "#!/usr/bin/env -S perl -w\nno code (")}},
		"command": {Command: []string{"perl", "-w", broken, "argument"}},
		"dir":     {Command: []string{"perl", filepath.Base(broken)}, Dir: filepath.Dir(broken)},
		"php":     {Command: []string{"php-cgi"}, Gateway: []string{"self", "serve", "cgi", "--script", broken, "--listen", "{addr}"}},
	} {
		t.Run(name, func(t *testing.T) {
			about, out := run(t, x)
			if !strings.HasPrefix(about, "an empty script for ") || !isAnswer(out) {
				t.Errorf("%s writes %q", about, out)
			}
		})
	}
}

// An empty Go program is built like the measured one: static without C, static with C, or
// linked dynamically.
func TestLeastGo(t *testing.T) {
	if testing.Short() {
		t.Skip("builds Go programs")
	}
	dir := t.TempDir()
	source := filepath.Join(dir, "main.go")
	for name, x := range map[string]struct {
		source string
		flags  []string
		cgo    string
		linked bool
	}{
		"pure":    {source: "package main\nfunc main() { panic(0) }\n", cgo: "0"},
		"static":  {source: "package main\nimport \"C\"\nfunc main() { panic(0) }\n", flags: []string{"-ldflags", "-s -w -linkmode external -extldflags -static"}, cgo: "1"},
		"dynamic": {source: "package main\nimport \"C\"\nfunc main() { panic(0) }\n", cgo: "1", linked: true},
	} {
		t.Run(name, func(t *testing.T) {
			if err := os.WriteFile(source, []byte(x.source), 0o644); err != nil {
				t.Fatal(err)
			}
			program := filepath.Join(dir, name)
			cmd := exec.Command("go", append(append([]string{"build", "-o", program}, x.flags...), source)...)
			cmd.Env = append(os.Environ(), "CGO_ENABLED="+x.cgo, "GO111MODULE=off")
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			about, out := run(t, target.Target{Command: []string{program}})
			if about != "an empty Go program" || out != answer {
				t.Errorf("%s writes %q", about, out)
			}
			l, err := leastOf(t.Context(), target.Target{Kind: target.CGI, Command: []string{program}}, t.TempDir())
			if err != nil {
				t.Fatal(err)
			}
			if got := linksC(l.target.Command[0]); got != x.linked {
				t.Errorf("it is linked dynamically: %v, want %v", got, x.linked)
			}
		})
	}
}

func TestLeastLinked(t *testing.T) {
	about, out := run(t, target.Target{Command: []string{"/bin/true"}})
	if !strings.HasPrefix(about, "the smallest program for /lib") || !strings.HasSuffix(about, " and libc.so.6") || out != answer {
		t.Errorf("%s writes %q", about, out)
	}
}

func TestKindsWithoutALeastProgram(t *testing.T) {
	static, err := executable{arch: "amd64"}.bytes()
	if err != nil {
		t.Fatal(err)
	}
	found(t, "perl", "perl")
	for want, command := range map[string][]string{
		"is linked statically":                                 {script(t, "static", string(static))},
		"the least script for /usr/bin/awk is not":             {script(t, "ads.awk", "#!/usr/bin/awk -f\n")},
		"no argument of [\"perl\" \"-e\" \"1\"] is its script": {"perl", "-e", "1"},
	} {
		if l, err := leastOf(context.Background(), target.Target{Kind: target.CGI, Command: command}, t.TempDir()); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %q, %v, want %q", l.about, err, want)
		}
	}
}

// A directory of programs has no least program of its kind, and the smallest process takes
// its place under the same gateway.
func TestLeastOfADirectory(t *testing.T) {
	x := target.Target{Name: "x", Kind: target.CGI, Command: []string{t.TempDir()}, Gateway: []string{"self", "--prefix", "/cgi-bin/", "--follow-links", "--processes", "3"}}
	if _, err := leastOf(t.Context(), x, t.TempDir()); err == nil || !strings.Contains(err.Error(), "is a directory, whose programs may be of different kinds") {
		t.Errorf("got %v", err)
	}
	got, err := smallest(x, t.TempDir())
	if line := strings.Join(got.Gateway, " "); err != nil || line != "self --prefix /cgi-bin/ --processes 3" {
		t.Errorf("got %q, %v, want the gateway without the flag for directories", line, err)
	}
	if _, err := got.Program(); err != nil {
		t.Error(err)
	}
}
