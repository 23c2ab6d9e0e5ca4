package target

import (
	"slices"
	"strings"
)

// gateway returns the process of the target's gateway. The arguments follow its own.
func (t Target) gateway(at place, args ...string) (process, error) {
	path, err := t.find(t.Gateway[0])
	command, values := apart(t.Gateway)
	t.Env = merged(t.Env, values)
	return t.process(path, append(command, args...), at.addr, at.backend, false), err
}

// assigning are the flags of a gateway that take NAME=VALUE, or NAME, whose value it then reads
// from its environment.
var assigning = []string{"--env", "--param"}

// apart moves the values of variables from a gateway's command to its environment. They may be
// secrets, such as the password of a database, and ps(1) shows a command to all users.
func apart(command []string) (rest, values []string) {
	for i, word := range command {
		if i > 0 && slices.Contains(assigning, command[i-1]) {
			values = append(values, word)
			word, _, _ = strings.Cut(word, "=")
		}
		rest = append(rest, word)
	}
	return rest, values
}

// merged returns variables, with others in place of those of the same name.
func merged(env, others []string) []string {
	named := map[string]bool{}
	for _, v := range others {
		name, _, _ := strings.Cut(v, "=")
		named[name] = true
	}
	return append(slices.DeleteFunc(slices.Clone(env), func(v string) bool {
		name, _, _ := strings.Cut(v, "=")
		return named[name]
	}), others...)
}
