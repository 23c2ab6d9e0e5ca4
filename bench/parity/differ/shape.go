package differ

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// A shape is what values have in common that vary by themselves: their characters,
// their length, and their form as a number or a time. An error message or an empty
// value does not have the shape of a token.
type shape struct {
	seen     int
	min, max int // length in bytes
	chars    classes
	marks    string   // punctuation that was seen
	forms    []string // of times, if all values are times
	numbers  bool     // all values are numbers
	integers bool     // all are without a fraction
	hex      int      // number of characters, if all are hexadecimal digits; else -1
	skeleton string   // punctuation of the first value, in order
	same     bool     // all values have that skeleton
}

// classes is a set of classes of characters.
type classes uint8

const (
	digits classes = 1 << iota
	lower
	upper
	blanks
	other // beyond ASCII
)

func classOf(c rune) classes {
	switch {
	case '0' <= c && c <= '9':
		return digits
	case 'a' <= c && c <= 'z':
		return lower
	case 'A' <= c && c <= 'Z':
		return upper
	case unicode.IsSpace(c):
		return blanks
	case c >= 0x80:
		return other
	}
	return 0
}

var (
	numberPattern  = regexp.MustCompile(`^[+-]?[0-9]+([.,][0-9]+)*([eE][+-]?[0-9]+)?$`)
	integerPattern = regexp.MustCompile(`^[+-]?[0-9]+$`)
	hexPattern     = regexp.MustCompile(`^([0-9a-f]*|[0-9A-F]*)$`)
)

// with returns a shape that accepts one more value.
func (s shape) with(v string) shape {
	chars, marks := inspect(v)
	if s.seen == 0 {
		s = shape{min: len(v), max: len(v), numbers: true, integers: true, same: true, skeleton: marks, forms: []string{}}
	}
	s.min, s.max = min(s.min, len(v)), max(s.max, len(v))
	s.chars |= chars
	s.marks = union(s.marks, marks)
	s.same = s.same && s.skeleton == marks
	s.numbers = s.numbers && numberPattern.MatchString(v)
	s.integers = s.integers && integerPattern.MatchString(v)
	s.withForm(v)
	if s.hex >= 0 && hexPattern.MatchString(v) {
		s.hex += len(v)
	} else {
		s.hex = -1
	}
	s.seen++
	return s
}

func (s *shape) withForm(v string) {
	form := formOfTime(v)
	if s.forms == nil || form == "" {
		s.forms = nil
		return
	}
	if !slices.Contains(s.forms, form) {
		s.forms = append(slices.Clone(s.forms), form)
	}
}

// formOfTime returns the form of a text that is one time, or nothing.
func formOfTime(v string) string {
	if m := timesIn(v); len(m) != 1 || m[0][0] != 0 || m[0][1] != len(v) {
		return ""
	}
	return timeForm(v)
}

// inspect returns the classes of the characters of a text, and its punctuation in
// order.
func inspect(v string) (all classes, marks string) {
	var b strings.Builder
	for _, c := range v {
		class := classOf(c)
		if all |= class; class == 0 {
			b.WriteRune(c)
		}
	}
	return all, b.String()
}

func union(set, more string) string {
	for _, c := range more {
		if !strings.ContainsRune(set, c) {
			set += string(c)
		}
	}
	return set
}

// accepts reports whether a value has the shape.
func (s shape) accepts(v string) bool {
	chars, marks := inspect(v)
	switch {
	case !s.length(len(v)):
		return false
	case v == "":
		return true
	case len(s.forms) > 0:
		return slices.Contains(s.forms, formOfTime(v))
	case s.numbers:
		return numberPattern.MatchString(v) && (!s.integers || s.min < 6 || integerPattern.MatchString(v))
	case s.hex >= surelyHex && !hexPattern.MatchString(v):
		return false
	case chars&^s.allowed() != 0:
		return false
	}
	if s.token() {
		return within(marks, tokenMarks)
	}
	return s.punctuation(marks)
}

// surelyHex is the number of characters after which the absence of other letters is no
// chance: for a random letter of the alphabet, it is below 1 in 1000.
const surelyHex = 16

// allowed returns the classes of characters of a value. A hexadecimal one may have
// digits or letters that others do not have by chance.
func (s shape) allowed() classes {
	if s.hex >= surelyHex && s.chars&(lower|upper) != 0 {
		return s.chars | digits
	}
	return s.chars
}

const tokenMarks = "+/=_-."

// token reports whether the values look like random text in base 64: the punctuation
// in it is random too.
func (s shape) token() bool {
	return s.min >= 16 && s.chars == digits|lower|upper && within(s.marks, tokenMarks)
}

// punctuation reports whether the marks of a value are those that were seen: the same
// in the same order, or any of them if that varied.
func (s shape) punctuation(marks string) bool {
	if s.same && s.chars&blanks == 0 {
		return marks == s.skeleton
	}
	return within(marks, s.marks)
}

func within(marks, set string) bool {
	return strings.IndexFunc(marks, func(c rune) bool { return !strings.ContainsRune(set, c) }) < 0
}

// length reports whether a value is about as long as those that were seen.
func (s shape) length(n int) bool {
	switch {
	case n == 0:
		return s.min == 0
	case s.numbers && (s.min < 6 || !s.integers), len(s.forms) > 0:
		return n <= 2*s.max+24
	case s.chars&blanks == 0 && s.min >= 8:
		return n >= s.min-max(1, s.min/8) && n <= s.max+max(1, s.max/8)
	}
	return n >= s.min/2 && n <= 2*s.max+8
}
