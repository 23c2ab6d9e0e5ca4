package accesslog

import (
	"fmt"
	"regexp"
	"strings"
	"time"
)

// Names of formats that servers ship.
var apacheFormats = map[string]string{
	"common":         `%h %l %u %t "%r" %>s %b`,
	"combined":       `%h %l %u %t "%r" %>s %b "%{Referer}i" "%{User-Agent}i"`,
	"vhost_combined": `%v:%p %h %l %u %t "%r" %>s %O "%{Referer}i" "%{User-Agent}i"`,
	"vhost_common":   `%v %h %l %u %t "%r" %>s %b`,

	more: `%h %l %u %t "%r" %>s %b "%{Referer}i" "%{User-Agent}i" %{other}n`,
}

// more is the name of the format combined with fields of any kind at the end, as nginx's
// main and many of Apache's users have it.
const more = "combined with more fields"

// A directive of Apache's LogFormat (mod_log_config): a percent sign, status codes, < or >, an
// argument in braces, and letters.
var apacheDirective = regexp.MustCompile(`^%!?[0-9,]*[<>]?(\{[^}]*\})?(\^[a-zA-Z]{2}|[<>]?[a-zA-Z%])`)

// Apache returns the format of a LogFormat of Apache's mod_log_config, or of its nickname:
// common, combined, vhost_combined or vhost_common.
func Apache(format string) (*Format, error) {
	name := format
	if shipped, known := apacheFormats[format]; known {
		format = shipped
	}
	return compile(name, strings.ReplaceAll(format, `\"`, `"`), apacheField)
}

// targetInTwo are the path and the query: together the target, as a query begins with a
// question mark.
const targetInTwo = "%U%q"

// apacheField returns the field at the begin of a format, if there is one, and its length.
func apacheField(format string) (f field, length int, err error) {
	if !strings.HasPrefix(format, "%") {
		return f, 0, nil
	}
	if strings.HasPrefix(format, targetInTwo) {
		return field{name: targetInTwo, set: setTarget}, len(targetInTwo), nil
	}
	m := apacheDirective.FindStringSubmatch(format)
	if m == nil {
		return f, 0, fmt.Errorf("%q is no directive of LogFormat", firstWord(format))
	}
	if m[2] == "%" {
		return field{literal: "%"}, len(m[0]), nil
	}
	f = field{name: m[0]}
	f.set, f.before, f.after, err = apacheSetter(strings.Trim(m[2], "<>"), strings.Trim(m[1], "{}"))
	return f, len(m[0]), err
}

// apacheSetter returns the setter of a directive, and the text that the server writes
// around its value.
func apacheSetter(letter, argument string) (set setter, before, after string, err error) {
	switch letter {
	case "h", "a":
		return setClient, "", "", nil
	case "t":
		return apacheTime(argument)
	case "r":
		return setRequest, "", "", nil
	case "m":
		return setMethod, "", "", nil
	case "U":
		return setTarget, "", "", nil
	case "q":
		return setQuery, "", "", nil
	case "s":
		return setStatus, "", "", nil
	case "b", "B", "O":
		return setBytes, "", "", nil
	case "v", "V":
		return setHost, "", "", nil
	case "D":
		return tookIn(time.Microsecond), "", "", nil
	case "T":
		return apacheTook(argument)
	case "i":
		return headerSetter(argument), "", "", nil
	}
	return skip, "", "", nil
}

func apacheTook(argument string) (setter, string, string, error) {
	units := map[string]time.Duration{"": time.Second, "s": time.Second, "ms": time.Millisecond, "us": time.Microsecond}
	unit, known := units[argument]
	if !known {
		return nil, "", "", fmt.Errorf("%%{%s}T has a unit other than s, ms and us", argument)
	}
	return tookIn(unit), "", "", nil
}

// apacheTime returns the setter of %t: with an argument a layout of strftime(3), or a time
// since 1970. Without, it is in brackets.
func apacheTime(argument string) (setter, string, string, error) {
	argument = strings.TrimPrefix(strings.TrimPrefix(argument, "begin:"), "end:")
	switch argument {
	case "":
		return setLocal, "[", "]", nil
	case "sec":
		return since(time.Second), "", "", nil
	case "msec":
		return since(time.Millisecond), "", "", nil
	case "usec":
		return since(time.Microsecond), "", "", nil
	case "msec_frac":
		return fraction(time.Millisecond), "", "", nil
	case "usec_frac":
		return fraction(time.Microsecond), "", "", nil
	case "%z":
		return setZone, "", "", nil
	}
	set, err := strftime(argument)
	return set, "", "", err
}

// headerSetter returns the setter of a field of the request's header.
func headerSetter(name string) setter {
	switch strings.ToLower(name) {
	case "referer":
		return setReferrer
	case "user-agent":
		return setUserAgent
	case "host":
		return setHost
	case "x-forwarded-for":
		return setForwarded
	}
	return skip
}

// Conversions of strftime(3) in layouts of package time.
var conversions = map[byte]string{
	'd': "02", 'e': "_2", 'm': "01", 'b': "Jan", 'h': "Jan", 'B': "January", 'Y': "2006", 'y': "06", 'H': "15", 'I': "03", 'M': "04", 'S': "05",
	'p': "PM", 'z': "-0700", 'Z': "MST", 'a': "Mon", 'A': "Monday", 'T': "15:04:05", 'R': "15:04", 'D': "01/02/06", 'F': "2006-01-02", '%': "%", 'n': "\n", 't': "\t",
}

func strftime(format string) (setter, error) {
	if format == "%s" {
		return since(time.Second), nil
	}
	var b strings.Builder
	for i := 0; i < len(format); i++ {
		if format[i] != '%' || i+1 == len(format) {
			b.WriteByte(format[i])
			continue
		}
		i++
		conversion, known := conversions[format[i]]
		if !known {
			return nil, fmt.Errorf("%%%c of %q is no conversion of a time that is supported here", format[i], format)
		}
		b.WriteString(conversion)
	}
	return layout(b.String(), true), nil
}

func firstWord(s string) string {
	word, _, _ := strings.Cut(s, " ")
	return word
}
