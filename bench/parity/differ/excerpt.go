package differ

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

const (
	nothing        = "nothing" // the excerpt of a part that is not there
	longestExcerpt = 120       // bytes
)

// shorten returns the begin of a text, in one line.
func shorten(s string) string { return around(s, 0) }

// around returns the text around an index, cut between characters, in one line.
func around(s string, at int) string {
	begin := max(0, at-longestExcerpt/3)
	end := min(len(s), begin+longestExcerpt)
	for begin > 0 && !utf8.RuneStart(s[begin]) {
		begin--
	}
	for end < len(s) && !utf8.RuneStart(s[end]) {
		end++
	}
	cut := strings.Join(strings.Fields(strings.ToValidUTF8(s[begin:end], "?")), " ")
	switch {
	case cut == "":
		return `""`
	case begin > 0:
		cut = "…" + cut
	}
	if end < len(s) {
		cut += "…"
	}
	return cut
}

// apart returns excerpts of two texts around their first difference.
func apart(a, b string) (string, string) {
	at := 0
	for at < len(a) && at < len(b) && a[at] == b[at] {
		at++
	}
	if at < longestExcerpt/2 && len(a) < longestExcerpt && len(b) < longestExcerpt {
		at = 0
	}
	return around(a, at), around(b, at)
}

// bytesApart returns the first offset at which two bodies differ, and a few bytes of
// both from there.
func bytesApart(a, b string) (offset int, inA, inB string) {
	for offset < len(a) && offset < len(b) && a[offset] == b[offset] {
		offset++
	}
	few := func(s string) string {
		return fmt.Sprintf("% x of %d bytes", s[offset:min(len(s), offset+8)], len(s))
	}
	return offset, few(a), few(b)
}

func offsetPlace(a, b string) Place {
	offset, _, _ := bytesApart(a, b)
	return Place(fmt.Sprintf("bytes %d", offset))
}

// amount returns a number of parts in words.
func amount(n int, name string) string {
	return fmt.Sprintf("%d × %s", n, strings.Trim(name, " >/@#"))
}
