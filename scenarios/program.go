package scenarios

import (
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"github.com/classibench/classibench/internal/shell"
)

// dataWord stands for the path of a target's own copy of the data set.
const dataWord = "{data}"

// programs are the folders below this one whose files a target can have.
var programs = []string{"perl", "php", "python"}

// Programs returns the names of the programs that ship, whose files a target can have.
func Programs() []string { return slices.Clone(programs) }

// A Need is something that has to be installed for a target.
type Need struct {
	What    string // a file (a path, which may hold * and ?), a command in PATH, or a command line that succeeds
	Package string // the Debian packages that have it, separated by spaces
}

// needs reads what a target needs, in the order of the file.
func (p *parsing) needs(n ast.Node) (all []Need) {
	p.pairs(n, "needs", func(what string, key, v ast.Node) {
		need := Need{What: what}
		p.text("the package of "+what, &need.Package)(v)
		if strings.TrimSpace(what) == "" {
			p.problem(key, "write a file, or a command", "a need is empty")
		}
		all = append(all, need)
	})
	return all
}

func (p *parsing) files(n ast.Node, t *Target) {
	p.text("files", &t.Files)(n)
	if t.Files != "" && !slices.Contains(programs, t.Files) {
		p.problem(n, didYouMean(t.Files, programs), "no program %q ships", t.Files)
	}
}

// UsesData reports whether the target serves a copy of the data set: {data} stands in its
// command, its variables or its reset.
func (t Target) UsesData() bool {
	words := slices.Concat(t.Command, t.Reset, slices.Collect(maps.Values(t.Env)), slices.Collect(maps.Values(SettingsOf[FastCGI](t).Params)))
	return slices.ContainsFunc(words, func(s string) bool { return strings.Contains(s, dataWord) })
}

// WithData returns the target with the path of its copy of the data set filled in.
func (t Target) WithData(file string) Target {
	fill := func(s string) string { return strings.ReplaceAll(s, dataWord, file) }
	line := func(s string) string { return shell.Fill(s, map[string]string{dataWord: file}) }
	t.Command, t.Reset, t.Env = filled(t.Command, fill, line), filled(t.Reset, fill, line), filledMap(t.Env, fill)
	if s, ok := t.Settings.(*FastCGI); ok {
		settings := *s
		settings.Params = filledMap(s.Params, fill)
		t.Settings = &settings
	}
	return t
}

// filled fills in the words of a command. The line after sh -c is read by a shell.
func filled(words []string, fill, line func(string) string) (all []string) {
	for i, word := range words {
		if i == 2 && words[1] == "-c" && shells.MatchString(path.Base(words[0])) {
			all = append(all, line(word))
			continue
		}
		all = append(all, fill(word))
	}
	return all
}

// shells matches the names of shells.
var shells = regexp.MustCompile(`^(ba|da|k|z)?sh$`)

func filledMap(vars map[string]string, fill func(string) string) map[string]string {
	all := maps.Clone(vars)
	for name, value := range all {
		all[name] = fill(value)
	}
	return all
}
