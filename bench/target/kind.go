package target

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/classibench/classibench/scenarios"
)

// A kind is how targets of one kind are started and awaited. Each has a file of its own,
// kind_NAME.go. Their fields stand in the file of the same name in package scenarios.
type kind struct {
	// gateway returns the arguments with which this program serves a target; nil for a
	// target that speaks HTTP.
	gateway func(scenarios.Target) []string

	check     func(Target) error                                          // of what it needs besides; may be nil
	program   func(Target) (string, error)                                // that its command names; nil is Target.find
	place     func(Target) (place, error)                                 // where it listens; nil is a free address
	processes func(t Target, program string, at place) ([]process, error) // that are started
	wrongHint func(Target) string                                         // where it answers with an error; may be nil

	attached   bool // it runs already, and is left running
	perRequest bool // each request starts the program from the beginning
	restores   bool // its data may be replaced while it is up
}

var kinds = map[string]kind{}

func register(name string, k kind) { kinds[name] = k }

// Kinds returns the names of all kinds that can be started, sorted.
func Kinds() []string { return slices.Sorted(maps.Keys(kinds)) }

// kind returns how the target is started; an error if its kind is none.
func (t Target) kind() (kind, error) {
	k, known := kinds[t.Kind]
	if !known {
		all := Kinds()
		last := len(all) - 1
		return k, t.wrong(fmt.Errorf("kind %q is none", t.Kind), "write "+strings.Join(all[:last], ", ")+" or "+all[last])
	}
	return k, nil
}

// Attached reports whether the target runs already, and is left running.
func (t Target) Attached() bool { return kinds[t.Kind].attached }

// Restorable reports whether the target's data may be replaced while it is up. A server of
// ours has its data open.
func (t Target) Restorable() bool { return kinds[t.Kind].restores }

// Of returns the target that a scenario describes. A gateway in front of it is this
// program, at the path self.
func Of(t scenarios.Target, self string) (Target, error) {
	out := Target{
		Name: t.Name, Kind: t.Kind, Command: t.Command, Dir: t.Dir, Env: variables(t.Env), URL: t.URL, Insecure: t.Insecure, CA: t.CA,
		PIDs: t.PIDs, Ready: t.Ready, StartTimeout: t.StartTimeout, Reset: t.Reset,
	}
	k, err := out.kind()
	if err == nil && k.gateway != nil {
		out.Gateway = append([]string{self}, k.gateway(t)...)
	}
	return out, err
}

// variables returns an environment as a list of NAME=value, sorted.
func variables(env map[string]string) (list []string) {
	for _, name := range slices.Sorted(maps.Keys(env)) {
		list = append(list, name+"="+env[name])
	}
	return list
}

// check refuses a target that lacks what its kind needs.
func (t Target) check() error {
	k, err := t.kind()
	switch {
	case err != nil:
		return err
	case !k.attached && len(t.Command) == 0:
		return t.wrong(fmt.Errorf("it has no command"), "say what to run, or use kind url for what already runs")
	case k.gateway != nil && len(t.Gateway) == 0:
		return t.wrong(fmt.Errorf("it has no gateway"), "a script and a FastCGI program need a gateway that speaks HTTP")
	case k.check != nil:
		return k.check(t)
	}
	return nil
}

// flags returns the options of a gateway that all programs behind one have.
func flags(t scenarios.Target) (all []string) {
	if path := t.ScriptPath(); path != "" {
		all = append(all, "--script", path)
	}
	if g, _ := t.Gateway(); g.PassAuth {
		all = append(all, "--pass-auth")
	}
	return all
}
