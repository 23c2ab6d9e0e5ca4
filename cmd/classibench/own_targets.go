package main

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/pflag"

	"github.com/classibench/classibench/internal/shell"
	"github.com/classibench/classibench/scenarios"
)

// targetFlags are settings of all targets, or of the one that TARGET: before a value names.
type targetFlags struct {
	env, reset, dir    []string
	instances          []string
	pid, pidfile, unit []string
}

func (t *targetFlags) flags(f *pflag.FlagSet) {
	f.StringArrayVar(&t.env, "env", nil, "`variable` for the programs, as NAME=VALUE, or for one of them, as TARGET:NAME=VALUE; may be repeated")
	f.StringArrayVar(&t.reset, "reset", nil, "`command` that restores the data before each trial, for all or as TARGET:COMMAND")
	f.StringArrayVar(&t.dir, "dir", nil, "working `directory` of the programs, for all or as TARGET:DIRECTORY")
	f.StringArrayVar(&t.instances, "instances", nil, "`number` of processes of a server that share the requests behind a balancer, for all or as TARGET:NUMBER")
	f.StringArrayVar(&t.pid, "pid", nil, "`ID` of a process of a target that is already running; its CPU time and memory are measured; may be repeated")
	f.StringArrayVar(&t.pidfile, "pidfile", nil, "`file` with the ID of such a process")
	f.StringArrayVar(&t.unit, "unit", nil, "systemd `unit` of a target that is already running; its processes are measured")
}

// readTargets parses the targets and their settings.
func (o *ownPair) readTargets() ([]scenarios.Target, error) {
	if o.baseline == "" {
		return nil, usageError(errors.New("there is no --baseline"), "name the program to migrate from, as in --baseline cgi:./ads.pl")
	}
	var all []scenarios.Target
	for i, spec := range append([]string{o.baseline}, o.candidates...) {
		t, err := scenarios.ParseTarget(directory(spec))
		if err != nil {
			return nil, usageError(err, "write %s, as in cgi:./ads.pl, 'server:starman --listen {addr} ads.psgi' or http://127.0.0.1:8080", []string{"--baseline KIND:COMMAND", "--candidate KIND:COMMAND"}[min(i, 1)])
		}
		all = append(all, t)
	}
	if err := distinctNames(all, append([]string{o.baseline}, o.candidates...)); err != nil {
		return nil, err
	}
	if err := o.targets.apply(all); err != nil {
		return nil, err
	}
	return all, checkAddresses(all)
}

// directory adds a slash to the path of a directory of programs.
func directory(spec string) string {
	_, path, _ := strings.Cut(spec, "cgi:")
	if info, err := os.Stat(strings.TrimSpace(path)); err == nil && info.IsDir() {
		return strings.TrimRight(spec, "/ ") + "/"
	}
	return spec
}

// distinctNames makes the names of targets distinct. It reports a name that the user has
// given twice.
func distinctNames(all []scenarios.Target, specs []string) error {
	taken := map[string]bool{}
	for i := range all {
		name := all[i].Name
		switch given := strings.HasPrefix(strings.TrimSpace(specs[i]), name+"="); {
		case taken[name] && (given || all[i].Builtin != ""):
			return usageError(fmt.Errorf("two targets are called %q", name), "put a distinct name before each: old=cgi:./ads.pl")
		case taken[name] && all[i].Kind != all[0].Kind:
			name += " (" + all[i].Kind + ")"
		}
		all[i].Name = name
		for n := 2; taken[all[i].Name]; n++ {
			all[i].Name = fmt.Sprintf("%s (%d)", name, n)
		}
		taken[all[i].Name] = true
	}
	return nil
}

// apply applies the flags to the targets.
func (t *targetFlags) apply(all []scenarios.Target) error {
	var errs []error
	for _, s := range t.settings() {
		errs = append(errs, s.apply(all))
	}
	return errors.Join(errs...)
}

