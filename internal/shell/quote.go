// Package shell writes commands as a POSIX shell reads them.
package shell

import "strings"

// Quote joins the words of a command so that a reader can paste them into a shell.
func Quote(command []string) string {
	words := make([]string, len(command))
	for i, word := range command {
		if words[i] = word; word == "" || strings.ContainsFunc(word, special) {
			words[i] = "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
		}
	}
	return strings.Join(words, " ")
}

// special reports whether a shell may take a character for more than itself. The braces
// of {addr} it leaves as they are.
func special(c rune) bool {
	return !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.ContainsRune("@%+=:,./-_{}", c))
}
