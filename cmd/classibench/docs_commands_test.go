package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

// TestDocsCommands resolves every command of the README, the pages of docs and the examples
// in help texts: verb, flags and number of arguments, targets of make, and the tests that go
// test selects.
func TestDocsCommands(t *testing.T) {
	found := append(docCommands(t, readDocs(t)), docCommands(t, readExamples())...)
	if len(found) < 80 {
		t.Errorf("found %d commands, want 80 at least", len(found))
	}
	for _, c := range found {
		if err := c.resolve(); err != nil {
			t.Errorf("%s: %s: %v", c.page, c.text, err)
		}
	}
}

func (c docCommand) resolve() error {
	if verb, ok := c.ours(); ok {
		return resolveVerb(verb, c.inline)
	}
	switch {
	case c.args[0] == "make":
		return resolveMake(c.args[1:])
	case c.args[1] == "test":
		return resolveGoTest(c.args[2:])
	}
	for _, arg := range c.args[2:] {
		if _, err := os.Stat(filepath.Join("../..", arg)); strings.HasPrefix(arg, "./") && err != nil {
			return err
		}
	}
	return nil
}

// ours returns the arguments of a command that runs classibench.
func (c docCommand) ours() ([]string, bool) {
	if c.args[0] == "classibench" {
		return c.args[1:], true
	}
	built := []string{"go", "run", "./cmd/classibench"}
	return c.args[min(len(built), len(c.args)):], len(c.args) > len(built) && slices.Equal(c.args[:len(built)], built)
}

// resolveVerb parses arguments as the command does. A sentence may name a verb without
// arguments.
func resolveVerb(args []string, inline bool) error {
	root := new(program).command()
	c, rest, err := root.Find(args)
	if err != nil {
		return err
	}
	if c == root {
		return errors.New("there is no such verb")
	}
	if err := c.ParseFlags(rest); err != nil {
		return err
	}
	if inline && len(rest) == 0 {
		return nil
	}
	return c.ValidateArgs(c.Flags().Args())
}

// resolveMake looks for targets and variables in the Makefile.
func resolveMake(args []string) error {
	b, err := os.ReadFile("../../Makefile")
	if err != nil {
		return err
	}
	for _, arg := range args {
		name, _, variable := strings.Cut(arg, "=")
		pattern := "(?m)^" + regexp.QuoteMeta(name) + ":"
		if variable {
			pattern = "(?m)^" + regexp.QuoteMeta(name) + ` *\?=`
		}
		if !regexp.MustCompile(pattern).Match(b) {
			return fmt.Errorf("the Makefile has no %s", name)
		}
	}
	return nil
}

// resolveGoTest checks that -run and -bench select something in the packages.
func resolveGoTest(args []string) error {
	for i, arg := range args[:len(args)-1] {
		kind, ok := map[string]string{"-run": "Test", "-bench": "Benchmark"}[arg]
		if !ok || args[i+1] == "^$" {
			continue
		}
		names, err := testsOf(filepath.Join("../..", args[len(args)-1]), kind)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(names, regexp.MustCompile(args[i+1]).MatchString) {
			return fmt.Errorf("%s %s selects none of %q", arg, args[i+1], names)
		}
	}
	return nil
}

// testsOf lists the test functions of a package whose names begin with kind.
func testsOf(dir, kind string) (names []string, err error) {
	files, err := filepath.Glob(filepath.Join(dir, "*_test.go"))
	for _, file := range files {
		b, readErr := os.ReadFile(file)
		if readErr != nil {
			return nil, readErr
		}
		for _, m := range regexp.MustCompile(`(?m)^func (`+kind+`\w+)\(`).FindAllStringSubmatch(string(b), -1) {
			names = append(names, m[1])
		}
	}
	return names, err
}

// readExamples returns the examples of all verbs, as blocks of a page each.
func readExamples() map[string]string {
	pages := map[string]string{}
	var add func(c *cobra.Command)
	add = func(c *cobra.Command) {
		block := regexp.MustCompile(`(?m)(\S)   .*$`).ReplaceAllString(c.Example, "$1") // blanks separate an explanation
		pages[c.CommandPath()+" --help"] = "```sh\n" + block + "\n```\n"
		for _, sub := range c.Commands() {
			add(sub)
		}
	}
	add(new(program).command())
	return pages
}