func (t *targetFlags) settings() []setting {
	const started, attached = "it is for a program that classibench starts, such as cgi:./ads.pl", "it is for a target that is already running, given by its address: --baseline http://127.0.0.1:8080"
	runs := func(x *scenarios.Target) bool { return x.Kind == scenarios.KindURL }
	server := func(x *scenarios.Target) bool { return x.Kind == scenarios.KindServer || x.Builtin == "persistent" }
	program := func(x *scenarios.Target) bool { return len(x.Command) > 0 }
	return []setting{
		{"--env", t.env, program, started, setEnv},
		{"--reset", t.reset, func(x *scenarios.Target) bool { return x.Builtin == "" }, started, setReset},
		{"--dir", t.dir, program, started, setDir},
		{"--instances", t.instances, server, "it is for a server that classibench starts, such as 'server:starman --listen {addr} ads.psgi' or persistent", setInstances},
		{"--pid", t.pid, runs, attached, addPID},
		{"--pidfile", t.pidfile, runs, attached, addPIDFile},
		{"--unit", t.unit, runs, attached, addUnit},
	}
}

// A setting is a flag of targets with its values.
type setting struct {
	flag   string
	values []string
	takes  func(*scenarios.Target) bool
	hint   string // if no target takes it
	set    func(*scenarios.Target, string) error
}

func (s setting) apply(all []scenarios.Target) error {
	for _, v := range s.values {
		target, value := forTarget(all, v)
		found := false
		for i := range all {
			if x := &all[i]; s.takes(x) && (target == "" || target == x.Name) {
				found = true
				if err := s.set(x, value); err != nil {
					return usageError(fmt.Errorf("%s %s: %w", s.flag, v, err), "%s", hintOfName(all, value))
				}
			}
		}
		if !found {
			return usageError(fmt.Errorf("%s %s applies to no target", s.flag, v), "%s", s.hint)
		}
	}
	return nil
}

// hintOfName returns a hint for a wrong value that may begin with a misspelled target.
func hintOfName(all []scenarios.Target, value string) string {
	if !strings.Contains(value, ":") {
		return ""
	}
	return "the targets are called " + quotedNames(all)
}

// forTarget splits TARGET:VALUE; target is "" if the value is for all. "baseline" also names
// the first target, and "candidate" the others.
func forTarget(all []scenarios.Target, v string) (target, value string) {
	for i, t := range all {
		for _, name := range []string{t.Name, []string{"baseline", "candidate"}[min(i, 1)]} {
			if rest, ok := strings.CutPrefix(v, name+":"); ok {
				return t.Name, rest
			}
		}
	}
	return "", v
}

func quotedNames(all []scenarios.Target) string {
	var names []string
	for _, t := range all {
		names = append(names, fmt.Sprintf("%q", t.Name))
	}
	return strings.Join(names, ", ")
}

// variable matches NAME=VALUE.
var variable = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*=`)

func setEnv(t *scenarios.Target, pair string) error {
	if !variable.MatchString(pair) {
		return errors.New("want NAME=VALUE or TARGET:NAME=VALUE")
	}
	name, value, _ := strings.Cut(pair, "=")
	t.Env = maps.Clone(t.Env)
	if t.Env == nil {
		t.Env = map[string]string{}
	}
	t.Env[name] = value
	return nil
}

func setInstances(t *scenarios.Target, number string) error {
	n, err := strconv.Atoi(strings.TrimSpace(number))
	if err != nil || n < 1 || n > scenarios.MostInstances {
		return fmt.Errorf("want a number from 1 to %d, or TARGET:NUMBER", scenarios.MostInstances)
	}
	t.Settings = &scenarios.Server{Instances: n}
	return nil
}

func setReset(t *scenarios.Target, line string) (err error) {
	t.Reset, err = shell.Split(line)
	if bad, ok := errors.AsType[*shell.NeedsShell](err); ok {
		return fmt.Errorf("%q needs a shell, and the command runs without one: write sh -c '…'", bad.Part)
	}
	if err == nil && len(t.Reset) == 0 {
		err = errors.New("there is no command")
	}
	return err
}

func setDir(t *scenarios.Target, dir string) error {
	t.Dir = dir
	info, err := os.Stat(dir)
	if err == nil && !info.IsDir() {
		err = fmt.Errorf("%s is not a directory", dir)
	}
	return err
}

// checkAddresses checks that the command or environment of each server contains its address.
func checkAddresses(all []scenarios.Target) error {
	for _, t := range all {
		if t.Kind == scenarios.KindServer && !scenarios.TakesAddress(append(slices.Collect(maps.Values(t.Env)), t.Command...)...) {
			return usageError(fmt.Errorf("the command of target %q does not say where to listen", t.Name), "write {addr} where the program takes the address, as in --listen {addr}, or in a variable: --env %q", t.Name+":ADDR={addr}")
		}
	}
	return nil
}
