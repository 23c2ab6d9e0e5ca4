package logs

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// A treatment is what is done with a value.
type treatment int

const (
	kept treatment = iota
	hashed
	dropped
)

// parts are what can be anonymized.
var parts = []string{"clients", "hosts", "queries", "referrers", "agents"}

// Anonymize says what is removed of the people behind a log. Hashes are made with a key that
// is random and kept nowhere: equal values stay equal within a file, and nothing tells which
// they were. If anything is removed, messages about lines show their structure only.
type Anonymize struct {
	how   map[string]treatment
	key   []byte
	known map[string]string // hashes, as values come again
}

// ParseAnonymize reads words such as all, clients or referrers=drop.
func ParseAnonymize(words []string) (Anonymize, error) {
	a := Anonymize{how: map[string]treatment{}, known: map[string]string{}, key: make([]byte, 32)}
	_, _ = rand.Read(a.key) // never fails
	for _, word := range words {
		name, how, _ := strings.Cut(word, "=")
		t, known := map[string]treatment{"": hashed, "hash": hashed, "drop": dropped, "keep": kept}[how]
		switch {
		case !known:
			return a, fmt.Errorf("%q: want hash, drop or keep after =", word)
		case name == "all":
			for _, part := range parts {
				a.how[part] = t
			}
		case slices.Contains(parts, name):
			a.how[name] = t
		default:
			return a, fmt.Errorf("%q cannot be anonymized: want %s or all", name, strings.Join(parts, ", "))
		}
	}
	if len(words) == 0 {
		return Anonymize{}, errors.New("nothing is named")
	}
	return a, nil
}

// any reports whether anything is removed.
func (a *Anonymize) any() bool {
	return slices.ContainsFunc(parts, func(part string) bool { return a.how[part] != kept })
}

func (a *Anonymize) client(text []byte) string { return a.value("clients", text, "%s") }
func (a *Anonymize) host(text []byte) string   { return a.value("hosts", text, "%s.invalid") }
func (a *Anonymize) referrer(text []byte) string {
	return a.value("referrers", text, "http://%s.invalid/")
}
func (a *Anonymize) agent(text []byte) string { return a.value("agents", text, "%s") }

// value treats a text; hashes get their place in a form.
func (a *Anonymize) value(part string, text []byte, form string) string {
	switch {
	case len(text) == 0 || a.how[part] == dropped:
		return ""
	case a.how[part] == kept:
		return string(text)
	}
	return fmt.Sprintf(form, a.hash(part, string(text)))
}

// methods are those that are shown: those of RFC 9110, RFC 5789 and WebDAV (RFC 4918). A
// client may send any other word.
var methods = []string{"GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH",
	"PROPFIND", "PROPPATCH", "MKCOL", "COPY", "MOVE", "LOCK", "UNLOCK", "REPORT", "SEARCH", "PURGE", "PRI"}

// method returns a method as it may be shown.
func (a *Anonymize) method(method string) string {
	if !slices.Contains(methods, method) && a.any() {
		return otherMethod
	}
	return method
}

// mostKnown bounds the hashes that are remembered.
const mostKnown = 1 << 14

// hash returns 16 digits. The same text has another hash in another part: a client cannot be
// found by a query that names it.
func (a *Anonymize) hash(part, text string) string {
	key := part + "\x00" + text
	if h, known := a.known[key]; known {
		return h
	}
	mac := hmac.New(sha256.New, a.key)
	mac.Write([]byte(key))
	h := hex.EncodeToString(mac.Sum(nil)[:8])
	if len(a.known) >= mostKnown {
		clear(a.known)
	}
	a.known[key] = h
	return h
}
