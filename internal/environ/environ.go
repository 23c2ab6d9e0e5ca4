// Package environ reads environments: lists of NAME=VALUE.
package environ

import (
	"slices"
	"strings"
)

// Get returns the value of a variable, or "" where it is not set. The last of a name
// counts, as when a process is started with the list by os/exec.
func Get(env []string, name string) string {
	for _, v := range slices.Backward(env) {
		if value, ok := strings.CutPrefix(v, name+"="); ok {
			return value
		}
	}
	return ""
}
