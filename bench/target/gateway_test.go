package target

import (
	"slices"
	"strings"
	"testing"

	"github.com/classibench/classibench/internal/environ"
	"github.com/classibench/classibench/scenarios"
)

// The command of a gateway, which ps(1) shows to all users, has no value of a variable. Its
// environment has them.
func TestSecretsAreNotInTheCommandOfAGateway(t *testing.T) {
	t.Setenv("KEY", "of this process")
	secrets := map[string]string{"DB": "postgres://ads:secret1@db/ads", "KEY": "secret2=", "EMPTY": "", "AT": "{addr}/secret3"}
	for _, x := range []scenarios.Target{
		{Name: "cgi", Kind: CGI, Command: []string{"/bin/true", "--env", "OF=script"}, Env: secrets},
		{Name: "fastcgi", Kind: FastCGI, Command: []string{"/bin/true"}, Env: map[string]string{"KEY": "of the program"}, Settings: &scenarios.FastCGI{Params: secrets}},
	} {
		t.Run(x.Name, func(t *testing.T) {
			target, err := Of(x, "/bin/true")
			if err != nil {
				t.Fatal(err)
			}
			all, err := target.processes(place{addr: "127.0.0.1:80", backend: "127.0.0.1:81"})
			if err != nil {
				t.Fatal(err)
			}
			gateway := all[len(all)-1]
			if line := strings.Join(gateway.Args, " "); strings.Contains(line, "secret") {
				t.Errorf("the command is %s", line)
			}
			if x.Kind == CGI && !slices.Contains(gateway.Args, "OF=script") {
				t.Errorf("the arguments of the script are changed: %q", gateway.Args)
			}
			for name, want := range secrets {
				want = strings.Replace(want, "{addr}", "127.0.0.1:80", 1)
				if got := environ.Get(gateway.Env, name); got != want || !slices.Contains(gateway.Args, name) {
					t.Errorf("%s is %q, want %q, named in the command %q", name, got, want, gateway.Args)
				}
			}
		})
	}
}
