package differ

import (
	"encoding/json"
	"errors"
	"io"
	"math/big"
	"strconv"
	"strings"
)

// deepest is the number of levels of JSON or XML that are read by structure. The parser of
// HTML has the same limit. The place of each value is as long as it is deep, so the memory
// of a body grows with the square of its depth.
const deepest = 512

var errDeep = errors.New("the values are nested too deeply")

// json reads a body by value. It returns nil if it is not one JSON text, or is nested too
// deeply.
func (r reader) json(body string) *node {
	d := json.NewDecoder(strings.NewReader(body))
	d.UseNumber()
	n, err := r.value(d, "", 0)
	if err != nil {
		return nil
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil
	}
	n.sep, n.name = "", "json"
	return n.seal()
}

// value reads the next value. Pointer is its place (RFC 6901), and depth the number of
// values around it.
func (r reader) value(d *json.Decoder, pointer string, depth int) (*node, error) {
	if depth > deepest {
		return nil, errDeep
	}
	token, err := d.Token()
	if err != nil {
		return nil, err
	}
	switch v := token.(type) {
	case json.Delim:
		if v == '{' {
			return r.object(d, pointer, depth)
		}
		return r.array(d, pointer, depth)
	case string:
		return leaf(text, "/", "", r.neutral(v)), nil
	case json.Number:
		return leaf(number, "/", "", canonical(v.String())), nil
	case bool:
		return leaf(literal, "/", "", strconv.FormatBool(v)), nil
	}
	return leaf(literal, "/", "", "null"), nil
}

func (r reader) object(d *json.Decoder, pointer string, depth int) (*node, error) {
	n := &node{kind: record, sep: "/"}
	for d.More() {
		token, err := d.Token()
		if err != nil {
			return nil, err
		}
		key, _ := token.(string)
		if err := r.member(n, d, pointer, escapePointer.Replace(key), depth); err != nil {
			return nil, err
		}
	}
	_, err := d.Token()
	return n, err
}

func (r reader) array(d *json.Decoder, pointer string, depth int) (*node, error) {
	n := &node{kind: list, sep: "/"}
	for i := 0; d.More(); i++ {
		if err := r.member(n, d, pointer, strconv.Itoa(i), depth); err != nil {
			return nil, err
		}
	}
	_, err := d.Token()
	return n, err
}

// member adds a value to an object or an array, unless it is not compared.
func (r reader) member(n *node, d *json.Decoder, pointer, name string, depth int) error {
	pointer += "/" + name
	v, err := r.value(d, pointer, depth+1)
	if err != nil || r.ignore.pointer(pointer) {
		return err
	}
	if v.name = name; n.kind == list {
		v.name = item
	}
	n.kids = append(n.kids, v.seal())
	return nil
}

var escapePointer = strings.NewReplacer("~", "~0", "/", "~1")

// canonical returns a number in one form: 1.50 and 15e-1 are the same value.
func canonical(n string) string {
	if len(n) > 40 {
		return n
	}
	if _, exponent, found := strings.Cut(strings.ToLower(n), "e"); found && len(exponent) > 3 {
		return n
	}
	v, ok := new(big.Rat).SetString(n)
	if !ok {
		return n
	}
	if v.IsInt() {
		return v.Num().String()
	}
	digits, _ := v.FloatPrec()
	return v.FloatString(digits)
}
