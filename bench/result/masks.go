package result

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"unicode/utf8"

	"github.com/classibench/classibench/internal/input"
)

// MasksFile is the name of the saved masks in the directory of a verification.
const MasksFile = "masks.json"

// SavedMasks are the places that vary by themselves, with the answers that show it: the
// content of masks.json. A later verification learns from the answers first; Varies is for
// people.
type SavedMasks struct {
	Schema  int         `json:"schema"`
	Version string      `json:"version,omitempty"` // of classibench
	Found   string      `json:"found"`             // RFC 3339
	Varies  []Varying   `json:"varies"`
	Learned []SavedPair `json:"learned"`
}

// A SavedPair is two answers of the baseline to the same request on equal data.
type SavedPair struct {
	Route   string        `json:"route"`
	Method  string        `json:"method"`
	URL     string        `json:"url"`
	Answers []SavedAnswer `json:"answers"` // two
}

// A SavedAnswer is an answer with its whole body.
type SavedAnswer struct {
	Status int                 `json:"status"`
	Header map[string][]string `json:"header,omitempty"`
	Body   string              `json:"body,omitempty"`
	Bytes  []byte              `json:"bytes,omitempty"` // instead of Body, if it is not text; in base 64
	From   string              `json:"from,omitempty"`  // host and port of the request
	At     string              `json:"at"`              // when it was complete, RFC 3339
	Took   float64             `json:"took,omitempty"`  // seconds
}

// SetBody stores a body of any bytes.
func (a *SavedAnswer) SetBody(b []byte) {
	if utf8.Valid(b) {
		a.Body = string(b)
		return
	}
	a.Bytes = b
}

// Content returns the body.
func (a SavedAnswer) Content() []byte {
	if len(a.Bytes) > 0 {
		return a.Bytes
	}
	return []byte(a.Body)
}

// ReadMasks reads masks that an earlier verification saved. Line returns the line on which a
// pair begins, for errors about it.
func ReadMasks(path string) (m *SavedMasks, line func(pair int) int, err error) {
	b, err := input.ReadText(path, MaxFile)
	if err != nil {
		return nil, nil, fmt.Errorf("read masks: %w", err)
	}
	if m, err = DecodeMasks(b); err != nil {
		return nil, nil, fmt.Errorf("read masks: %s %w", path, err)
	}
	return m, func(pair int) int { return pairLine(b, pair) }, nil
}

// DecodeMasks decodes masks that JSON wrote. Its errors continue a sentence that begins
// with the name of the file.
func DecodeMasks(b []byte) (*SavedMasks, error) {
	b = input.WithoutMark(b)
	if err := checkSchema(b); err != nil {
		return nil, err
	}
	var m SavedMasks
	if err := json.Unmarshal(b, &m); err != nil {
		return nil, describe(err, b)
	}
	if m.Learned == nil {
		return nil, errors.New(`has no "learned": it is not the masks.json of classibench verify`)
	}
	for i, p := range m.Learned {
		if err := p.consistent(); err != nil {
			return nil, fmt.Errorf("has on line %d a pair that %w", pairLine(b, i), err)
		}
	}
	return &m, nil
}

// consistent rejects pairs that no verification saves.
func (p SavedPair) consistent() error {
	switch {
	case p.Route == "" || p.Method == "" || p.URL == "":
		return errors.New("lacks its route, method or url")
	case len(p.Answers) != 2:
		return fmt.Errorf("has %d answers, want two", len(p.Answers))
	}
	for _, a := range p.Answers {
		switch {
		case a.Status < 100 || a.Status > 999:
			return fmt.Errorf("has an answer with the status %d", a.Status)
		case a.Body != "" && len(a.Bytes) > 0:
			return errors.New(`has an answer with both "body" and "bytes"`)
		}
	}
	return nil
}

// pairLine returns the line on which a pair begins, from 1, or that of the end.
func pairLine(b []byte, pair int) int {
	d := json.NewDecoder(bytes.NewReader(b))
	depth, inLearned := 0, false
	for {
		token, err := d.Token()
		if err != nil {
			break
		}
		switch {
		case token == json.Delim('{'), token == json.Delim('['):
			depth++
		case token == json.Delim('}'), token == json.Delim(']'):
			depth--
		case depth == 1:
			inLearned = token == "learned"
		}
		if inLearned && token == json.Delim('{') && depth == 3 {
			if pair--; pair < 0 {
				break
			}
		}
	}
	line, _ := position(b, d.InputOffset())
	return line
}
