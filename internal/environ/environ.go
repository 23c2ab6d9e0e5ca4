// Package environ reads environments: lists of NAME=VALUE.
package environ

import (
	"slices"
	"strings"
)

// Get returns the value of a variable, or "" if it is not set. If a name is
// repeated, the last value counts, as with os/exec.
func Get(env []string, name string) string {
	for _, v := range slices.Backward(env) {
		if value, ok := strings.CutPrefix(v, name+"="); ok {
			return value
		}
	}
	return ""
}
