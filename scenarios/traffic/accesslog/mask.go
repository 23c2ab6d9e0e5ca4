package accesslog

import (
	"strings"
	"unicode"
)

// Mask returns the structure of a text for messages that may not show who is in it: letters
// become x and digits #. The length in characters and the punctuation stay, so that the place
// of a mistake can be found.
func Mask(text string) string {
	return strings.Map(func(c rune) rune {
		switch {
		case unicode.IsDigit(c):
			return '#'
		case c <= unicode.MaxASCII && !unicode.IsLetter(c), c == '…':
			return c
		}
		return 'x'
	}, text)
}

// Masked returns the error with its text masked.
func (e *LineError) Masked() *LineError {
	masked := *e
	masked.Text = Mask(e.Text)
	return &masked
}
