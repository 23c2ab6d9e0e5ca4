package result

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/classibench/classibench/internal/input"
)

// ResultFile is the name of a result in the directory of a run.
const ResultFile = "result.json"

// MaxFile is the maximum size of a file of this package, in bytes.
const MaxFile = 256 << 20

// Read reads a result from a file, or from result.json in a directory.
func Read(path string) (*Result, error) {
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		path = filepath.Join(path, ResultFile)
	}
	b, err := input.ReadText(path, MaxFile)
	if err != nil {
		return nil, fmt.Errorf("read a result: %w", err)
	}
	r, err := Decode(b)
	if err != nil {
		return nil, fmt.Errorf("read a result: %s %w", path, err)
	}
	return r, nil
}

// A SchemaError reports that a result has another version of the format than this package
// reads.
type SchemaError struct {
	Schema  int    // of the result
	Version string // of the classibench that wrote it
}

func (e *SchemaError) Error() string {
	by := ""
	if e.Version != "" {
		by = " by classibench " + e.Version
	}
	return fmt.Sprintf("was written%s with schema %d and this classibench reads schema %d", by, e.Schema, Schema)
}

// Decode decodes the output of JSON. Its errors continue a sentence that begins with the
// name of the file.
func Decode(b []byte) (*Result, error) {
	b = input.WithoutMark(b)
	if err := checkSchema(b); err != nil {
		return nil, err
	}
	var r Result
	if err := json.Unmarshal(b, &r); err != nil {
		return nil, describe(err, b)
	}
	if len(r.Targets) == 0 {
		return nil, errors.New("names no target: it is not the result of a run")
	}
	if err := edited(&r); err != nil {
		return nil, err
	}
	return &r, nil
}

// edited rejects values that no run can produce.
func edited(r *Result) error {
	var quads []Quad // their values are computed again
	if g := r.Gate; g != nil {
		if g.Quads < 0 || len(g.Sessions) > 0 && (g.Quads == 0 && r.Partial == "" || g.Looks < 1) {
			return fmt.Errorf("has a gate with %d looks at every %d quads: it was edited", g.Looks, g.Quads)
		}
		for _, s := range g.Sessions {
			quads = append(append(quads, s.Quads...), s.Excluded...)
			for _, route := range s.Routes {
				quads = append(append(quads, route.Quads...), route.Excluded...)
			}
		}
	}
	for _, q := range quads {
		if len(q.Blocks) != 4 {
			return fmt.Errorf("has a quad of %d blocks: it was edited", len(q.Blocks))
		}
	}
	return nil
}

// checkSchema checks the version first: in another version, keys may have another meaning.
func checkSchema(b []byte) error {
	var head struct {
		Schema  *int   `json:"schema"`
		Version string `json:"version"`
	}
	switch err := json.Unmarshal(b, &head); {
	case err != nil:
		return describe(err, b)
	case head.Schema == nil:
		return errors.New(`is JSON without the key "schema": it is not a result of classibench`)
	case *head.Schema != Schema:
		return &SchemaError{*head.Schema, head.Version}
	}
	return nil
}

// withArticle returns the name of a JSON value, such as "an object".
func withArticle(name string) string {
	if strings.HasPrefix(name, "object") || strings.HasPrefix(name, "array") {
		return "an " + name
	}
	return "a " + name
}

// describe adds the place of a JSON error.
func describe(err error, b []byte) error {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case len(bytes.TrimSpace(b)) == 0:
		return errors.New("is empty")
	case errors.As(err, &syntax) && syntax.Offset >= int64(len(b)):
		return fmt.Errorf("is cut off after %d bytes: it was not written to its end", len(b))
	case errors.As(err, &syntax):
		line, column := position(b, syntax.Offset)
		return fmt.Errorf("is not JSON (line %d, column %d): %w", line, column, err)
	case errors.As(err, &kind) && kind.Field == "":
		return errors.New("holds no JSON object: it is not a result of classibench")
	case errors.As(err, &kind):
		line, column := position(b, kind.Offset)
		return fmt.Errorf("has %s at %q (line %d, column %d): it is not a result of classibench", withArticle(kind.Value), kind.Field, line, column)
	}
	return fmt.Errorf("cannot be read: %w", err)
}

// position returns the line and column of the byte before offset, from 1.
func position(b []byte, offset int64) (line, column int) {
	before := b[:min(max(offset-1, 0), int64(len(b)))]
	return 1 + bytes.Count(before, []byte("\n")), len(before) - bytes.LastIndexByte(before, '\n')
}

// JSON writes a result in the format that Read reads, or other data in the same style.
func JSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	return e.Encode(v)
}
