package main

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/classibench/classibench/internal/shell"
	"github.com/classibench/classibench/scenarios"
)

// targetFlags are settings of all targets, or of one: TARGET: before a value names it.
type targetFlags struct {
	env, reset, dir    []string
	pid, pidfile, unit []string
}

func (t *targetFlags) flags(f *pflag.FlagSet) {
	f.StringArrayVar(&t.env, "env", nil, "`variable` for the programs, as NAME=VALUE, or for one of them, as TARGET:NAME=VALUE; may be repeated")
	f.StringArrayVar(&t.reset, "reset", nil, "`command` that restores the data before each trial, for all or as TARGET:COMMAND")
	f.StringArrayVar(&t.dir, "dir", nil, "working `directory` of the programs, for all or as TARGET:DIRECTORY")
	f.StringArrayVar(&t.pid, "pid", nil, "`process` of a target that runs already, whose load is measured; may be repeated")
	f.StringArrayVar(&t.pidfile, "pidfile", nil, "`file` with the number of such a process")
	f.StringArrayVar(&t.unit, "unit", nil, "systemd `unit` of a target that runs already, whose processes are measured")
}

// readTargets reads the targets and what is said of them.
func (o *ownPair) readTargets() ([]scenarios.Target, error) {
	if o.baseline == "" {
		return nil, usageError(errors.New("there is no --baseline"), "name the program to leave, as in --baseline cgi:./ads.pl")
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

// directory ends the name of a directory of programs with a slash.
func directory(spec string) string {
	_, path, _ := strings.Cut(spec, "cgi:")
	if info, err := os.Stat(strings.TrimSpace(path)); err == nil && info.IsDir() {
		return strings.TrimRight(spec, "/ ") + "/"
	}
	return spec
}

// distinctNames gives targets of the same program names that differ. Names that were given have
// to differ already.
func distinctNames(all []scenarios.Target, specs []string) error {
	taken := map[string]bool{}
	for i := range all {
		name := all[i].Name
		switch given := strings.HasPrefix(strings.TrimSpace(specs[i]), name+"="); {
		case taken[name] && (given || all[i].Builtin != ""):
			return usageError(fmt.Errorf("two targets are called %q", name), "give each a name of its own before it: old=cgi:./ads.pl")
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

// apply sets what the flags say of the targets.
func (t *targetFlags) apply(all []scenarios.Target) error {
	program := func(x *scenarios.Target) bool { return len(x.Command) > 0 }
	attached := func(x *scenarios.Target) bool { return x.Kind == scenarios.KindURL }
	return errors.Join(
		each(all, "--env", t.env, program, setEnv),
		each(all, "--reset", t.reset, func(x *scenarios.Target) bool { return x.Builtin == "" }, setReset),
		each(all, "--dir", t.dir, program, func(x *scenarios.Target, dir string) error { x.Dir = dir; return checkDir(dir) }),
		each(all, "--pid", t.pid, attached, addPID),
		each(all, "--pidfile", t.pidfile, attached, addPIDFile),
		each(all, "--unit", t.unit, attached, addUnit),
	)
}

// each sets the values of a flag for the targets that they are for.
func each(all []scenarios.Target, flag string, values []string, takes func(*scenarios.Target) bool, set func(*scenarios.Target, string) error) error {
	for _, v := range values {
		target, value := forTarget(all, v)
		if target == "" && flag == "--env" && !variable.MatchString(v) {
			return usageError(fmt.Errorf("--env %q is neither NAME=VALUE nor TARGET:NAME=VALUE", v), "the targets are called %s", quotedNames(all))
		}
		found := false
		for i := range all {
			if x := &all[i]; takes(x) && (target == "" || target == x.Name) {
				found = true
				if err := set(x, value); err != nil {
					return usageError(fmt.Errorf("%s %s: %w", flag, v, err), "")
				}
			}
		}
		if !found {
			return usageError(fmt.Errorf("%s %s is for no target", flag, v), "%s", who(flag))
		}
	}
	return nil
}

// variable matches NAME=VALUE.
var variable = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*=`)

func who(flag string) string {
	switch flag {
	case "--pid", "--pidfile", "--unit":
		return "it names processes of something that runs already, given by its address: --baseline http://127.0.0.1:8080"
	}
	return "it is for a program that is started here, such as cgi:./ads.pl"
}

// forTarget splits TARGET:VALUE; the target is "" for a value of all. The first target is
// also called baseline, the others candidate.
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

func setEnv(t *scenarios.Target, pair string) error {
	name, value, ok := strings.Cut(pair, "=")
	if !ok || name == "" {
		return errors.New("want NAME=VALUE")
	}
	t.Env = maps.Clone(t.Env)
	if t.Env == nil {
		t.Env = map[string]string{}
	}
	t.Env[name] = value
	return nil
}

func setReset(t *scenarios.Target, line string) (err error) {
	t.Reset, err = shell.Split(line)
	if bad, ok := errors.AsType[*shell.NeedsShell](err); ok {
		return fmt.Errorf("no shell reads it, and %q needs one: write sh -c '…'", bad.Part)
	}
	if err == nil && len(t.Reset) == 0 {
		err = errors.New("there is no command")
	}
	return err
}

func checkDir(dir string) error {
	info, err := os.Stat(dir)
	if err == nil && !info.IsDir() {
		err = fmt.Errorf("%s is no directory", dir)
	}
	return err
}

// checkAddresses makes sure that each server is told where to listen.
func checkAddresses(all []scenarios.Target) error {
	for _, t := range all {
		if t.Kind == scenarios.KindServer && !scenarios.TakesAddress(append(slices.Collect(maps.Values(t.Env)), t.Command...)...) {
			return usageError(fmt.Errorf("the command of target %q does not say where to listen", t.Name), "write {addr} where the program takes the address, as in --listen {addr}, or in a variable: --env %q", t.Name+":ADDR={addr}")
		}
	}
	return nil
}
