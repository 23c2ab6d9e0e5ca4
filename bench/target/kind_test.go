package target

import (
	"slices"
	"strings"
	"testing"

	"github.com/classibench/classibench/scenarios"
)

// The kinds that can be started must be those that a scenario may name.
func TestKindsAreThoseOfScenarios(t *testing.T) {
	if got, want := Kinds(), scenarios.Kinds(); !slices.Equal(got, want) {
		t.Errorf("the package can start %q, but scenarios have %q", got, want)
	}
	for name, k := range kinds {
		if k.processes == nil && !k.attached {
			t.Errorf("%s has no processes to start", name)
		}
		if k.perRequest && k.gateway == nil {
			t.Errorf("%s has no gateway", name)
		}
	}
}

func TestAnUnknownKindIsAnErrorEverywhere(t *testing.T) {
	x := Target{Name: "x", Kind: "sever", Command: []string{"/bin/true", "{addr}"}, URL: "http://127.0.0.1:1"}
	for name, of := range map[string]func() error{
		"Start": func() error { _, err := x.Start(t.Context()); return err },
		"Check": x.Check,
		"Of":    func() error { _, err := Of(scenarios.Target{Name: "x", Kind: "sever"}, "self"); return err },
	} {
		if err := of(); err == nil || !strings.Contains(err.Error(), `kind "sever" is unknown`) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

// The command of a gateway must contain all settings of the scenario.
func TestGateways(t *testing.T) {
	g := scenarios.Gateway{Script: "a.php", PassAuth: true}
	for want, x := range map[string]scenarios.Target{
		"self serve cgi --listen {addr}": {Kind: CGI},
		"self serve cgi --listen {addr} --script site/a.php --pass-auth --processes 3 --dir site --env A=1 --env B=2": {
			Kind: CGI, Dir: "site", Env: map[string]string{"B": "2", "A": "1"}, Settings: &scenarios.CGI{Gateway: g, Processes: 3}},
		"self serve cgi --listen {addr} --prefix /cgi-bin/ --follow-links": {Kind: CGI, Settings: &scenarios.CGI{Prefix: "/cgi-bin/", FollowLinks: true}},
		"self serve fastcgi --listen {addr} {backend}":                     {Kind: FastCGI},
		"self serve fastcgi --listen {addr} --script site/a.php --pass-auth --connections 4 --param N=1 {backend}": {
			Kind: FastCGI, Dir: "site", Settings: &scenarios.FastCGI{Gateway: g, Connections: 4, Params: map[string]string{"N": "1"}}},
		"": {Kind: Server},
	} {
		got, err := Of(x, "self")
		if line := strings.Join(got.Gateway, " "); err != nil || line != want {
			t.Errorf("got %q, %v, want %q", line, err, want)
		}
	}
}
