package reports

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/reports/internal/files"
	"github.com/classibench/classibench/reports/internal/reporttest"
	"github.com/classibench/classibench/reports/internal/text"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestRoundTrip(t *testing.T) {
	for name, r := range reporttest.Variants(t) {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			if err := files.Write(dir, result.ResultFile, func(w io.Writer) error { return result.JSON(w, r) }); err != nil {
				t.Fatal(err)
			}
			for _, path := range []string{dir, filepath.Join(dir, result.ResultFile)} {
				got, err := result.Read(path)
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(r, got, sameFloat, cmpopts.EquateNaNs()); diff != "" {
					t.Errorf("Read(%s) differs (-written +read):\n%s", filepath.Base(path), diff)
				}
			}
		})
	}
}

func TestReadErrors(t *testing.T) {
	whole := reporttest.Encoded(t, reporttest.Sample(t))
	dir := t.TempDir()
	for _, tc := range []struct{ name, text, want string }{
		{"empty", "", "is empty"},
		{"blank", " \n", "is empty"},
		{"cut off", string(whole[:len(whole)/2]), "is cut off after"},
		{"cut off early", "{", "is cut off after 1 bytes"},
		{"something after it", string(whole) + "{}", "is not JSON"},
		{"text", "{\n  \"schema\": 1,\n  targets: []\n}", "is not JSON (line 3, column 3)"},
		{"a list", "[1, 2]", "holds no JSON object"},
		{"another JSON", `{"requests": 12}`, `without the key "schema"`},
		{"older", `{"schema": 0, "version": "v0.0.3"}`, "was written by classibench v0.0.3 with schema 0 and this classibench reads schema 1"},
		{"newer", `{"schema": 7}`, "was written with schema 7"},
		{"not a version", `{"schema": "one"}`, `has a string at "schema" (line 1, column`},
		{"a wrong list", `{"schema": 1, "scenario": [{}]}`, `has an array at "scenario"`},
		{"wrong type", `{"schema": 1, "targets": [{"name": 5}]}`, `has a number at "targets.`},
		{"no targets", `{"schema": 1, "targets": []}`, "names no target"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			path := filepath.Join(dir, result.ResultFile)
			if err := os.WriteFile(path, []byte(tc.text), 0o644); err != nil {
				t.Fatal(err)
			}
			_, err := result.Read(dir)
			if err == nil || !strings.Contains(err.Error(), tc.want) || !strings.HasPrefix(err.Error(), "read a result: "+path+" ") {
				t.Errorf("Read(%q) = %v, want an error that names the file and says %q", tc.text, err, tc.want)
			}
		})
	}
	if _, err := result.Read(filepath.Join(dir, "no such file")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("Read of a file that is not there: %v, want %v", err, os.ErrNotExist)
	}
}

func TestSchemaError(t *testing.T) {
	_, err := result.Decode([]byte(`{"schema": 2, "version": "v9"}`))
	var schema *result.SchemaError
	if !errors.As(err, &schema) || *schema != (result.SchemaError{Schema: 2, Version: "v9"}) {
		t.Errorf("decode = %v, want a SchemaError of schema 2", err)
	}
}

// A key that is added does not change the schema: results of a later version
// with the same schema are read.
func TestReadTakesNewKeys(t *testing.T) {
	if _, err := result.Decode([]byte(`{"schema": 1, "targets": [{"name": "cgi", "colour": "blue"}], "extra": {"a": [1]}}`)); err != nil {
		t.Error(err)
	}
}

// tiny is a result of a few hundred bytes, to mutate.
func tiny(tb testing.TB) *result.Result {
	r := reporttest.Sample(tb)
	r.Environment.Versions = nil
	r.Scenario.Routes = r.Scenario.Routes[:1]
	r.Replay.Stages = r.Replay.Stages[:1]
	r.Capacity.Quads = r.Capacity.Quads[:2]
	for i := range r.Replay.Trials {
		t := &r.Replay.Trials[i]
		t.Service.Histogram = ""
		t.Stages, t.Routes, t.Series, t.Samples = t.Stages[:1], t.Routes[:1], t.Series[:2], t.Samples[:2]
		t.Routes[0].Latency.Histogram = ""
	}
	return r
}

// FuzzRead checks that every readable result can be shown, and read again.
func FuzzRead(f *testing.F) {
	small, err := json.Marshal(tiny(f))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(small)
	f.Add([]byte(`{"schema":1,"targets":[{"name":"a"}],"capacity":{"gain":{"ratio":1e308}},"replay":{"seconds":1e308,"trials":[{"series":[{"at":-1e300,"done":1}],"samples":[{"at":5e-324,"cpu":5e-324}]}]}}`))
	f.Add([]byte(`{"schema":1,"targets":[{"name":"a"},{"name":"a"}],"capacity":{"gains":{"a":{"low":-1,"high":0}},"quads":[{"candidate":"a","d":709}]}}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := result.Decode(b)
		if err != nil {
			return
		}
		again, err := result.Decode(reporttest.Encoded(t, r))
		if err != nil {
			t.Fatalf("cannot be read again: %v", err)
		}
		if diff := cmp.Diff(r, again, sameFloat); diff != "" {
			t.Errorf("differs when read again (-first +second):\n%s", diff)
		}
		for name, draw := range map[string]func(io.Writer, *result.Result) error{
			"text": func(w io.Writer, r *result.Result) error { return Text(w, r, text.Options{}) }, "Markdown": Markdown, "benchfmt": Benchfmt, "HTML": HTML,
		} {
			if err := draw(&bytes.Buffer{}, r); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

// A result with a number that JSON does not have is refused, not written
// without it.
func TestJSONRefusesWhatItCannotWrite(t *testing.T) {
	r := reporttest.Sample(t)
	r.Seconds = math.NaN()
	if err := result.JSON(&bytes.Buffer{}, r); err == nil {
		t.Error("JSON wrote NaN seconds, want an error")
	}
}

// A gate is judged again from its blocks: it must not be had with some missing.
func TestReadRefusesAGateThatWasEdited(t *testing.T) {
	for name, gate := range map[string]string{
		"quad of 2 blocks":    `{"quads": 8, "looks": 5, "sessions": [{"quads": [{"blocks": [{}, {}]}]}]}`,
		"void quad of 1":      `{"quads": 8, "looks": 5, "sessions": [{"quads": [], "void": [{"blocks": [{}]}]}]}`,
		"a route's quad of 0": `{"quads": 8, "looks": 5, "sessions": [{"quads": [], "routes": [{"route": "home", "quads": [{}]}]}]}`,
		"negative looks":      `{"quads": -1, "looks": 5}`,
		"never looked at":     `{"quads": 0, "looks": 5, "sessions": [{"quads": []}]}`,
	} {
		path := filepath.Join(t.TempDir(), "result.json")
		doc := `{"schema": 1, "targets": [{"name": "base"}], "gate": ` + gate + `}`
		if err := os.WriteFile(path, []byte(doc), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := result.Read(path); err == nil || !strings.Contains(err.Error(), "it was edited") {
			t.Errorf("%s: got %v, want that it was edited", name, err)
		}
	}
}

// sameFloat takes all that is not known for the same: JSON has one null for it.
var sameFloat = cmp.Comparer(func(a, b result.Float) bool { return a == b || !a.Known() && !b.Known() })
