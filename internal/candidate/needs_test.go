package candidate

import (
	"context"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/classibench/classibench/scenarios"
)

func TestInstalled(t *testing.T) {
	file := t.TempDir() + "/apache2.4"
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	need := func(name string, needs ...scenarios.Need) scenarios.Target {
		return scenarios.Target{Name: name, Needs: needs}
	}
	here, missing := Installed(t.Context(), []scenarios.Target{
		need("bare"),
		need("whole", scenarios.Need{What: strings.TrimSuffix(file, "2.4") + "*", Package: "a"}, scenarios.Need{What: "sh", Package: "b"}, scenarios.Need{What: "sh -c 'exit 0'", Package: "c"}),
		need("apache", scenarios.Need{What: "/no/such/apache2", Package: "apache2"}, scenarios.Need{What: "sh", Package: "dash"}, scenarios.Need{What: "no-such-command", Package: "apache2"}),
		need("starman", scenarios.Need{What: "sh -c 'exit 1'", Package: "starman libplack-perl"}),
	})
	if diff := cmp.Diff([]string{"bare", "whole"}, []string{here[0].Name, here[1].Name}); diff != "" || len(here) != 2 {
		t.Errorf("got %+v", here)
	}
	want := []Missing{{"apache", []string{"apache2"}}, {"starman", []string{"libplack-perl", "starman"}}}
	if diff := cmp.Diff(want, missing); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if err := CheckInstalled(here, missing); err != nil {
		t.Errorf("two targets are left: %v", err)
	}
	if err := CheckInstalled(here[:1], missing); err == nil || !strings.Contains(err.Error(), "apache, starman cannot run here") {
		t.Errorf("one target is left: got %v", err)
	}
	if err := CheckInstalled(here[:1], nil); err != nil {
		t.Errorf("a scenario with one target: got %v", err)
	}
}

// A need that hangs ends with its children, and the target is missing.
func TestANeedThatHangs(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	began := time.Now()
	_, missing := Installed(ctx, []scenarios.Target{{Name: "slow", Needs: []scenarios.Need{{What: "sh -c 'sleep 60; exit 0'", Package: "slow"}}}})
	if len(missing) != 1 || time.Since(began) > 30*time.Second {
		t.Errorf("got %+v after %v", missing, time.Since(began))
	}
}
