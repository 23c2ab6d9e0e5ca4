package costs

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/classibench/classibench/bench/target"
)

// An interpreter is recognized by the names of its program, without a version at their end.
type interpreter struct {
	names []string
	code  string // a script that writes the answer
	cgi   bool   // it writes the header itself, and finds its script in SCRIPT_FILENAME
}

var interpreters = []interpreter{
	{names: []string{"perl"}, code: `print "Content-Type: text/plain\n\nok\n";`},
	{names: []string{"python", "pypy"}, code: `print("Content-Type: text/plain\n\nok")`},
	{names: []string{"ruby"}, code: `print "Content-Type: text/plain\n\nok\n"`},
	{names: []string{"sh", "dash", "bash", "ash", "ksh", "zsh"}, code: `printf 'Content-Type: text/plain\n\nok\n'`},
	{names: []string{"php-cgi"}, code: `ok`, cgi: true},
	{names: []string{"php"}, code: `<?php echo "Content-Type: text/plain\n\nok\n";`},
	{names: []string{"lua"}, code: `print("Content-Type: text/plain\n\nok")`},
	{names: []string{"node", "nodejs"}, code: `console.log("Content-Type: text/plain\n\nok")`},
	{names: []string{"tclsh"}, code: `puts "Content-Type: text/plain\n\nok"`},
}

// interpreterNamed returns the interpreter with this program name.
func interpreterNamed(path string) (interpreter, bool) {
	name := strings.TrimRight(filepath.Base(path), "0123456789.")
	i := slices.IndexFunc(interpreters, func(i interpreter) bool { return slices.Contains(i.names, name) })
	if i < 0 {
		return interpreter{}, false
	}
	return interpreters[i], true
}

// leastScript is an empty script with the same #! line.
func leastScript(t target.Target, head []byte, path, dir string) (least, error) {
	line, _, _ := bytes.Cut(head, []byte("\n"))
	name := interpreterOf(string(line))
	i, found := interpreterNamed(name)
	if !found {
		return least{}, fmt.Errorf("the least script for %s is not known (#! line of %s)", name, path)
	}
	script, err := save(dir, "script"+filepath.Ext(path), slices.Concat(line, []byte("\n"+i.code+"\n")))
	return least{"an empty script for " + strings.TrimSpace(strings.TrimPrefix(string(line), "#!")), withProgram(t, script)}, err
}

// interpreterOf returns the program that a #! line starts, also through env(1).
func interpreterOf(line string) string {
	words := strings.Fields(strings.TrimPrefix(line, "#!"))
	if len(words) == 0 {
		return ""
	}
	program := slices.IndexFunc(words[1:], func(w string) bool { return !strings.HasPrefix(w, "-") && !strings.Contains(w, "=") })
	if filepath.Base(words[0]) != "env" || program < 0 {
		return words[0]
	}
	return words[1+program]
}

// asCommand replaces the script of a target whose command is an interpreter.
func (i interpreter) asCommand(t target.Target, dir string) (least, error) {
	script, err := save(dir, "script", []byte(i.code+"\n"))
	if err != nil {
		return least{}, err
	}
	about := "an empty script for " + filepath.Base(t.Command[0])
	if at := slices.Index(t.Gateway, "--script"); i.cgi && at >= 0 && at+1 < len(t.Gateway) {
		t.Gateway = slices.Clone(t.Gateway)
		t.Gateway[at+1] = script
		return least{about, t}, nil
	}
	at := slices.IndexFunc(t.Command[1:], func(arg string) bool { return isFile(t.Dir, arg) })
	if at < 0 {
		return least{}, fmt.Errorf("no argument of %q is its script", t.Command)
	}
	t.Command = append(slices.Clone(t.Command[:1+at]), script)
	return least{about, t}, nil
}

func isFile(dir, arg string) bool {
	if !filepath.IsAbs(arg) {
		arg = filepath.Join(dir, arg)
	}
	info, err := os.Stat(arg)
	return err == nil && info.Mode().IsRegular()
}
