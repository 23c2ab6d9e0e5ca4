package candidate

import (
	"testing"

	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/bench/target"
	"github.com/classibench/classibench/scenarios"
	"github.com/google/go-cmp/cmp"
)

// Whoever starts a target by hand has neither this program's path nor its copies of data.
func TestLaunch(t *testing.T) {
	s := &Setup{self: "/opt/classibench", dir: "/tmp/classibench-1"}
	data := scenarios.Data{Ads: 2000, Seed: 7}
	for _, tc := range []struct {
		in   scenarios.Target
		want result.Launch
	}{
		{
			scenarios.Target{Name: "old", Kind: target.CGI, Command: []string{"/cache/ads"}, Env: map[string]string{"DB": "/tmp/classibench-1/data-42/ads.db"}},
			result.Launch{
				Name: "old", Kind: "cgi", Env: []string{"DB={tmp}/ads.db"},
				Prepare:  [][]string{{"{classibench}", "initdb", "--ads", "2000", "--seed", "7", "{tmp}/ads.db"}},
				Commands: [][]string{{"{classibench}", "serve", "cgi", "--listen", "{addr}", "--env", "DB={tmp}/ads.db", "/cache/ads"}},
			},
		},
		{
			scenarios.Target{Name: "php", Kind: target.FastCGI, Dir: "/srv/app/www", Command: []string{"php-cgi", "-b", "{addr}"}, Reset: []string{"cp", "a", "b"}},
			result.Launch{
				Name: "php", Kind: "fastcgi", Dir: "www", Reset: []string{"cp", "a", "b"},
				Commands: [][]string{{"php-cgi", "-b", "{backend}"}, {"{classibench}", "serve", "fastcgi", "--listen", "{addr}", "{backend}"}},
			},
		},
		{
			scenarios.Target{Name: "new", Kind: target.Server, Dir: "/srv/app", Command: []string{"starman", "--listen", "{addr}"}, Ready: "/up"},
			result.Launch{Name: "new", Kind: "server", Commands: [][]string{{"starman", "--listen", "{addr}"}}, Ready: "/up"},
		},
		{
			scenarios.Target{Name: "two", Kind: target.Server, Command: []string{"./shop", "-l", "{addr}", "-n", "{instance}"}, Settings: &scenarios.Server{Instances: 2}},
			result.Launch{Name: "two", Kind: "server", Commands: [][]string{
				{"./shop", "-l", "{addr1}", "-n", "1"}, {"./shop", "-l", "{addr2}", "-n", "2"},
				{"{classibench}", "serve", "balance", "--listen", "{addr}", "{addr1}", "{addr2}"},
			}},
		},
		{
			scenarios.Target{Name: "by env", Kind: target.Server, Command: []string{"./shop"}, Env: map[string]string{"PORT": "{port}", "A": "b"}, Settings: &scenarios.Server{Instances: 2}},
			result.Launch{Name: "by env", Kind: "server", Env: []string{"A=b", "PORT={port}"}, Commands: [][]string{
				{"env", "A=b", "PORT={port1}", "./shop"}, {"env", "A=b", "PORT={port2}", "./shop"},
				{"{classibench}", "serve", "balance", "--listen", "{addr}", "{addr1}", "{addr2}"},
			}},
		},
		{
			scenarios.Target{Name: "cgi", Kind: target.CGI, Dir: "/srv/app/www", Command: []string{"php-cgi"}, Settings: &scenarios.CGI{Gateway: scenarios.Gateway{Script: "a.php"}}},
			result.Launch{Name: "cgi", Kind: "cgi", Dir: "www", Commands: [][]string{{"{classibench}", "serve", "cgi", "--listen", "{addr}", "--script", "a.php", "--dir", ".", "php-cgi"}}},
		},
		{scenarios.Target{Name: "on", Kind: target.URL, URL: "http://127.0.0.1:80"}, result.Launch{Name: "on", Kind: "url", URL: "http://127.0.0.1:80"}},
	} {
		x, err := target.Of(tc.in, s.self)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(tc.want, s.Launch(x, data, "/srv/app")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tc.in.Name, diff)
		}
	}
}
