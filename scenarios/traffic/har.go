package traffic

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// readHAR reads a HTTP archive (HAR 1.2, as browsers save it), an entry at a time.
func readHAR(src *bufio.Reader, c *collector) error {
	thin := newThinner(src)
	h := &archive{Decoder: json.NewDecoder(thin), thin: thin, c: c}
	err := h.object(func(key string) error {
		if key != "log" {
			return h.skip()
		}
		return h.object(h.field)
	})
	if err == nil {
		err = h.end()
	}
	switch {
	case err != nil:
		return h.explain(err)
	case !h.found:
		return fmt.Errorf("%s: no HAR file: it has no log.entries", c.name)
	}
	return nil
}

// An archive is a HAR file on its way.
type archive struct {
	*json.Decoder
	thin    *thinner
	c       *collector
	entries int // so far, the one that is read included
	inside  bool
	found   bool // there is a list of entries
}

// field reads a field of the log.
func (h *archive) field(key string) error {
	if key != "entries" {
		return h.skip()
	}
	if err := h.expect('['); err != nil {
		return err
	}
	h.found, h.inside = true, true
	for h.More() {
		h.entries++
		var e entry
		if err := h.Decode(&e); err != nil {
			return err
		}
		if err := h.c.entry(e); err != nil {
			return err
		}
	}
	h.inside = false
	return h.expect(']')
}

// object calls each for every key of an object; each reads the value.
func (h *archive) object(each func(key string) error) error {
	if err := h.expect('{'); err != nil {
		return err
	}
	for h.More() {
		key, err := h.Token()
		if err != nil {
			return err
		}
		if err := each(key.(string)); err != nil { // an object's keys are strings
			return err
		}
	}
	return h.expect('}')
}

// end returns an error if anything stands behind the archive.
func (h *archive) end() error {
	switch _, err := h.Token(); {
	case errors.Is(err, io.EOF):
		return nil
	case err != nil:
		return err
	}
	return errors.New("more stands behind the end of the HAR file: give one file at a time")
}

func (h *archive) expect(want json.Delim) error {
	got, err := h.Token()
	if err == nil && got != want {
		err = fmt.Errorf("no HAR file: %v stands where %v should", got, want)
	}
	return err
}

// skip passes over a value.
func (h *archive) skip() error {
	depth := 0
	for {
		token, err := h.Token()
		if err != nil {
			return err
		}
		switch token {
		case json.Delim('{'), json.Delim('['):
			depth++
		case json.Delim('}'), json.Delim(']'):
			depth--
		}
		if depth == 0 {
			return nil
		}
	}
}

// explain adds the place to an error.
func (h *archive) explain(err error) error {
	where := ""
	if h.inside {
		where = fmt.Sprintf("entry %d: ", h.entries)
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("%s: %sthe file ends after %d bytes, in the middle: save it again", h.c.name, where, h.thin.passed+h.thin.removed)
	}
	return fmt.Errorf("%s: %sat about byte %d: %w", h.c.name, where, h.thin.original(h.InputOffset()), err)
}
