package scenarios

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"

	"github.com/classibench/classibench/internal/input"
)

//go:embed *.yaml perl/perl.yaml php/php.yaml python/python.yaml
var shipped embed.FS

//go:embed schema.json
var schema string

// Schema returns the JSON Schema (draft 2020-12) of scenario files: schema.json,
// completed with the kinds of targets and with the fields that not all kinds have.
func Schema() []byte {
	kind := `"kind": {"enum": ["` + strings.Join(Kinds(), `", "`) + `"]}`
	for _, f := range ownFields() {
		kind += ",\n        " + strconv.Quote(f.name) + ": " + f.schema
	}
	return []byte(strings.Replace(schema, `"kind": {"enum": []}`, kind, 1))
}

// ErrUnknown means that no scenario has the name.
var ErrUnknown = errors.New("unknown scenario")

// Names returns the names of the shipped scenarios, the default first.
func Names() []string { return append([]string{"peak-hour", "flood-gates", "browse"}, programs...) }

// Source returns the file of a shipped scenario.
func Source(name string) ([]byte, error) {
	path := name + ".yaml"
	if slices.Contains(programs, name) {
		path = name + "/" + path
	}
	src, err := shipped.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%w %q; %s", ErrUnknown, name, didYouMean(name, Names()))
	}
	return src, err
}

// Read returns the bytes of a scenario: of a shipped one, by its name, or of a
// file, by a path that contains a slash or ends in .yaml or .yml.
func Read(nameOrPath string) ([]byte, error) {
	if strings.Contains(nameOrPath, "/") || strings.HasSuffix(nameOrPath, ".yaml") || strings.HasSuffix(nameOrPath, ".yml") {
		src, err := input.ReadText(nameOrPath, maxSource)
		if err != nil {
			return nil, fmt.Errorf("read the scenario: %w", err)
		}
		return src, nil
	}
	return Source(nameOrPath)
}

// Load reads and parses a scenario, with a name or a path as for Read.
func Load(nameOrPath string) (*Scenario, error) {
	src, err := Read(nameOrPath)
	if err != nil {
		return nil, err
	}
	return Parse(nameOrPath, src)
}
