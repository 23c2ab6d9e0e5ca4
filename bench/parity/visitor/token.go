package visitor

import (
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"regexp"
	"strings"
)

// A token needs so many letters or digits. Fewer appear in answers by chance.
const (
	leastLetters = 6
	leastDigits  = 7
)

var (
	words   = regexp.MustCompile(`[A-Za-z0-9]+`)
	email   = regexp.MustCompile(`^([^@\s]+)@[^@\s]+\.[A-Za-z]{2,}$`)
	phrase  = regexp.MustCompile(`^[A-Za-z]+(?:[ .,'-]+[A-Za-z]+)+$`)
	phone   = regexp.MustCompile(`^\+?[0-9(][0-9 ()/-]*[0-9]$`)
	date    = regexp.MustCompile(`^[0-9]{1,4}[-/.][0-9]{1,2}[-/.][0-9]{1,4}`)
	hexWord = regexp.MustCompile(`^(?:[0-9a-f]{6,}|[0-9A-F]{6,})$`)
	digits  = regexp.MustCompile(`^[0-9]+$`)
)

// A span is a part of a text that a token can replace. Its key is the same for the same
// word in upper and lower case.
type span struct {
	begin, end int
	token      int // end of the text that identifies the visitor; not less than end
}

func (s span) key(text string) string { return strings.ToLower(text[s.begin:s.token]) }

// spans returns the parts of a text that have room for a token: the name in an address of
// mail, each word of six letters, a name of short words, or a number of seven digits.
// Texts with an address of a page have none, because its host would change.
func spans(text string) []span {
	if strings.Contains(text, "://") || date.MatchString(text) {
		return nil
	}
	if m := email.FindStringSubmatchIndex(text); m != nil {
		return one(span{0, m[3], m[1]}, countLetters(text[:m[3]]) >= 3)
	}
	var all []span
	for _, m := range words.FindAllStringIndex(text, -1) {
		if hasRoom(text[m[0]:m[1]]) {
			all = append(all, span{m[0], m[1], m[1]})
		}
	}
	if len(all) > 0 {
		return all
	}
	whole := span{0, len(text), len(text)}
	if phrase.MatchString(text) {
		return one(whole, countLetters(text) >= leastLetters)
	}
	return one(whole, phone.MatchString(text) && countDigits(text) >= leastDigits)
}

func one(s span, fits bool) []span {
	if !fits {
		return nil
	}
	return []span{s}
}

func hasRoom(word string) bool {
	if digits.MatchString(word) {
		return len(word) >= leastDigits
	}
	return hexWord.MatchString(word) && len(word) >= leastDigits || countLetters(word) >= leastLetters
}

func countLetters(s string) (n int) {
	for i := range len(s) {
		if isLetter(s[i]) {
			n++
		}
	}
	return n
}

func countDigits(s string) (n int) {
	for i := range len(s) {
		if isDigit(s[i]) {
			n++
		}
	}
	return n
}

func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }
func isDigit(c byte) bool  { return '0' <= c && c <= '9' }

// altered returns a text of the same length and shape, made by chance from a seed. The
// first letter and the first digit stay, so that lists keep their order and numbers
// their range.
func altered(text, seed string) string {
	random := rand.New(rand.NewChaCha8(sha256.Sum256([]byte(seed))))
	out := []byte(text)
	isHex := hexWord.MatchString(text) && countDigits(text) > 0 && countLetters(text) > 0
	letter, digit := isHex, isHex
	for i, c := range out {
		switch {
		case isLetter(c) && letter:
			out[i] = randomLetter(random, c, isHex)
		case isDigit(c) && digit:
			out[i] = byte('0' + random.IntN(10))
		}
		letter, digit = letter || isLetter(c), digit || isDigit(c)
	}
	return string(out)
}

// consonants make no words that a page holds by chance.
const consonants = "bcdfghjklmnpqrstvwxz"

// randomLetter returns a letter in the case of another.
func randomLetter(random *rand.Rand, like byte, isHex bool) byte {
	letters := consonants
	if isHex {
		letters = "abcdef"
	}
	return letters[random.IntN(len(letters))] - ('a'-'A')*(1-like>>5&1)
}

// attempts limits the search for a value that no other visitor has: a text of one letter
// has few.
const attempts = 50

// distinct returns the visitor's altered text, which differs from the text and from that
// of each visitor with a lower number.
func distinct(text string, seed int64, visitor int, of string) string {
	taken := map[string]bool{text: true}
	own := text
	for v := range visitor + 1 {
		for n := range attempts {
			if own = altered(text, fmt.Sprintf("%d %d %d %s", seed, v, n, of)); !taken[own] {
				break
			}
		}
		taken[own] = true
	}
	return own
}
