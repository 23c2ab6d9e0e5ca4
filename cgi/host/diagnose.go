package host

import (
	"bytes"
	"errors"
	"regexp"
	"sync"
)

// A symptom is a mark of a common mistake in an output that has no valid head.
type symptom struct {
	mark *regexp.Regexp
	hint string
}

// symptoms are those that diagnose knows. The first that the output shows counts, so
// that a failure of the program comes before what it did to the head.
var symptoms = sync.OnceValue(func() (all []symptom) {
	for _, s := range [][2]string{
		// The program failed, and its message stands in place of the head.
		{`\A<!--: spam|Traceback \(most recent call last\)`,
			"a Python program failed, and printed its traceback (as cgitb does) in place of its head: the output holds the traceback; cgitb.enable(display=0, logdir=DIR) keeps it out of answers"},
		{`(?m)^\S*:\d+: \w*Warning: `,
			"a warning of Python precedes the head: correct its cause, and do not redirect standard error to standard output (2>&1); PYTHONWARNINGS=ignore hides warnings"},
		{`(?m)^Fatal error: exception `, "an OCaml program failed, and printed its message in place of its head: see the output for the reason"},
		{`(?m)^\s*(<br />\s*)?(<b>)?(PHP )?(Warning|Notice|Deprecated|Fatal error|Parse error|Strict Standards|Catchable fatal error)(</b>)?: `,
			"a message of PHP precedes the head: correct its cause; display_errors=stderr keeps messages out of answers, and php-cgi, unlike php, prints a head before them"},
		{`(?m)^panic: |^goroutine \d+ \[`, "a Go program panicked, and its standard error goes to standard output: see the output for the reason"},
		{`(?m)^thread '.*' (\(\d+\) )?panicked at `, "a Rust program panicked, and its standard error goes to standard output: see the output for the reason"},
		{`(?m)^stack traceback:$`, "a Lua program failed, and printed its stack in place of its head: see the output for the reason"},
		{`(?m)^    while executing$`, "a Tcl program failed, and printed its stack in place of its head: see the output for the reason"},
		{`(?m)\A.*\.rb:\d+:in |^\tfrom .*\.rb:\d+`, "a Ruby program failed, and printed its message in place of its head: see the output for the reason"},
		{`(?m)^Exception in thread |^\tat [\w.$]+\(`, "a Java program failed, and printed its stack in place of its head: see the output for the reason"},
		{`(?m)^ +at .*:\d+:\d+\)?$`, "a JavaScript program failed, and printed its stack in place of its head: see the output for the reason"},
		{`(?m) at \S+ line \d+(\.?(\r?$|<)|, <)`,
			"a message of Perl (die or warn) precedes the head: correct its cause; messages reach standard output if STDERR was redirected there, or if a handler prints them before Content-Type"},
		{`(?m)^(Segmentation fault|Aborted|Bus error|Illegal instruction|Killed|Floating point exception|Out of memory)( \(core dumped\))?\r?$|^\*\*\* .*: terminated`,
			"a process of the program was killed, and the message of that precedes the head: see the output for the reason"},
		{`(?m)^\S+: (line )?\d+: `, "a message of the shell precedes the head: correct its cause, and do not redirect standard error to standard output (2>&1)"},
		{`\A\++ `, "the trace of the shell (set -x) goes to standard output: remove it, or do not redirect standard error there (2>&1)"},

		// The head begins with something else.
		{`\AHTTP/\d`, "the output begins with a status line, as only scripts whose name begins with nph- may print: leave that out (header(-nph => 1) of CGI.pm prints it), or name the script nph-…"},
		{`\A<\?php`, "the output is the source of a PHP program: its interpreter is not PHP"},
		{`\A-[neE]+ `, "the shell's echo knows no options, and prints them: use printf 'Content-Type: text/html\\n\\n'"},
		{`\A\s*<`, "the output begins with the page in place of its head: print Content-Type: text/html and an empty line before it"},
		{`\A\s*[{\[]`, "the output begins with the data in place of its head: print Content-Type: application/json and an empty line before it"},
		{`\A\r?\n`, "the output begins with an empty line, which ends the head before its first field: find what prints it, such as an empty line before <?php or after #!"},
		{`\A[ \t]`, "the output begins with a blank: the name of a field is at the beginning of its line"},

		// The lines end in the wrong way.
		{`\r\r\n`, "the lines end in CR CR LF: a \\r\\n was translated once more; print \\n alone, or set the output to binary"},
		{`\A[^\n]*\r[^\n]`, "the lines end in CR alone: end them in LF, or in CR LF"},
		{`(?i)\A[a-z-]+:[^\n]*\\[nr]`, `the output holds the two characters \n in place of a line end: print them with printf in a shell, and within double quotes in Perl and PHP`},

		// A field is wrong, or the head does not end.
		{`(?im)^content[ _]type[ \t]*:`, "a name of a field has a hyphen: it is written Content-Type: text/html"},
		{`(?im)^[a-z-]+[ \t]+:`, "a blank precedes the colon of a field: remove it"},
		{`(?im)^(content-type|status|location)[ \t=]+[^:\s]`, "a field has no colon after its name: it is written Content-Type: text/html"},
		{`(?i)\A([a-z-]+:[^\n]*\n)*[a-z-]*:?[^\n]*[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]`, "a field holds a control character, such as the colours of a terminal: remove it, or encode it"},
		{`(?i)\A([a-z-]+:[^\n]*\n)+[ \t]+\S`, "a field is continued on a second line: each is one line (RFC 3875 §6.3)"},
		{`(?i)\A([a-z-]+:[^\n]*\n)*content-type:[^\n]*\n([^\n:]+(\n|\z)|\s*<)`, "the empty line between the head and the page is missing"},
		{`(?i)\A([a-z-]+:[^\n]*\n)*[a-z-]+:[^\n]*\n?\z`, "the empty line that ends the head is missing: print it also if no body follows"},
		{`(?i)\A([a-z-]+:[^\n]*\n)+\r?\n`, "print one of Content-Type, Location and Status with a valid value, and then an empty line"},
		{`\A\z`, "run it by hand: it may have failed before its first output; its messages are on standard error"},
	} {
		all = append(all, symptom{regexp.MustCompile(s[0]), s[1]})
	}
	return all
})

