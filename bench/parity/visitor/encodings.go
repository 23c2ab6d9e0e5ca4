package visitor

import (
	"encoding/base64"
	"encoding/hex"
	"html"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf16"
)

// views returns a text as it is, and decoded where that differs.
func views(place, text string) contents {
	all := contents{{place, "", strings.ToLower(text), text}}
	for _, v := range []struct{ encoding, decoded string }{
		{"HTML", html.UnescapeString(text)},
		{"percent", percentDecoded(text)},
		{"JSON", jsonDecoded(text)},
	} {
		if v.decoded != text {
			all = append(all, content{place, v.encoding, strings.ToLower(v.decoded), v.decoded})
		}
	}
	return all
}

// percentDecoded decodes what is valid, and + as a space (HTML, form-urlencoded).
func percentDecoded(text string) string {
	if !strings.ContainsAny(text, "%+") {
		return text
	}
	var out strings.Builder
	out.Grow(len(text))
	for i := 0; i < len(text); i++ {
		if text[i] == '%' && i+2 < len(text) {
			if b, err := hex.DecodeString(text[i+1 : i+3]); err == nil {
				out.Write(b)
				i += 2
				continue
			}
		}
		if text[i] == '+' {
			out.WriteByte(' ')
			continue
		}
		out.WriteByte(text[i])
	}
	return out.String()
}

var jsonEscape = regexp.MustCompile(`\\(?:u[0-9a-fA-F]{4}(?:\\u[dD][c-fC-F][0-9a-fA-F]{2})?|["\\/bfnrt])`)

// jsonDecoded decodes the escapes of strings of JSON (RFC 8259 §7) and of scripts,
// wherever they are.
func jsonDecoded(text string) string {
	if !strings.Contains(text, `\`) {
		return text
	}
	return jsonEscape.ReplaceAllStringFunc(text, func(s string) string {
		if s[1] != 'u' {
			return string("\"\\/\b\f\n\r\t"[strings.IndexByte(`"\/bfnrt`, s[1])])
		}
		high, _ := strconv.ParseUint(s[2:6], 16, 16) // the expression allows hex digits only
		if len(s) == 6 {
			return string(rune(high))
		}
		low, _ := strconv.ParseUint(s[8:], 16, 16)
		return string(utf16.DecodeRune(rune(high), rune(low)))
	})
}

// leastCore is the least length of a base64 text that is searched.
const leastCore = 6

// base64Cores returns the texts of which one is in every base64 text (RFC 4648 §4 and §5)
// that holds the value, by its offset in a group of three bytes.
func base64Cores(value string) (all []string) {
	for offset := range 3 {
		encoded := base64.RawStdEncoding.EncodeToString([]byte("\x00\x00"[:offset] + value))
		first := []int{0, 2, 3}[offset]       // characters that depend on the bytes before
		last := (offset + len(value)) * 8 / 6 // characters that depend on no byte after
		if core := encoded[first:last]; len(core) >= leastCore {
			all = append(all, core)
		}
	}
	return all
}

// containsWord reports whether a text holds a word with a boundary at one of its ends:
// programs join words, but a token in the middle of random letters is chance.
func containsWord(text, word string) bool {
	for at := 0; ; {
		i := strings.Index(text[at:], word)
		if i < 0 || word == "" {
			return false
		}
		begin, end := at+i, at+i+len(word)
		if begin == 0 || !isAlnum(text[begin-1]) || end == len(text) || !isAlnum(text[end]) {
			return true
		}
		at = begin + 1
	}
}

func isAlnum(c byte) bool { return isLetter(c) || isDigit(c) }
