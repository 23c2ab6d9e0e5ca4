package traffic

import (
	"bytes"
	"fmt"
	"io"
	"sort"
)

// A thinner passes JSON on, with long strings cut short unless they belong to a request.
// The bodies of answers are most of a HAR file, and nothing here needs them: a decoder that
// reads from a thinner needs little memory.
type thinner struct {
	src io.Reader
	buf []byte       // for reading
	out bytes.Buffer // ready to be passed on

	name    string // of the next value
	depth   int    // arrays and objects around
	request int    // of these, the request and all within it

	text     []byte // the begin of the last string
	length   int    // of the last string, as it is written
	inString bool
	cutting  bool // the rest of the string is removed
	escape   int  // bytes of an escape sequence that are still to come

	passed, removed int64 // bytes
	cuts            []cut
}

// A cut is a place, in what is passed on, before which bytes were removed.
type cut struct{ at, removed int64 }

const (
	longestName = 16      // bytes of a name that are compared
	longestKept = 4 << 10 // bytes of a string outside a request
	deepest     = 10_000  // arrays and objects in each other, as in encoding/json
)

func newThinner(src io.Reader) *thinner { return &thinner{src: src, buf: make([]byte, 32<<10)} }

func (t *thinner) Read(p []byte) (int, error) {
	for t.out.Len() == 0 {
		n, err := t.src.Read(t.buf)
		if wrong := t.pass(t.buf[:n]); wrong != nil {
			return 0, wrong
		}
		if t.out.Len() == 0 && err != nil {
			return 0, err
		}
	}
	return t.out.Read(p)
}

// original returns the place in the file of a place in what was passed on.
func (t *thinner) original(at int64) int64 {
	i := sort.Search(len(t.cuts), func(i int) bool { return t.cuts[i].at > at })
	if i == 0 {
		return at
	}
	return at + t.cuts[i-1].removed
}

func (t *thinner) pass(src []byte) error {
	for len(src) > 0 {
		if src = t.cut(src); len(src) == 0 {
			return nil
		}
		step := t.between
		if t.inString {
			step = t.inside
		}
		if err := step(src[0]); err != nil {
			return err
		}
		src = src[1:]
	}
	return nil
}

// cut removes what is certainly within a string that is cut short.
func (t *thinner) cut(src []byte) []byte {
	if !t.cutting || t.escape > 0 {
		return src
	}
	n := bytes.IndexAny(src, `"\`)
	if n < 0 {
		n = len(src)
	}
	t.removed += int64(n)
	return src[n:]
}

func (t *thinner) keep(c byte) {
	t.out.WriteByte(c)
	t.passed++
}

// between takes a byte outside strings.
func (t *thinner) between(c byte) error {
	switch t.keep(c); c {
	case '"':
		t.inString, t.text, t.length = true, t.text[:0], 0
	case ':':
		t.name = string(t.text)
	case ',':
		t.name = ""
	case '{', '[':
		if t.depth++; t.request > 0 || t.name == "request" {
			t.request++
		}
		t.name = ""
	case '}', ']':
		t.depth, t.request = t.depth-1, max(0, t.request-1)
	}
	if t.depth > deepest {
		return fmt.Errorf("more than %d arrays and objects stand in each other", deepest)
	}
	return nil
}

// inside takes a byte of a string. It does not cut within an escape sequence.
func (t *thinner) inside(c byte) error {
	begins := t.escape == 0
	ends := t.escaped(c)
	t.length++
	switch {
	case ends:
		t.close()
	case t.request > 0 && t.length > longestBody:
		return fmt.Errorf("a text of a request is longer than %d MiB", longestBody>>20)
	case t.cutting, t.request == 0 && t.length > longestKept && begins:
		t.cutting = true
		t.removed++
		return nil
	case len(t.text) <= longestName:
		t.text = append(t.text, c)
	}
	t.keep(c)
	return nil
}

// escaped follows escape sequences, and reports whether a byte ends the string.
func (t *thinner) escaped(c byte) (ends bool) {
	switch {
	case t.escape == 1 && c == 'u':
		t.escape = 5 // four digits follow, counted down from here
	case t.escape == 5, t.escape == 4, t.escape == 3:
		t.escape--
	case t.escape > 0:
		t.escape = 0
	case c == '\\':
		t.escape = 1
	default:
		return c == '"'
	}
	return false
}

func (t *thinner) close() {
	if t.cutting {
		t.cuts = append(t.cuts, cut{t.passed, t.removed})
	}
	t.inString, t.cutting = false, false
}
