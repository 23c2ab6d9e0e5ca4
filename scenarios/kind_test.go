package scenarios_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/classibench/classibench/scenarios"
)

// Each kind has its row in the guide, as its file has it.
func TestTheGuideNamesTheKinds(t *testing.T) {
	guide, err := os.ReadFile("../docs/scenarios.md")
	if err != nil {
		t.Fatal(err)
	}
	_, table, _ := strings.Cut(string(guide), "| kind | target |\n| --- | --- |\n")
	table, _, _ = strings.Cut(table, "\n\n")
	var want []string
	for _, name := range scenarios.Kinds() {
		want = append(want, fmt.Sprintf("| `%s` | %s |", name, scenarios.GuideOf(name)))
	}
	if want := strings.Join(want, "\n"); table != want {
		t.Errorf("docs/scenarios.md has\n%s\nwant\n%s", table, want)
	}
}

func TestSettingsOf(t *testing.T) {
	s := scenarios.Target{Settings: &scenarios.CGI{Processes: 3}}
	if got := scenarios.SettingsOf[scenarios.CGI](s); got.Processes != 3 {
		t.Errorf("got %+v", got)
	}
	if got := scenarios.SettingsOf[scenarios.FastCGI](s); got.Connections != 0 || got.Params != nil {
		t.Errorf("of another kind: got %+v", got)
	}
}

func TestScriptPath(t *testing.T) {
	for script, want := range map[string]string{"": "", "a.php": "site/a.php", "/srv/a.php": "/srv/a.php"} {
		s := scenarios.Target{Dir: "site", Settings: &scenarios.FastCGI{Gateway: scenarios.Gateway{Script: script}}}
		if got := s.ScriptPath(); got != want {
			t.Errorf("%q: got %q, want %q", script, got, want)
		}
	}
	if got := (scenarios.Target{Kind: scenarios.KindURL}).ScriptPath(); got != "" {
		t.Errorf("of a url: got %q", got)
	}
}
