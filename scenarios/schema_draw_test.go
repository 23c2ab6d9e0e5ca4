package scenarios_test

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"testing"

	"github.com/classibench/classibench/scenarios"
	"pgregory.net/rapid"
)

// known generates values for parts of the schema with a pattern, so that most
// generated documents are parsed beyond their first duration.
var known = map[string]*rapid.Generator[any]{
	"duration": rapid.Map(rapid.IntRange(1, 5000), func(ms int) any { return strconv.Itoa(ms) + "ms" }),
	"share":    rapid.Map(rapid.IntRange(0, 100), func(p int) any { return strconv.Itoa(p) + "%" }),
	"rate":     rapid.Map(rapid.IntRange(1, 99), func(n int) any { return strconv.Itoa(n) + " hits/s" }),
	"address":  rapid.Map(rapid.StringMatching(`/[a-z/?=&]{0,8}`), func(s string) any { return s }),
	"text":     rapid.OneOf(rapid.Map(rapid.StringMatching(`[a-z]{1,8}`), func(s string) any { return s }), rapid.Map(rapid.IntRange(0, 9), func(n int) any { return n }), rapid.Map(rapid.Bool(), func(b bool) any { return b })),
}

// draw generates a value that matches the schema.
func (n node) draw(t *rapid.T, root node) any {
	n = n.resolved(root)
	def, _ := n["$def"].(string)
	if g := known[def]; g != nil {
		return g.Draw(t, def)
	}
	if values, ok := n["enum"].([]any); ok {
		return rapid.SampledFrom(values).Draw(t, "enum")
	}
	if choices, ok := n["oneOf"].([]any); ok && n["properties"] == nil {
		return node(rapid.SampledFrom(choices).Draw(t, "choice").(map[string]any)).draw(t, root)
	}
	least := func(key string, otherwise float64) float64 {
		if x, ok := n[key].(float64); ok {
			return x
		}
		return otherwise
	}
	switch n["type"] {
	case "object":
		return n.drawObject(t, root)
	case "array":
		var all []any
		for range rapid.IntRange(int(least("minItems", 0)), int(least("maxItems", 3))).Draw(t, "items") {
			all = append(all, n.at(root, "items").draw(t, root))
		}
		return all
	case "integer":
		return rapid.IntRange(int(least("minimum", 0)), int(least("maximum", 9))).Draw(t, "integer")
	case "number":
		return rapid.Float64Range(least("minimum", least("exclusiveMinimum", 0)+0.01), least("maximum", 9)).Draw(t, "number")
	case "boolean":
		return rapid.Bool().Draw(t, "boolean")
	}
	pattern, _ := n["pattern"].(string) // matches only the beginning
	return rapid.StringMatching(pattern+"[a-z]{1,5}").Draw(t, "string")
}

func (n node) drawObject(t *rapid.T, root node) any {
	doc := map[string]any{}
	must, _ := n["required"].([]any)
	one := ""
	if choices, ok := n["oneOf"].([]any); ok { // one of some fields is required
		one = rapid.SampledFrom(choices).Draw(t, "one").(map[string]any)["required"].([]any)[0].(string)
	}
	for _, name := range slices.Sorted(maps.Keys(n.at(root, "properties"))) {
		p := n.at(root, "properties").at(root, name)
		if name == one || slices.Contains(must, any(name)) || one == "" && rapid.Bool().Draw(t, name) || one != "" && !n.alternative(name) && rapid.Bool().Draw(t, name) {
			doc[name] = p.draw(t, root)
		}
	}
	if n["properties"] == nil {
		for range rapid.IntRange(0, 2).Draw(t, "pairs") {
			doc[rapid.StringMatching(`[a-z]{1,5}`).Draw(t, "name")] = n.at(root, "additionalProperties").draw(t, root)
		}
	}
	return doc
}

// alternative reports whether a field is one of those of which an object must have
// exactly one.
func (n node) alternative(name string) bool {
	return slices.ContainsFunc(n["oneOf"].([]any), func(c any) bool {
		return slices.Contains(c.(map[string]any)["required"].([]any), any(name))
	})
}

// A document that matches the schema must have no mistake that a schema can detect.
func TestTheParserAcceptsDocumentsOfTheSchema(t *testing.T) {
	root, accepted := schemaRoot(t), 0
	rapid.Check(t, func(t *rapid.T) {
		src, err := json.Marshal(root.draw(t, root))
		if err != nil {
			t.Fatal(err)
		}
		if err := compiled().Validate(decoded(t, src)); err != nil {
			t.Skip() // the document has fields that exclude each other
		}
		_, err = scenarios.Parse("a.yaml", src)
		if mistakes := seenBySchema(err); len(mistakes) > 0 {
			t.Errorf("the parser refuses a document that matches the schema:\n%s\n%q", src, mistakes)
		}
		if err == nil {
			accepted++
		}
	})
	t.Logf("%d documents were accepted", accepted)
	if accepted == 0 && !testing.Short() { // a tenth is accepted: of a few, none may be
		t.Error("no document was accepted: the test shows nothing")
	}
}

func decoded(t *rapid.T, src []byte) (doc any) {
	if err := json.Unmarshal(src, &doc); err != nil {
		t.Fatal(err)
	}
	return doc
}
