package accesslog

import (
	"fmt"
	"regexp"
	"strings"
)

// A field of a format.
type field struct {
	name          string
	set           setter
	before, after string // literal text that belongs to the field
	literal       string // instead of a field
}

// blanks matches the fields that may hold a blank: names of users, which servers log as they
// are, lists of addresses, and times with a blank in their format.
var blanks = regexp.MustCompile(`(?i)^(%[<>]?u|\$remote_user|.*forwarded.*|\$time_local|%\{.* .*\}t)$`)

// compile reads a format. next returns the field at the begin of a text and its length, or 0
// if the text begins with literal text.
func compile(name, format string, next func(string) (field, int, error)) (*Format, error) {
	var all parts
	literal, last := "", part{}
	end := func() error {
		last.until = []byte(literal)
		if last.set != nil && literal == "" {
			return fmt.Errorf("format %q: %s is followed by another field without text between them", name, last.name)
		}
		if last.set != nil || literal != "" {
			all = append(all, last)
		}
		return nil
	}
	for rest := format; rest != ""; {
		f, n, err := next(rest)
		if err != nil {
			return nil, fmt.Errorf("format %q: %w", name, err)
		}
		switch {
		case n == 0:
			literal, rest = literal+rest[:1], rest[1:]
			continue
		case f.literal != "":
			literal, rest = literal+f.literal, rest[n:]
			continue
		}
		literal += f.before
		if err := end(); err != nil {
			return nil, err
		}
		last = part{name: f.name, set: f.set, quoted: strings.HasSuffix(literal, `"`) && strings.HasPrefix(rest[n:], `"`), blanks: blanks.MatchString(f.name)}
		literal, rest = f.after, rest[n:]
	}
	if last.set == nil {
		return nil, fmt.Errorf("format %q has no field: it needs those of Apache (%%h) or nginx ($remote_addr)", name)
	}
	last.until = []byte(literal)
	all = append(all, last)
	return &Format{Name: name, parse: all.parse}, nil
}
