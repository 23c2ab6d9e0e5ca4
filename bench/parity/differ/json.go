package differ

import (
	"encoding/json"
	"errors"
	"io"
	"math/big"
	"strconv"
	"strings"
)

// json reads a body by value. It returns nil if it is not one JSON text.
func (r reader) json(body string) *node {
	d := json.NewDecoder(strings.NewReader(body))
	d.UseNumber()
	n, err := r.value(d, "")
	if err != nil {
		return nil
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil
	}
	n.sep, n.name = "", "json"
	return n.seal()
}

// value reads the next value. Pointer is its place (RFC 6901).
func (r reader) value(d *json.Decoder, pointer string) (*node, error) {
	token, err := d.Token()
	if err != nil {
		return nil, err
	}
	switch v := token.(type) {
	case json.Delim:
		if v == '{' {
			return r.object(d, pointer)
		}
		return r.array(d, pointer)
	case string:
		return leaf(text, "/", "", r.neutral(v)), nil
	case json.Number:
		return leaf(number, "/", "", canonical(v.String())), nil
	case bool:
		return leaf(literal, "/", "", strconv.FormatBool(v)), nil
	}
	return leaf(literal, "/", "", "null"), nil
}

func (r reader) object(d *json.Decoder, pointer string) (*node, error) {
	n := &node{kind: record, sep: "/"}
	for d.More() {
		token, err := d.Token()
		if err != nil {
			return nil, err
		}
		key, _ := token.(string)
		if err := r.member(n, d, pointer, escapePointer.Replace(key), false); err != nil {
			return nil, err
		}
	}
	_, err := d.Token()
	return n, err
}

func (r reader) array(d *json.Decoder, pointer string) (*node, error) {
	n := &node{kind: list, sep: "/"}
	for i := 0; d.More(); i++ {
		if err := r.member(n, d, pointer, strconv.Itoa(i), true); err != nil {
			return nil, err
		}
	}
	_, err := d.Token()
	return n, err
}

// member adds a value to an object or an array, unless it is not compared.
func (r reader) member(n *node, d *json.Decoder, pointer, name string, indexed bool) error {
	pointer += "/" + name
	v, err := r.value(d, pointer)
	if err != nil || r.ignore.pointer(pointer) {
		return err
	}
	if v.name = name; indexed {
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
