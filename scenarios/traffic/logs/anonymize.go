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
// they were.
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

// target treats the values of a query. Names stay, since programs look for them; a query
// without any is a value.
func (a *Anonymize) target(target string) string {
	how := a.how["queries"]
	path, query, found := strings.Cut(target, "?")
	if how == kept || !found {
		return target
	}
	fields := strings.Split(query, "&")
	for i, field := range fields {
		name, value, named := strings.Cut(field, "=")
		if !named {
			name, value = "", field
		}
		switch {
		case value == "":
		case how == dropped:
			value = ""
		default:
			value = a.hash("queries", value)
		}
		if named {
			value = name + "=" + value
		}
		fields[i] = value
	}
	return path + "?" + strings.Join(fields, "&")
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
