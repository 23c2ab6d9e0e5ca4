package target

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/classibench/classibench/scenarios"
)

// A kind contains the functions that start the targets of one kind. Each kind has a
// file of its own, kind_NAME.go. The fields of its targets are in the file of the
// same name in package scenarios.
type kind struct {
	// gateway returns the arguments with which this program serves a target. It is nil if
	// targets of the kind speak HTTP themselves.
	gateway func(scenarios.Target) []string // the result is nil for a target that needs none

	check     func(Target) error                                          // further checks of the description; may be nil
	program   func(Target) (string, error)                                // path of the program in its command; nil means Target.find
	place     func(Target) (place, error)                                 // its address; nil means a free one
	processes func(t Target, program string, at place) ([]process, error) // the processes to start
	wrongHint func(Target) string                                         // the hint for a wrong answer; may be nil

	attached   bool // runs already, and is left running
	perRequest bool // each request starts the program again
	restores   bool // its data may be replaced while it runs
}

var kinds = map[string]kind{}

func register(name string, k kind) { kinds[name] = k }

// Kinds returns the names of all kinds that can be started, sorted.
func Kinds() []string { return slices.Sorted(maps.Keys(kinds)) }

// kind returns the target's kind, or an error if it is unknown.
func (t Target) kind() (kind, error) {
	k, known := kinds[t.Kind]
	if !known {
		all := Kinds()
		last := len(all) - 1
		return k, t.wrong(fmt.Errorf("kind %q is unknown", t.Kind), "use "+strings.Join(all[:last], ", ")+" or "+all[last])
	}
	return k, nil
}

// Attached reports whether the target runs already, and is left running.
func (t Target) Attached() bool { return kinds[t.Kind].attached }

// Restorable reports whether the target's data may be replaced while it runs. A
// server that we started keeps its data open.
func (t Target) Restorable() bool { return kinds[t.Kind].restores }

// PerRequest reports whether each request starts the target's program again.
func (t Target) PerRequest() bool { return kinds[t.Kind].perRequest }

// Of returns the target that a scenario describes. self is the path of this
// program, which serves as the gateway.
func Of(t scenarios.Target, self string) (Target, error) {
	out := Target{
		Name: t.Name, Kind: t.Kind, Command: t.Command, Dir: t.Dir, Env: variables(t.Env), URL: t.URL, Insecure: t.Insecure, CA: t.CA,
		PIDs: t.PIDs, Ready: t.Ready, StartTimeout: t.StartTimeout, Reset: t.Reset, Instances: t.Instances(),
	}
	k, err := out.kind()
	if err != nil || k.gateway == nil {
		return out, err
	}
	if args := k.gateway(t); args != nil {
		out.Gateway = append([]string{self}, args...)
	}
	return out, nil
}

// variables returns an environment as a list of NAME=value, sorted.
func variables(env map[string]string) (list []string) {
	for _, name := range slices.Sorted(maps.Keys(env)) {
		list = append(list, name+"="+env[name])
	}
	return list
}

// check refuses a target without a property that its kind needs.
func (t Target) check() error {
	k, err := t.kind()
	switch {
	case err != nil:
		return err
	case !k.attached && len(t.Command) == 0:
		return t.wrong(fmt.Errorf("it has no command"), "add its command, or use kind url for a running server")
	case k.check != nil:
		return k.check(t)
	}
	return nil
}

// hasGateway refuses a target that speaks no HTTP and has no gateway.
func hasGateway(t Target) error {
	if len(t.Gateway) == 0 {
		return t.wrong(fmt.Errorf("it has no gateway"), "scripts and FastCGI programs need a gateway that serves HTTP")
	}
	return nil
}

// flags returns the options of a gateway that are common to all its programs.
func flags(t scenarios.Target) (all []string) {
	if path := t.ScriptPath(); path != "" {
		all = append(all, "--script", path)
	}
	if g, _ := t.Gateway(); g.PassAuth {
		all = append(all, "--pass-auth")
	}
	return all
}