// noHead is the hint for an output with none of the symptoms.
const noHead = "the first lines of the output must be fields, such as Content-Type: text/html, and then an empty line: the output shows what precedes them"

const aFile = "the output begins with the file in place of its head: print its Content-Type and an empty line before it"

// openings are the first bytes of outputs in another form than text.
var openings = []struct{ bytes, hint string }{
	{"\xef\xbb\xbf", "the output begins with a byte order mark, which hides the first field: save the program, and the files that it prints or includes, as UTF-8 without one"},
	{"\xff\xfe\x00\x00", "the output is in UTF-32: print the head in ASCII, and the page in UTF-8"},
	{"\x00\x00\xfe\xff", "the output is in UTF-32: print the head in ASCII, and the page in UTF-8"},
	{"\xff\xfe", "the output is in UTF-16: print the head in ASCII, and the page in UTF-8"},
	{"\xfe\xff", "the output is in UTF-16: print the head in ASCII, and the page in UTF-8"},
	{"C\x00o\x00", "the output is in UTF-16: print the head in ASCII, and the page in UTF-8"},
	{"\x00C\x00o", "the output is in UTF-16: print the head in ASCII, and the page in UTF-8"},
	{"\x89PNG", aFile},
	{"GIF8", aFile},
	{"\xff\xd8\xff", aFile},
	{"%PDF", aFile},
	{"PK\x03\x04", aFile},
	{"\x1f\x8b", "the output is compressed, its head included: print the head first, with Content-Encoding: gzip, and compress the page alone"},
}

// A fieldError is a field that has another value than it may have.
type fieldError struct {
	error
	hint string
}

// hint returns the likely mistake.
func (e *badHead) hint() string {
	if field, ok := errors.AsType[*fieldError](e.err); ok {
		return field.hint
	}
	return diagnose(e.output)
}

// diagnose returns the likely mistake in an output without a valid head, and what to
// do about it.
func diagnose(output []byte) string {
	for _, o := range openings {
		if bytes.HasPrefix(output, []byte(o.bytes)) {
			return o.hint
		}
	}
	for _, s := range symptoms() {
		if s.mark.Match(output) {
			return s.hint
		}
	}
	return noHead
}
