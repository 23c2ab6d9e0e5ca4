package scenarios

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/classibench/classibench/internal/shell"
)

// ParseTarget reads a target as a command line gives it: KIND:COMMAND, as in
// "cgi:./ads.pl" and "server:starman --listen {addr} ads.psgi", the address of a server
// that runs already, or the name of a built-in target. A directory of CGI programs ends with
// /, as in "cgi:./cgi-bin/", and is served at the path of its name, /cgi-bin/. NAME= before
// a target names it; else its name is that of its program. The script of php-cgi stands at
// the end, as in "cgi:php-cgi ads.php".
func ParseTarget(spec string) (Target, error) {
	name, rest := nameOf(strings.TrimSpace(spec))
	t := Target{Ready: DefaultReady, StartTimeout: DefaultStartTimeout}
	kind, what, _ := strings.Cut(rest, ":")
	var err error
	switch {
	case slices.Contains(builtins, rest):
		return Target{Name: cmp.Or(name, rest), Builtin: rest}, nil
	case kind == "http", kind == "https":
		t.Kind, what = KindURL, rest
	case kinds[kind].name != "":
		t.Kind = kind
	default:
		return t, unknownKind(rest, kind)
	}
	if t.Kind == KindURL {
		t.URL, err = server(what)
	} else {
		t.Command, err = commandOf(what)
	}
	if err != nil {
		return t, fmt.Errorf("target %q: %w", spec, err)
	}
	if t.Name = name; name == "" {
		t.Name = programName(t)
	}
	scriptOfPHP(&t)
	if t.Kind == KindCGI && len(t.Command) == 1 && strings.HasSuffix(t.Command[0], "/") {
		t.Settings = &CGI{Prefix: prefixOf(t.Command[0])}
	}
	return t, nil
}

// prefixOf is the path of a URL below which a directory is served: its name, if that can
// stand there.
func prefixOf(directory string) string {
	name := path.Base(directory)
	prefix, err := absolutePath("/" + name + "/")
	if err != nil || slices.Contains([]string{".", "..", "/"}, name) {
		return "/"
	}
	return prefix
}

// named matches a name in front of a target.
var named = regexp.MustCompile(`^([^:=/]+)=([a-z]+:.*|cgi|persistent)$`)

func nameOf(spec string) (name, rest string) {
	if m := named.FindStringSubmatch(spec); m != nil {
		return strings.TrimSpace(m[1]), m[2]
	}
	return "", spec
}

func unknownKind(spec, kind string) error {
	all := slices.Sorted(maps.Keys(kinds))
	switch near, ok := nearest(kind, all); {
	case spec == "":
		return errors.New("the target is empty: write KIND:COMMAND, as in cgi:./ads.pl, or the address of a server that runs")
	case kind == spec, strings.Contains(kind, "/"):
		return fmt.Errorf("target %q has no kind: write cgi:%[1]s for a CGI program, or one of %s: before it", spec, strings.Join(all, ":, "))
	case ok:
		return fmt.Errorf("target %q: unknown kind %q; did you mean %q?", spec, kind, near)
	}
	return fmt.Errorf("target %q: unknown kind %q; known are: %s", spec, kind, strings.Join(all, ", "))
}

// server checks the address of a server.
func server(address string) (string, error) {
	secure, plain := strings.HasPrefix(address, "https://"), strings.HasPrefix(address, "http://")
	switch {
	case !secure && !plain:
		return "", fmt.Errorf("%q is no address: write http://127.0.0.1:8080", address)
	case !serverOnly(address):
		return "", errors.New("write the address of the server alone, as http://127.0.0.1:8080, and give the path of a page with --get")
	}
	return strings.TrimSuffix(address, "/"), nil
}

// commandOf splits a command as a shell would.
func commandOf(line string) ([]string, error) {
	all, err := words(strings.TrimSpace(line))
	if bad, ok := errors.AsType[*shell.NeedsShell](err); ok {
		return nil, fmt.Errorf("no shell reads the command, and %q needs one: write sh -c '…', or put quotes around it to pass it on", bad.Part)
	}
	return all, err
}

// php matches the programs of PHP that speak CGI or FastCGI. They do not take their script
// from the command line.
var php = regexp.MustCompile(`^php-?(cgi|fpm)?[0-9.]*$`)

// scriptOfPHP takes the script in "php-cgi ads.php" for the script that the gateway names.
func scriptOfPHP(t *Target) {
	last := len(t.Command) - 1
	if last < 1 || !php.MatchString(path.Base(t.Command[0])) || !strings.HasSuffix(t.Command[last], ".php") {
		return
	}
	g := Gateway{Script: t.Command[last]}
	switch t.Kind {
	case KindCGI:
		t.Settings = &CGI{Gateway: g}
	case KindFastCGI:
		t.Settings = &FastCGI{Gateway: g}
	default:
		return
	}
	t.Command = t.Command[:last]
}

// interpreters run the program that is their first argument.
var interpreters = regexp.MustCompile(`^(perl|python|php|ruby|node|lua|sh|bash|dash|env|plackup|java)[0-9.]*$`)

// programName is a name for a target: its host, or the file of its program.
func programName(t Target) string {
	if t.Kind == KindURL {
		_, host, _ := strings.Cut(t.URL, "://")
		return host
	}
	name := path.Base(t.Command[0])
	if interpreters.MatchString(name) {
		for _, word := range t.Command[1:] {
			if !strings.HasPrefix(word, "-") && !strings.ContainsAny(word, "={; \n") {
				return path.Base(word)
			}
		}
	}
	return name
}
