package scenarios

import "strings"

// GuideOf returns the row of a kind in docs/scenarios.md.
func GuideOf(kind string) string { return kinds[kind].guide }

// Refusals returns the messages for fields that a target's kind does not have,
// without the target's name.
func Refusals() (all []string) {
	for _, f := range ownFields() {
		_, text, _ := strings.Cut(f.refusal, "%q ")
		all = append(all, text)
	}
	return all
}
