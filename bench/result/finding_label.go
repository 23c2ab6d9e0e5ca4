package result

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"mime"
	"mime/multipart"
	"net/url"
	"slices"
	"strings"
)

// labeled returns short, and the field that tells a step from those that look the same without it,
// such as "POST /ads (price=80)".
func (s VerifiedStep) labeled(among []VerifiedStep) string {
	mine := s.fields()
	var others [][]field
	for _, o := range among {
		if fields := o.fields(); o.short() == s.short() && !slices.Equal(fields, mine) {
			others = append(others, fields)
		}
	}
	if name := distinct(mine, others); name != "" {
		return s.short() + " (" + shown(mine, name) + ")"
	}
	return s.short()
}

// distinct returns the name of the first field whose value none of the others has, or else of one
// that some of them do not have. It is empty if there are no others.
func distinct(mine []field, others [][]field) (some string) {
	for _, f := range slices.Concat(mine, slices.Concat(others...)) {
		unlike := 0
		for _, o := range others {
			if valueOf(o, f.name) != valueOf(mine, f.name) {
				unlike++
			}
		}
		switch {
		case unlike > 0 && unlike == len(others):
			return f.name
		case unlike > 0:
			some = cmp.Or(some, f.name)
		}
	}
	return some
}

// A field is a parameter, a field of a form, a member of JSON or a header field.
type field struct{ name, value string }

// absent is the value of a field that a request does not have. No request can send it.
const absent = "\x00absent"

func valueOf(fields []field, name string) string {
	var values []string
	for _, f := range fields {
		if f.name == name {
			values = append(values, f.value)
		}
	}
	if values == nil {
		return absent
	}
	return strings.Join(values, ", ")
}

// shown returns the name and the value of a field, briefly.
func shown(fields []field, name string) string {
	const most = 32
	value := valueOf(fields, name)
	if value == absent {
		return "without " + name
	}
	if r := []rune(value); len(r) > most {
		value = string(r[:most]) + "…"
	}
	return name + "=" + value
}

// fields returns what a request sends: the parameters in its URL, the fields of its body, and
// those of its header.
func (s VerifiedStep) fields() (all []field) {
	_, query, _ := strings.Cut(s.URL, "?")
	all = append(pairs(query), s.bodyFields()...)
	for _, name := range slices.Sorted(maps.Keys(s.Header)) {
		if name != "Content-Type" && name != "Content-Length" {
			all = append(all, field{name, strings.Join(s.Header[name], ", ")})
		}
	}
	return all
}

// bodyFields reads a form, or the members of a JSON object. Any other body is one field.
func (s VerifiedStep) bodyFields() (all []field) {
	mediaType, params := "", map[string]string(nil)
	if t := s.Header["Content-Type"]; len(t) > 0 {
		mediaType, params, _ = mime.ParseMediaType(t[0]) // else it is any body
	}
	var object map[string]json.RawMessage
	switch {
	case s.Body == "":
		return nil
	case strings.HasPrefix(mediaType, "multipart/"):
		all = parts(s.Body, params["boundary"])
	case json.Unmarshal([]byte(s.Body), &object) == nil:
		for _, name := range slices.Sorted(maps.Keys(object)) {
			all = append(all, field{name, strings.Trim(string(object[name]), `"`)})
		}
	case mediaType == "application/x-www-form-urlencoded" || mediaType == "" && strings.Contains(s.Body, "="):
		all = pairs(s.Body)
	}
	if len(all) == 0 {
		return []field{{"body", s.Body}}
	}
	return all
}

// pairs reads a query string or an encoded form.
func pairs(encoded string) (all []field) {
	for _, pair := range strings.FieldsFunc(encoded, func(c rune) bool { return c == '&' || c == ';' }) {
		name, value, _ := strings.Cut(pair, "=")
		all = append(all, field{unescaped(name), unescaped(value)})
	}
	return all
}

func unescaped(s string) string {
	if plain, err := url.QueryUnescape(s); err == nil {
		return plain
	}
	return s
}

// parts reads the fields of a multipart form (RFC 7578) as far as it is well-formed.
func parts(body, boundary string) (all []field) {
	r := multipart.NewReader(strings.NewReader(body), boundary)
	for n := 0; ; n++ {
		p, err := r.NextRawPart()
		if err != nil {
			return all
		}
		value, err := io.ReadAll(p)
		if err != nil {
			return all
		}
		all = append(all, field{cmp.Or(p.FormName(), fmt.Sprintf("part %d", n+1)), string(value)})
	}
}
