package scenarios_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/classibench/classibench/scenarios"
)

const aScenario = "name: a\nmix: [{name: r, get: /}]\ntargets:\n"

// A server may have instances, and so may the built-in one; both can be written again.
func TestInstances(t *testing.T) {
	for src, want := range map[string]struct {
		name      string
		instances int
	}{
		"  - {name: x, kind: server, command: './x {addr}', instances: 3}":            {"x", 3},
		"  - {name: x, kind: server, command: './x {addr}', instances: 1}":            {"x", 1},
		"  - {name: x, kind: server, command: './x {addr}'}":                          {"x", 1},
		"  - {name: x, kind: server, command: './x {port} {instance}', instances: 2}": {"x", 2},
		"  - {name: x, kind: server, command: './x', url: 'http://h', instances: 1}":  {"x", 1},
		"  - {name: three, builtin: persistent, instances: 3}":                        {"three", 3},
		"  - {builtin: persistent, instances: 64}":                                    {"persistent", 64},
		"  - {name: old, builtin: cgi}":                                               {"old", 1},
		"  - name: old\n    builtin: persistent":                                      {"old", 1},
		"  - persistent":                                                              {"persistent", 1},
	} {
		s, err := parse(t, "a.yaml", []byte(aScenario+src))
		if err != nil {
			t.Errorf("%s: %v", src, err)
			continue
		}
		if got := s.Targets[0]; got.Name != want.name || got.Instances() != want.instances {
			t.Errorf("%s: got %q with %d instances", src, got.Name, got.Instances())
		}
		text := scenarios.Encode(s, "")
		again, err := scenarios.Parse("again.yaml", text)
		if err != nil {
			t.Errorf("%s: %v\n%s", src, err, text)
			continue
		}
		if diff := cmp.Diff(s.Targets, again.Targets); diff != "" {
			t.Errorf("%s: -want +got:\n%s\n%s", src, diff, text)
		}
	}
}

// Instances that make no sense are refused where they stand.
func TestInstancesMistakes(t *testing.T) {
	for src, want := range map[string]string{
		"  - name: x\n    kind: url\n    url: http://h\n    instances: 3":                    `a.yaml:7:16: target "x" is no server that is started for the run: it has no instances; `,
		"  - name: x\n    kind: cgi\n    command: x\n    instances: 3":                       `a.yaml:7:16: target "x" is no server that is started for the run`,
		"  - name: x\n    kind: fastcgi\n    command: x\n    instances: 1":                   `a.yaml:7:16: target "x" is no server that is started for the run`,
		"  - name: x\n    builtin: cgi\n    instances: 2":                                    `a.yaml:6:16: target "x" is no server that is started for the run`,
		"  - name: x\n    kind: server\n    command: x\n    url: http://h\n    instances: 2": `a.yaml:8:16: target "x" always listens at its url, where only one instance can; leave url out`,
		"  - name: x\n    kind: server\n    command: x {addr}\n    instances: 0":             `a.yaml:7:16: instances "0": `,
		"  - name: x\n    kind: server\n    command: x {addr}\n    instances: 65":            `a.yaml:7:16: instances "65": `,
		"  - name: x\n    kind: server\n    command: x {addr}\n    instances: three":         `a.yaml:7:16: instances "three": `,
		"  - name: x\n    builtin: persistant\n    instances: 2":                             `a.yaml:5:14: there is no built-in target "persistant"; did you mean "persistent"?`,
		"  - builtin: persistent\n    comand: x":                                             `a.yaml:5:5: unknown field "comand"`,
		"  - name: x\n    builtin: persistent\n    kind: server":                             `a.yaml:6:5: unknown field "kind"`,
		"  - {builtin: persistent}\n  - persistent":                                          `two targets are called "persistent"`,
	} {
		_, err := parse(t, "a.yaml", []byte(aScenario+src))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s\ngot %v\nwant %s", src, err, want)
		}
	}
}
