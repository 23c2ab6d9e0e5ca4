package host

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"
	"unicode/utf8"
)

// interpreter checks the rest of a #! line: an interpreter, and at most one
// argument.
func (p Program) interpreter(path, line string, level int) error {
	line, _, whole := strings.Cut(line, "\n")
	line = strings.Trim(line, " \t")
	name, arg := line, ""
	if i := strings.IndexAny(line, " \t"); i >= 0 {
		name, arg, whole = line[:i], strings.Trim(line[i:], " \t"), true
	}
	switch {
	case name == "" || name == "\r":
		return p.wrong(fmt.Errorf("%s names no interpreter", p.firstLine(path)), "add one, such as %s", suggestion(path))
	case !whole && len(line) >= 254:
		return p.wrong(fmt.Errorf("%s is too long: the system reads only 256 bytes", p.firstLine(path)), "name the interpreter by a shorter path")
	case strings.Contains(strings.TrimRight(line, "\r"), "\r"):
		return p.wrong(fmt.Errorf("the lines of %s end in CR alone, so the system reads it as one line", p.it(path)),
			"end its lines in LF: sed -i 's/\\r/\\n/g' %s", path)
	case strings.HasSuffix(line, "\r") && !forgiving(name, arg):
		return p.wrong(fmt.Errorf("%s ends in CR LF, so the system looks for %q", p.firstLine(path), lastWord(name, arg)),
			"end its lines in LF: sed -i 's/\\r$//' %s", path)
	}
	interpreter := p.absolute(name)
	if err := p.check(interpreter, level+1); err != nil {
		return p.blame(name, err)
	}
	if filepath.Base(name) == "env" {
		return p.env(path, arg, level)
	}
	return nil
}

// forgiving reports whether the interpreter accepts a CR after its argument: Perl
// and Ruby do, and env -S reads it as a space.
func forgiving(name, arg string) bool {
	switch base := filepath.Base(name); {
	case base == "env":
		words, split := strings.CutPrefix(arg, "-S")
		return split && strings.TrimSpace(words) != ""
	case strings.HasPrefix(base, "ruby"):
		return arg != "" && !strings.ContainsAny(arg, "rIEC") // the value of these options would end in CR
	default:
		return arg != "" && strings.HasPrefix(base, "perl")
	}
}

func lastWord(name, arg string) string {
	if arg != "" {
		return name + " " + arg
	}
	return name
}

// blame replaces the hint of an error about an interpreter: the script may name a
// wrong one.
func (p Program) blame(interpreter string, err error) error {
	e, _ := errors.AsType[*ProgramError](err)
	if errors.Is(err, fs.ErrNotExist) {
		base := filepath.Base(interpreter)
		e.Hint = fmt.Sprintf("install %s, or correct its path after #! in %s: \"command -v %s\" prints the right one", base, p.Path, base)
	}
	return e
}

// env checks whether env(1) finds the program that its argument names.
func (p Program) env(path, arg string, level int) error {
	name, ok := envCommand(arg)
	switch {
	case !ok:
		return nil // not predictable
	case strings.ContainsAny(name, " \t"):
		return p.wrong(fmt.Errorf("in %[2]s, env takes all of %[1]q for the name of a program", name, p.firstLine(path)),
			"write #!/usr/bin/env -S %s", name)
	}
	found, ok := p.lookPath(name)
	if !ok {
		return p.wrong(fmt.Errorf("env does not find %s, which %s names, in PATH: %w", name, p.firstLine(path), fs.ErrNotExist),
			"install %s, or give its PATH with --env PATH=... (env: {PATH: ...} in a scenario)", name)
	}
	if err := p.check(found, level+1); err != nil {
		return p.blame(name, err)
	}
	return nil
}

// envCommand returns the program that env(1) starts: its whole argument, or with -S
// the first word that is neither an option nor a variable. ok is false if the
// program depends on more than that.
func envCommand(arg string) (name string, ok bool) {
	rest, split := strings.CutPrefix(arg, "-S")
	if !split {
		return arg, arg != "" && arg[0] != '-' && !strings.Contains(arg, "=")
	}
	for _, word := range strings.Fields(rest) {
		switch {
		case strings.HasPrefix(word, "PATH="):
			return "", false // env searches this PATH
		case word == "-i" || strings.Contains(word, "="):
		case word[0] == '-' || strings.ContainsAny(word, `"'\$#`):
			return "", false
		default:
			return word, true
		}
	}
	return "", false
}

// noProgram returns the error for a file that is neither a script nor a binary of
// this system.
func (p Program) noProgram(path string, head []byte) error {
	mark := []byte("\xef\xbb\xbf")
	switch rest := bytes.TrimLeft(head, " \t\r\n"); {
	case len(head) == 0:
		return p.wrong(fmt.Errorf("%s is empty", p.it(path)), "write or build it again; check that the disk is not full")
	case bytes.HasPrefix(head, mark):
		return p.wrong(fmt.Errorf("%s begins with a byte order mark, which hides its #! line", p.it(path)), "remove it: sed -i '1s/^\\xef\\xbb\\xbf//' %s", path)
	case bytes.HasPrefix(rest, []byte("#!")):
		return p.wrong(fmt.Errorf("characters precede #! in %s", p.it(path)), "#! must be the first two characters of %s", path)
	case bytes.HasPrefix(head, []byte("MZ")):
		return p.wrong(fmt.Errorf("%s is a program for Windows", p.it(path)), "build it for this system: GOOS=linux with Go")
	case bytes.HasPrefix(head, []byte("\xcf\xfa\xed\xfe")) || bytes.HasPrefix(head, []byte("\xca\xfe\xba\xbe")):
		return p.wrong(fmt.Errorf("%s is a program for macOS, or a Java class", p.it(path)), "build it for this system: GOOS=linux with Go")
	case isScript(head):
		return p.wrong(fmt.Errorf("%s is a text without a #! line, so the system has no interpreter for it", p.it(path)), "write %s as its first line", suggestion(path))
	}
	return p.wrong(fmt.Errorf("%s is not a program of a known format", p.it(path)), "check its type: file %s", path)
}

// isScript reports whether a file looks like text.
func isScript(head []byte) bool {
	if bytes.IndexByte(head, 0) >= 0 {
		return false
	}
	if len(head) == 256 {
		head = head[:256-utf8.UTFMax] // the last character may be incomplete
	}
	return utf8.Valid(head) || bytes.IndexByte(head, '\n') >= 0
}

// suggestion returns a #! line for a script with this name.
func suggestion(path string) string {
	switch strings.ToLower(filepath.Ext(path)) {
	case ".py":
		return "#!/usr/bin/env python3"
	case ".rb":
		return "#!/usr/bin/env ruby"
	case ".sh":
		return "#!/bin/sh"
	case ".php":
		return "#!/usr/bin/env php-cgi"
	}
	return "#!/usr/bin/perl or #!/bin/sh"
}
