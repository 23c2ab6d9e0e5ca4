package scenarios

import (
	"encoding/json"
	"regexp"
	"strings"
	"unicode"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// plain writes a text as a value that stands alone in its line.
func plain(s string) string {
	if bareText.MatchString(s) && readsAs(s, s) {
		return s
	}
	return quoted(s)
}

// flow writes a text as a value within braces or brackets.
func flow(s string) string {
	if bareFlow.MatchString(s) && readsAs(s, s) {
		return s
	}
	return quoted(s)
}

// Texts that need no quotes, if the parser of YAML agrees. Numbers do not, as they could be
// written in another way afterwards.
var (
	bareText = regexp.MustCompile(`^([\pL_/]|\./)( ?[\pL0-9_./=%?&+@{},():;'"…-])*$`)
	bareFlow = regexp.MustCompile(`^([A-Za-z_/]|\./)( ?[A-Za-z0-9_./=%+@-])*$`)
)

// quoted writes a text in quotes: the simple ones, where it holds what the others would
// escape.
func quoted(s string) string {
	single := "'" + strings.ReplaceAll(s, "'", "''") + "'"
	if strings.ContainsAny(s, `"\`) && strings.IndexFunc(s, func(c rune) bool { return !unicode.IsPrint(c) }) < 0 && readsAs(single, s) {
		return single
	}
	return double(s)
}

// double writes a text as JSON does, which is YAML as well.
func double(s string) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(s) // a string can be encoded, and a Builder written
	return unprintable.Replace(strings.TrimSuffix(b.String(), "\n"))
}

// unprintable are characters that stand in JSON as they are, but not in YAML.
var unprintable = strings.NewReplacer("\x7f", `\x7f`, "\u0085", `\u0085`, "\u00a0", `\u00a0`, "\ufeff", `\ufeff`)

// readsAs reports whether the value of a pair is read as a text.
func readsAs(written, text string) bool {
	if obvious.MatchString(text) && written == text {
		return true
	}
	file, err := parser.ParseBytes([]byte("a: "+written+"\n"), 0)
	if err != nil || len(file.Docs) != 1 {
		return false
	}
	pair, ok := file.Docs[0].Body.(*ast.MappingNode)
	if !ok || len(pair.Values) != 1 {
		return false
	}
	got, ok := scalar(pair.Values[0].Value)
	return ok && got == text
}

// obvious matches addresses, of which a scenario may hold thousands.
var obvious = regexp.MustCompile(`^/[A-Za-z0-9_./=%?&-]*$`)
