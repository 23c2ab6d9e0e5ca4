package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// quickVerbs take seconds. The other verbs measure or wait; scripts run these.
var quickVerbs = []string{"scenario list", "scenario show", "scenario check", "scenario schema", "history add", "history show", "report", "doctor"}

// TestDocsQuickCommands runs the commands of the pages that take seconds. It runs those of a
// page in their order, in a directory with the README's report and a scenario.
func TestDocsQuickCommands(t *testing.T) {
	pages := map[string][][]string{}
	for _, c := range docCommands(t, readDocs(t)) {
		if args, ok := c.quick(); ok {
			pages[c.page] = append(pages[c.page], args)
		}
	}
	if len(pages) < 5 {
		t.Errorf("commands of %d pages are run, want 5 at least", len(pages))
	}
	sample, err := filepath.Abs("../../docs/sample")
	if err != nil {
		t.Fatal(err)
	}
	for page, commands := range pages {
		t.Run(page, func(t *testing.T) {
			prepareForDocs(t, sample)
			for _, args := range commands {
				classibench(t, args...)
			}
		})
	}
}

// quick reports whether a command takes seconds, and is complete: a sentence may only
// name its verb.
func (c docCommand) quick() (args []string, ok bool) {
	args, ok = c.ours()
	line := strings.Join(args, " ") + " "
	return args, ok && resolveVerb(args, false) == nil && slices.ContainsFunc(quickVerbs, func(verb string) bool { return strings.HasPrefix(line, verb+" ") })
}

// prepareForDocs changes to a directory with the files that commands of pages name: a
// repository whose commit is older than the result.
func prepareForDocs(t *testing.T, sample string) {
	t.Helper()
	t.Chdir(t.TempDir())
	t.Setenv("GIT_COMMITTER_DATE", "2020-01-01T00:00:00Z")
	gitIn(t, "init", "-q", ".")
	gitIn(t, "-c", "user.name=Ann", "-c", "user.email=ann@example.org", "commit", "-q", "--allow-empty", "-m", "one")
	write(t, "mine.yaml", string(classibench(t, "scenario", "show", "browse")), 0o644)
	for _, dir := range []string{"classibench-report", "report", "cache"} {
		if err := os.CopyFS(dir, os.DirFS(sample)); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Link("report/result.json", "result.json"); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile("result.json")
	if err != nil {
		t.Fatal(err)
	}
	write(t, "earlier.json", strings.Replace(string(b), `"seed": 1,`, `"seed": 2,`, 1), 0o644)
	classibench(t, "history", "add", "earlier.json")
}
