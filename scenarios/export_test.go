package scenarios

import "strings"

// GuideOf returns the row of a kind in the guide.
func GuideOf(kind string) string { return kinds[kind].guide }

// Refusals returns what is said of a field that a target's kind does not have, after the
// target's name.
func Refusals() (all []string) {
	for _, f := range ownFields() {
		_, text, _ := strings.Cut(f.refusal, "%q ")
		all = append(all, text)
	}
	return all
}
