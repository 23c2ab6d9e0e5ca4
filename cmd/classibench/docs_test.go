package main

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// A docLine is a line of a page that a reader may type.
type docLine struct {
	page, text string
	inline     bool // within a sentence, which may name a command without its arguments
}

// A docCommand is a command of such a line, after the shell has parsed it.
type docCommand struct {
	docLine
	args []string // the program first
}

// Of a page: its blocks, fenced or indented, and code within a sentence.
var (
	docFence  = regexp.MustCompile("(?ms)^```[a-z]*\n(.*?)^```$")
	docIndent = regexp.MustCompile("(?m)^(?:    .*\n)+")
	docInline = regexp.MustCompile("`([^`]+)`")
)

// docPrefix matches the text before a command: an indentation, a prompt, a key of YAML or
// of a unit of systemd.
var docPrefix = regexp.MustCompile(`^\s*(?:\$ |- run: |- |command: |ExecStart=/usr/local/bin/)?`)

// docRuns matches a line with a command that the tests resolve.
var docRuns = regexp.MustCompile(`(?:^|&& |exec |/)(?:classibench"? [a-z-]|make [a-z]|go (?:test|run|build|install) )`)

// readDocs reads the README and all pages of docs.
func readDocs(t *testing.T) map[string]string {
	t.Helper()
	pages := map[string]string{}
	add := func(path string) error {
		b, err := os.ReadFile(path)
		pages[strings.TrimPrefix(filepath.ToSlash(path), "../../")] = string(b)
		return err
	}
	err := filepath.WalkDir("../../docs", func(path string, _ fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".md" {
			return err
		}
		return add(path)
	})
	if err == nil {
		err = add("../../README.md")
	}
	if err != nil {
		t.Fatal(err)
	}
	return pages
}

// docLines returns the lines of a page that contain commands.
func docLines(page, text string) (all []docLine) {
	add := func(line string, inline bool) {
		line = docPrefix.ReplaceAllString(line, "")
		if unquoted, ok := strings.CutPrefix(line, "'"); ok { // of YAML
			line = strings.TrimSuffix(unquoted, "'")
		}
		if docRuns.MatchString(line) {
			all = append(all, docLine{page, line, inline})
		}
	}
	for _, blocks := range []*regexp.Regexp{docFence, docIndent} {
		for _, block := range blocks.FindAllString(text, -1) {
			for line := range strings.Lines(strings.ReplaceAll(block, "\\\n", " ")) {
				add(strings.TrimSuffix(line, "\n"), false)
			}
		}
		text = blocks.ReplaceAllString(text, "")
	}
	for _, m := range docInline.FindAllStringSubmatch(text, -1) {
		add(strings.Join(strings.Fields(m[1]), " "), true)
	}
	return all
}

// docCommands returns the commands of pages, in their order. A shell parses the lines; the
// only programs in its PATH are stubs that log their arguments.
func docCommands(t *testing.T, pages map[string]string) (all []docCommand) {
	t.Helper()
	dir := t.TempDir()
	for _, name := range []string{"classibench", "go", "make"} {
		write(t, filepath.Join(dir, name), "#!/bin/sh\nprintf '%s\\0' "+name+" \"$@\" >&3; echo >&3\n", 0o755)
	}
	if err := os.Symlink(".", filepath.Join(dir, "dist")); err != nil { // where make build puts the command
		t.Fatal(err)
	}
	for page, text := range pages {
		for _, l := range docLines(page, text) {
			found := parseDocLine(t, dir, l)
			if len(found) == 0 {
				t.Errorf("%s: no command was found in %q", l.page, l.text)
			}
			all = append(all, found...)
		}
	}
	return all
}

func parseDocLine(t *testing.T, dir string, l docLine) (found []docCommand) {
	t.Helper()
	log := filepath.Join(t.TempDir(), "log")
	cmd := exec.Command("/bin/sh", "-c", "exec 3>"+log+"; "+l.text)
	cmd.Dir = dir
	cmd.Env = []string{"PATH=" + dir, "RUNNER_TEMP=" + dir, "CACHE=cache"}
	out, _ := cmd.CombinedOutput() // the line may run programs that are missing here
	b, err := os.ReadFile(log)
	if err != nil {
		t.Fatalf("%s: %q: %v\n%s", l.page, l.text, err, out)
	}
	for call := range strings.SplitSeq(strings.TrimSuffix(string(b), "\n"), "\n") {
		if args := strings.Split(strings.TrimSuffix(call, "\x00"), "\x00"); args[0] != "" {
			found = append(found, docCommand{l, args})
		}
	}
	return found
}

func write(t *testing.T, path, text string, mode os.FileMode) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), mode); err != nil {
		t.Fatal(err)
	}
}
