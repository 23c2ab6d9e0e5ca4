package visitor

import (
	"bytes"
	"encoding/json"
)

func members(body []byte, all map[string]string) {
	depths := map[string]int{}
	for m := range jsonScalars(body) {
		if m.name == "" {
			continue
		}
		if depth, seen := depths[m.name]; !seen || m.depth <= depth {
			all[m.name], depths[m.name] = m.text, m.depth
		}
	}
}

// A scalar is a string or a number in a JSON text.
type scalar struct {
	path  string // with * for the index of an array
	name  string // of its member; empty in an array and at the top
	text  string
	depth int

	number bool
}

// jsonScalars iterates over the strings and numbers of a JSON text, as far as it is
// valid.
func jsonScalars(body []byte) func(yield func(scalar) bool) {
	return func(yield func(scalar) bool) {
		d := json.NewDecoder(bytes.NewReader(body))
		d.UseNumber()
		readJSON(d, scalar{}, yield)
	}
}

// deepest is how deep a JSON text is read: each level is a call.
const deepest = 1000

// readJSON reads a value at a place. It reports whether to go on.
func readJSON(d *json.Decoder, at scalar, yield func(scalar) bool) bool {
	token, err := d.Token()
	if err != nil || at.depth > deepest {
		return false
	}
	switch t := token.(type) {
	case json.Delim:
		return readComposite(d, t, at, yield)
	case string:
		at.text = t
		return yield(at)
	case json.Number:
		at.text, at.number = t.String(), true
		return yield(at)
	}
	return true
}

func readComposite(d *json.Decoder, open json.Delim, at scalar, yield func(scalar) bool) bool {
	for d.More() {
		next := scalar{path: at.path + "/*", depth: at.depth + 1}
		if open == '{' {
			key, err := d.Token()
			if err != nil {
				return false
			}
			next.name, _ = key.(string)
			next.path = at.path + "/" + next.name
		}
		if !readJSON(d, next, yield) {
			return false
		}
	}
	_, err := d.Token()
	return err == nil
}
