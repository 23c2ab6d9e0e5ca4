package classibench_test

import (
	"go/ast"
	"go/doc"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestPackagesHaveExamples requires an example with an output of each package that
// others may import.
func TestPackagesHaveExamples(t *testing.T) {
	for _, p := range list(t, "./...") {
		name, _ := room(p.ImportPath)
		if p.Name == "main" || strings.HasPrefix(name, "internal/") || strings.Contains(name, "/internal/") {
			continue
		}
		if !slices.ContainsFunc(examples(t, name), func(e *doc.Example) bool { return e.Output != "" }) {
			t.Errorf("%s has no example with an output", name)
		}
	}
}

// examples parses those of a package's test files.
func examples(t *testing.T, dir string) []*doc.Example {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(dir, "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	var files []*ast.File
	for _, path := range paths {
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, file)
	}
	return doc.Examples(files...)
}
