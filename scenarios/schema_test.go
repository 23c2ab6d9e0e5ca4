package scenarios_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/classibench/classibench/scenarios"
)

var compiled = sync.OnceValue(func() *jsonschema.Schema {
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(scenarios.Schema()))
	if err != nil {
		panic(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("schema.json", doc); err != nil {
		panic(err)
	}
	return c.MustCompile("schema.json")
})

// bySchema validates a scenario with the schema only.
func bySchema(t *testing.T, src []byte) error {
	t.Helper()
	var doc any
	if err := yaml.Unmarshal(src, &doc); err != nil {
		t.Fatalf("not YAML: %v\n%s", err, src)
	}
	return compiled().Validate(doc)
}

// seenBySchema returns the mistakes that the schema must detect. It cannot detect a
// field that does not fit the target's kind.
func seenBySchema(err error) (all []string) {
	var problems scenarios.Problems
	errors.As(err, &problems)
	for _, p := range problems {
		beyond := slices.ContainsFunc(scenarios.Refusals(), func(refusal string) bool { return strings.Contains(p.Text, refusal) })
		for _, b := range beyondSchema {
			beyond = beyond || strings.Contains(p.Text, b.message)
		}
		if !beyond {
			all = append(all, p.Text)
		}
	}
	return all
}

// agree checks that the schema and the parser accept the same scenarios, as far as
// a schema can detect mistakes.
func agree(t *testing.T, src []byte, err error) {
	t.Helper()
	if err != nil && strings.Contains(err.Error(), "not YAML") || len(src) > 1<<20 {
		return
	}
	invalid := bySchema(t, src)
	switch mistakes := seenBySchema(err); {
	case err == nil && invalid != nil:
		t.Errorf("the schema refuses a scenario that the parser accepts:\n%s\n%v", src, invalid)
	case len(mistakes) > 0 && invalid == nil:
		t.Errorf("the schema accepts a scenario that the parser refuses:\n%s\n%q", src, mistakes)
	}
}

// parse parses an example, and compares the schema with the parser.
func parse(t *testing.T, name string, src []byte) (*scenarios.Scenario, error) {
	t.Helper()
	s, _, err := check(t, name, src)
	return s, err
}

func check(t *testing.T, name string, src []byte) (*scenarios.Scenario, scenarios.Problems, error) {
	t.Helper()
	s, notes, err := scenarios.Check(name, src)
	agree(t, src, err)
	return s, notes, err
}

func TestTheSchemaAcceptsShippedScenarios(t *testing.T) {
	for _, name := range scenarios.Names() {
		src, err := scenarios.Source(name)
		if err != nil {
			t.Fatal(err)
		}
		if err := bySchema(t, src); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// For each exception, the parser must refuse the example with that message, and the
// schema must accept it.
func TestBeyondTheSchema(t *testing.T) {
	for _, b := range beyondSchema {
		if b.example == "" {
			continue
		}
		_, err := scenarios.Parse("a.yaml", []byte(b.example))
		if err == nil || !strings.Contains(err.Error(), b.message) {
			t.Errorf("%q: the parser returns %v for\n%s", b.message, err, b.example)
		}
		if err := bySchema(t, []byte(b.example)); err != nil {
			t.Errorf("%q is not beyond the schema:\n%s\n%v", b.message, b.example, err)
		}
	}
}

// A node is a part of the schema.
type node map[string]any

func schemaRoot(t *testing.T) node {
	t.Helper()
	var root node
	if err := json.Unmarshal(scenarios.Schema(), &root); err != nil {
		t.Fatal(err)
	}
	return root
}

// at returns the value of a key in a node, with references resolved.
func (n node) at(root node, key string) node {
	child, _ := n[key].(map[string]any)
	return node(child).resolved(root)
}

func (n node) resolved(root node) node {
	ref, ok := n["$ref"].(string)
	if !ok {
		return n
	}
	whole := maps.Clone(root["$defs"].(map[string]any)[strings.TrimPrefix(ref, "#/$defs/")].(map[string]any))
	maps.Copy(whole, n)
	whole["$def"] = strings.TrimPrefix(ref, "#/$defs/")
	delete(whole, "$ref")
	return whole
}

// setDefaults sets all defaults of the schema in a document, and returns their
// number.
func (n node) setDefaults(root node, doc any) (set int) {
	switch doc := doc.(type) {
	case []any:
		for _, item := range doc {
			set += n.at(root, "items").setDefaults(root, item)
		}
	case map[string]any:
		for name := range n.at(root, "properties") {
			p := n.at(root, "properties").at(root, name)
			if value, ok := p["default"]; ok {
				doc[name] = value
				set++
			}
			set += p.setDefaults(root, doc[name])
		}
		if choices, ok := n["oneOf"].([]any); ok && n["properties"] == nil {
			for _, c := range choices {
				set += node(c.(map[string]any)).resolved(root).setDefaults(root, doc)
			}
		}
	}
	return set
}

// The schema's defaults must be those of the parser.
func TestTheSchemaHasTheDefaultsOfTheParser(t *testing.T) {
	const bare = `{"name": "a", "mix": [{"name": "r", "post": "/", "expect": {}}], "data": {}, "capacity": {}, "replay": {}, "objective": {},
		"targets": [{"name": "t", "kind": "cgi", "command": "x", "url": "https://h"}]}`
	var doc map[string]any
	if err := json.Unmarshal([]byte(bare), &doc); err != nil {
		t.Fatal(err)
	}
	root := schemaRoot(t)
	if got, want := root.setDefaults(root, doc), bytes.Count(scenarios.Schema(), []byte(`"default"`)); got != want {
		t.Errorf("the test sets %d of the schema's %d defaults", got, want)
	}
	full, err := json.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	wantSame(t, bare, string(full))
}

// The guide's block of defaults must show those of the parser.
func TestTheGuideHasTheDefaultsOfTheParser(t *testing.T) {
	guide, err := os.ReadFile("../docs/scenarios.md")
	if err != nil {
		t.Fatal(err)
	}
	_, block, found := strings.Cut(string(guide), "The defaults of the rest are:\n\n```yaml\n")
	block, _, _ = strings.Cut(block, "```")
	if !found {
		t.Fatal("docs/scenarios.md has no block of defaults")
	}
	const bare = "name: a\nmix: [{name: r, get: /}]\n"
	wantSame(t, bare+"targets: [cgi, persistent]\n", bare+block)
}

// wantSame checks that two sources are the same scenario.
func wantSame(t *testing.T, a, b string) {
	t.Helper()
	want, err := scenarios.Parse("a.yaml", []byte(a))
	if err != nil {
		t.Fatalf("%v\n%s", err, a)
	}
	got, err := scenarios.Parse("b.yaml", []byte(b))
	if err != nil {
		t.Fatalf("%v\n%s", err, b)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("not the same (-without +with):\n%s\n%s", diff, b)
	}
}
