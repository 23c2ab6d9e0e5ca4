package main

import (
	"path/filepath"
	"strings"
)

// An animal is a program with a planted fault, as a CGI program and as a server.
type animal struct {
	name        string
	hazard      int    // 0: none, or a mistake of the port
	kind        string // of the finding; empty for a clean program
	length      int    // of the shortest sequence that shows it
	cgi, server string // commands; {zoo}, {animals} and {addr} are filled in
	env         []string
	requests    []string // flags
	builtin     bool     // the built-in pair and its scenario: without commands and requests
}

func (a animal) clean() bool { return a.kind == "" }

// runs is the number of runs: chance decides most about the clean programs.
func (a animal) runs() int {
	if a.clean() {
		return *seeds
	}
	return 1
}

func (z *zoo) command(_ animal, command string) string { return z.expand(command) }

func (z *zoo) expand(text string) string {
	return strings.NewReplacer("{zoo}", z.sources, "{animals}", z.animals).Replace(text)
}

const (
	lifetime    = "lifetime"
	port        = "port"
	concurrency = "concurrency"
	growth      = "growth"
)

func inGo(name string, hazard int, kind string, length int, requests ...string) animal {
	return animal{"go/" + name, hazard, kind, length, "{animals} " + name, "{animals} " + name + " {addr}", nil, requests, false}
}

// inPerl is a directory of scripts, served by Starman with one worker.
func inPerl(path string, hazard int, kind string, length int, requests ...string) animal {
	dir := "{zoo}/" + path
	name := "perl/" + filepath.Base(path)
	for i := range requests { // a directory is served at its name
		requests[i] = strings.Replace(requests[i], "/cgi-bin/", "/"+filepath.Base(path)+"/", 1)
	}
	if strings.HasPrefix(path, "public/") {
		name = path
	}
	return animal{name, hazard, kind, length, dir + "/", "starman --workers 1 --listen {addr} {zoo}/perl/app.psgi", []string{"SCRIPTS=" + dir}, requests, false}
}

// inRegistry is a directory of scripts, served by Apache with mod_perl and one child.
func inRegistry(name string, hazard int, kind string, length int, requests ...string) animal {
	return animal{
		"registry/" + name, hazard, kind, length, "{zoo}/perl/" + name + "/", "/usr/sbin/apache2 -d {zoo}/perl -f apache.conf -DFOREGROUND",
		[]string{"candidate:ADDR={addr}", "candidate:SCRIPTS={zoo}/perl"}, requests, false,
	}
}

func inPython(path string, hazard int, kind string, length int, requests ...string) animal {
	script := "{zoo}/" + path + ".py"
	return animal{path, hazard, kind, length, script, script + " {addr}", []string{"PYTHONPATH_ZOO={zoo}/python"}, requests, false}
}

func inPHP(path string, hazard int, kind string, length int, requests ...string) animal {
	script := "{zoo}/" + path + ".php"
	return animal{path, hazard, kind, length, "php-cgi " + script, "php {zoo}/php/worker.php " + script + " {addr}", nil, requests, false}
}

func get(paths ...string) (flags []string) {
	for _, p := range paths {
		flags = append(flags, "--get", p)
	}
	return flags
}

func post(path, body string) []string { return []string{"--post", path, body} }

func all(parts ...[]string) (flags []string) {
	for _, p := range parts {
		flags = append(flags, p...)
	}
	return flags
}
