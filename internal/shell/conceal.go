package shell

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// Concealed returns the words of a command as a report may show them: with … in place of
// passwords in addresses, of credentials in header fields, and of what is assigned to a name such
// as DB_PASSWORD, api-key or token. A placeholder such as {token} stays. Other secrets are not
// known as such.
func Concealed(words []string) []string {
	shown := make([]string, len(words))
	for i, word := range words {
		if i > 0 && secretFlag.MatchString(words[i-1]) && !strings.HasPrefix(word, "-") {
			word = concealed
		}
		shown[i] = Conceal(word)
	}
	return shown
}

// Conceal is Concealed for a single word, or a text that is no command.
func Conceal(text string) string {
	for _, p := range secrets {
		text = p.ReplaceAllString(text, "${1}"+concealed)
	}
	return userinfo.ReplaceAllString(text, "${1}"+concealed+"@")
}

const concealed = "…"

// ConcealPasswords returns a text with * in place of each character of a password in an address:
// a mark below a place of the text stays below it.
func ConcealPasswords(text string) string {
	return userinfo.ReplaceAllStringFunc(text, func(address string) string {
		at := len(userinfo.FindStringSubmatch(address)[1])
		return address[:at] + strings.Repeat("*", utf8.RuneCountInString(address[at:])-1) + "@"
	})
}

// WithoutPassword returns an address whose user a program such as psql asks for the password.
func WithoutPassword(address string) string {
	return userinfo.ReplaceAllStringFunc(address, func(found string) string {
		return strings.TrimSuffix(userinfo.FindStringSubmatch(found)[1], ":") + "@"
	})
}

// secretName is the name of a variable, a parameter, a flag or a field whose value is a secret.
const secretName = `[\w.-]*(?:passw(?:or)?d|passphrase|secret|token|credential|[_-]pwd|(?:\b|[_-])key)s?`

var (
	// userinfo is the password of an address (RFC 3986 §3.2.1), to the last @.
	userinfo = regexp.MustCompile(`(\w://[^\s/?#:@'"]*:)[^\s/'"]*@`)

	secretFlag = regexp.MustCompile(`(?i)^--?` + secretName + `$`)

	secrets = []*regexp.Regexp{
		// A header field, with or without its flag: to the end.
		regexp.MustCompile(`(?i)^((?:--[\w-]+=)?(?:(?:proxy-)?authorization|cookie|` + secretName + `)\s*:\s*)[^\s{/][^\n]*`),
		// A variable, with or without its target: to the end.
		regexp.MustCompile(`(?i)^((?:--[\w-]+=)?(?:[\w.-]+:)?` + secretName + `=)[^{&\n][^&\n]*`),
		// A parameter, or a flag of a command that is one word.
		regexp.MustCompile(`(?i)([?&;\s]` + secretName + `=)(?:'[^']*'|"[^"]*"|[^\s&;{'"][^\s&;'"]*)`),
		regexp.MustCompile(`(?i)(\s--?` + secretName + `\s+)(?:'[^']*'|"[^"]*"|[^\s{'"-][^\s'"]*)`),
	}
)
