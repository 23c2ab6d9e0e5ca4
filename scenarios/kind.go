package scenarios

import (
	"maps"
	"slices"

	"github.com/goccy/go-yaml/ast"
)

// A kind is one kind of target in a scenario: its name, its fields and its
// requirements. Each kind has a file of its own, kind_NAME.go. The code that runs
// it is in the file of the same name in package bench/target.
type kind struct {
	name  string
	guide string // its row in docs/scenarios.md

	// own returns the fields that not all kinds have. It sets t.Settings, into
	// which they are read. It is nil for a kind without such fields.
	own func(p *parsing, t *Target) []ownField

	attached bool                                                             // runs already, so it needs no command
	check    func(p *parsing, n ast.Node, t Target, seen map[string]ast.Node) // further checks; may be nil
}

// An ownField is a field that not all kinds have.
type ownField struct {
	field
	schema  string // its value in the JSON Schema
	refusal string // error for a target of another kind: a format for the target's name
	hint    string
}

var kinds = map[string]kind{}

func register(k kind) { kinds[k.name] = k }

// Kinds returns the names of all kinds of targets, sorted.
func Kinds() []string { return slices.Sorted(maps.Keys(kinds)) }

// SettingsOf returns the target's settings if their type is S, otherwise zero.
func SettingsOf[S any](t Target) (s S) {
	if own, ok := t.Settings.(*S); ok {
		s = *own
	}
	return s
}

func (k kind) ownFields(p *parsing, t *Target) []ownField {
	if k.own == nil {
		return nil
	}
	return k.own(p, t)
}

// ownFields returns the fields that not all kinds have, without duplicates.
func ownFields() (all []ownField) {
	for _, name := range Kinds() {
		for _, f := range kinds[name].ownFields(&parsing{reader: &reader{}}, &Target{}) {
			all = append(slices.DeleteFunc(all, func(known ownField) bool { return known.name == f.name }), f)
		}
	}
	return all
}

// readOwn reads the fields that the target's kind has, and refuses those of other
// kinds. A switch with the value false is allowed for all kinds.
func (p *parsing) readOwn(t *Target, seen map[string]ast.Node) {
	own := kinds[t.Kind].ownFields(p, t)
	for _, f := range ownFields() {
		at := seen[f.name]
		i := slices.IndexFunc(own, func(o ownField) bool { return o.name == f.name })
		switch text, _ := scalar(at); {
		case at == nil:
		case i >= 0:
			own[i].read(at)
		case text != "false":
			p.problem(at, f.hint, f.refusal, t.Name)
		}
	}
}
