package classibench_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// testName matches the name of a test, a benchmark, a fuzz target or an example.
var testName = regexp.MustCompile(`\b(?:Test|Benchmark|Fuzz|Example)[A-Z]\w*`)

// declared matches a test, and printed the name of a line that a report writes in the
// format of benchmarks, without "Benchmark".
var (
	declared = regexp.MustCompile(`(?m)^func ((?:Test|Benchmark|Fuzz|Example)\w*)\(`)
	printed  = regexp.MustCompile(`\("([A-Z]\w*)[/"]`)
)

// TestNamesOfTestsExist looks up the tests and benchmarks that pages and comments name.
func TestNamesOfTestsExist(t *testing.T) {
	known, mentioned := map[string]bool{"TestMain": true}, map[string][]string{}
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && d.Name() == ".git":
			return fs.SkipDir
		}
		if ext := filepath.Ext(path); ext != ".go" && ext != ".md" || path == "CHANGELOG.md" {
			return nil
		}
		b, err := os.ReadFile(path)
		for _, m := range declared.FindAllSubmatch(b, -1) {
			known[string(m[1])] = true
		}
		if strings.Contains(string(b), "x/perf/benchfmt") {
			for _, m := range printed.FindAllSubmatch(b, -1) {
				known["Benchmark"+string(m[1])] = true
			}
		}
		for _, name := range testName.FindAllString(prose(path, string(b)), -1) {
			mentioned[name] = append(mentioned[name], path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for name, paths := range mentioned {
		if !known[name] {
			t.Errorf("%v: there is no %s", paths, name)
		}
	}
	if len(mentioned) < 10 {
		t.Errorf("only %d names were found", len(mentioned))
	}
}

// prose returns all of a page, and the comments of a Go file.
func prose(path, text string) string {
	if filepath.Ext(path) == ".md" {
		return text
	}
	return strings.Join(regexp.MustCompile(`(?m)//.*$`).FindAllString(text, -1), "\n")
}
