//go:build linux

package gateways_test

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the differences that were found to docs/gateways.md, with the reasons that are there")

const (
	page     = "../../docs/gateways.md"
	listHead = "| request | served by | difference | reason |\n| --- | --- | --- | --- |\n"
)

// A difference is one that a client sees in the answer to a request.
type difference struct{ request, what string }

// differences holds, for each, the ways that have it.
type differences map[difference][]string

func (d differences) add(request, way, what string) {
	if what != "" {
		key := difference{request, cell(what)}
		d[key] = append(d[key], way)
	}
}

// cell returns a text as a cell of a table can hold it.
func cell(s string) string { return strings.NewReplacer("|", "\\|", "\n", " ").Replace(s) }

// rows returns the lines of the table.
func (d differences) rows(reasons map[difference]string) string {
	var b strings.Builder
	for _, k := range slices.SortedFunc(maps.Keys(d), func(a, b difference) int {
		return strings.Compare(a.request+"\x00"+a.what, b.request+"\x00"+b.what)
	}) {
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", k.request, inShort(d[k]), k.what, reasons[k])
	}
	return b.String()
}

// inShort names ways, or those that are not among them if these are few.
func inShort(ways []string) string {
	var others []string
	for _, name := range wayNames[1:] {
		if !slices.Contains(ways, name) {
			others = append(others, name)
		}
	}
	switch {
	case len(others) == 0:
		return "all"
	case len(others) < 3:
		return "all but " + strings.Join(others, ", ")
	}
	return strings.Join(ways, ", ")
}

// checkListed compares the differences with the list of the page.
func checkListed(t *testing.T, found differences) {
	t.Helper()
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(text), listHead)
	if !ok {
		t.Fatalf("%s has no table of differences", page)
	}
	listed := rest[:strings.Index(rest+"\n\n", "\n\n")+1]
	reasons := reasonsOf(listed)
	want := found.rows(reasons)
	if *update {
		if err := os.WriteFile(page, []byte(before+listHead+want+strings.TrimPrefix(rest, listed)), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	compareLists(t, listed, want)
}

// compareLists compares what is listed with what was found.
func compareLists(t *testing.T, listed, found string) {
	t.Helper()
	for line := range strings.Lines(found) {
		if !strings.Contains(listed, line) {
			t.Errorf("%s does not list:\n%s", page, line)
		}
	}
	for line := range strings.Lines(listed) {
		if !strings.Contains(found, line) {
			t.Errorf("%s lists what was not found:\n%s", page, line)
		}
		if strings.HasSuffix(line, "|  |\n") {
			t.Errorf("%s lists a difference without a reason:\n%s", page, line)
		}
	}
}

// reasonsOf returns the reasons of a list.
func reasonsOf(listed string) map[difference]string {
	reasons := map[difference]string{}
	for line := range strings.Lines(listed) {
		cells := strings.Split(strings.Trim(line, "|\n "), " | ")
		if len(cells) == 4 {
			reasons[difference{cells[0], cells[2]}] = cells[3]
		}
	}
	return reasons
}
