package visitor

import (
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/classibench/classibench/bench/parity/trial"
)

// Plain returns the answer with the tokens of a visitor replaced by the words of the list
// of requests. Values of marks stay: the list has none for them.
func (c *Canaries) Plain(a trial.Answer, visitor int) trial.Answer {
	words, quoted := map[string]string{}, []string(nil)
	for _, t := range c.tokens(visitor) {
		if t.mark {
			continue
		}
		words[strings.ToLower(t.value)] = t.like
		quoted = append(quoted, regexp.QuoteMeta(t.value))
	}
	if len(words) == 0 {
		return a
	}
	slices.SortFunc(quoted, func(a, b string) int { return len(b) - len(a) })
	tokens := regexp.MustCompile(`(?i)` + strings.Join(quoted, "|"))
	return replaced(a, func(text string) string {
		return tokens.ReplaceAllStringFunc(text, func(s string) string { return recased(words[strings.ToLower(s)], s) })
	})
}

// replaced returns an answer with its texts changed.
func replaced(a trial.Answer, f func(string) string) trial.Answer {
	a.Body = []byte(f(string(a.Body)))
	a.Header = maps.Clone(a.Header)
	for name, values := range a.Header {
		values = slices.Clone(values)
		for i, v := range values {
			values[i] = f(v)
		}
		a.Header[name] = values
	}
	return a
}

// recased returns a text with upper and lower case as in another of the same length.
func recased(text, like string) string {
	out := []byte(text)
	for i, c := range out {
		if i < len(like) && isLetter(c) && isLetter(like[i]) {
			out[i] = c&^0x20 | like[i]&0x20
		}
	}
	return string(out)
}

// sameWords compares answers word by word, except the words in which two equal runs
// differ. If these differ in number, only status and type are compared.
func sameWords(a, b []trial.Exchange) Same {
	noise := map[string]map[int]bool{} // by request; nil if the whole body is noise
	for i, e := range a {
		varies, ok := varying(e.Answer, b[i].Answer)
		key := identity(e.Step.Request)
		if before, twice := noise[key]; twice && before == nil || !ok {
			varies = nil
		} else {
			maps.Copy(varies, before)
		}
		noise[key] = varies
	}
	return func(r trial.Request, want, got trial.Answer) bool {
		if want.Status != got.Status || want.Failure != got.Failure || mediaType(want) != mediaType(got) || !sameRedirect(want.Header, got.Header) {
			return false
		}
		masked := noise[identity(r)]
		if masked == nil {
			return true
		}
		varies, ok := varying(want, got)
		for i := range varies {
			ok = ok && masked[i]
		}
		return ok
	}
}

// sameRedirect compares the paths of redirects: their parameters may be new each time.
func sameRedirect(want, got http.Header) bool {
	a, _, _ := strings.Cut(want.Get("Location"), "?")
	b, _, _ := strings.Cut(got.Get("Location"), "?")
	return len(words.FindAllString(a, -1)) == len(words.FindAllString(b, -1))
}

// varying returns the indexes of the words in which two bodies differ. It fails if they
// have different numbers of words.
func varying(a, b trial.Answer) (map[int]bool, bool) {
	ours, theirs := words.FindAll(a.Body, -1), words.FindAll(b.Body, -1)
	if len(ours) != len(theirs) {
		return nil, false
	}
	all := map[int]bool{}
	for i := range ours {
		if string(ours[i]) != string(theirs[i]) {
			all[i] = true
		}
	}
	return all, true
}
