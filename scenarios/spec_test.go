package scenarios_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/classibench/classibench/scenarios"
)

func TestParseTarget(t *testing.T) {
	own := func(name, kind, url string, command ...string) scenarios.Target {
		return scenarios.Target{Name: name, Kind: kind, URL: url, Command: command, Ready: "/", StartTimeout: scenarios.DefaultStartTimeout}
	}
	for spec, want := range map[string]scenarios.Target{
		"cgi":                               {Name: "cgi", Builtin: "cgi"},
		"persistent":                        {Name: "persistent", Builtin: "persistent"},
		"three=persistent":                  {Name: "three", Builtin: "persistent"},
		"cgi:./ads.pl":                      own("ads.pl", "cgi", "", "./ads.pl"),
		" cgi: ./ads.pl ":                   own("ads.pl", "cgi", "", "./ads.pl"),
		"old=cgi:/srv/www/ads.pl -T":        own("old", "cgi", "", "/srv/www/ads.pl", "-T"),
		"cgi:perl -w -I lib ads.pl":         own("lib", "cgi", "", "perl", "-w", "-I", "lib", "ads.pl"),
		"cgi:/usr/bin/python3.11 ads.py":    own("ads.py", "cgi", "", "/usr/bin/python3.11", "ads.py"),
		"fastcgi:php-cgi -b {addr}":         own("php-cgi", "fastcgi", "", "php-cgi", "-b", "{addr}"),
		"fastcgi:./ads.fcgi":                own("ads.fcgi", "fastcgi", "", "./ads.fcgi"),
		"http://127.0.0.1:8080/":            own("127.0.0.1:8080", "url", "http://127.0.0.1:8080"),
		"https://ads.example":               own("ads.example", "url", "https://ads.example"),
		"url:http://localhost:1":            own("localhost:1", "url", "http://localhost:1"),
		"live=http://localhost:1":           own("live", "url", "http://localhost:1"),
		"server:./x 'a b' \"{port}\"":       own("x", "server", "", "./x", "a b", "{port}"),
		"server:env A=b ./x -l {addr}":      own("x", "server", "", "env", "A=b", "./x", "-l", "{addr}"),
		"server:sh -c 'exec ./x {addr}'":    own("sh", "server", "", "sh", "-c", "exec ./x {addr}"),
		"server:starman -l {addr} ads.psgi": own("starman", "server", "", "starman", "-l", "{addr}", "ads.psgi"),
		"fastcgi:php-cgi -b {addr} ads.php": func() scenarios.Target {
			t := own("php-cgi", "fastcgi", "", "php-cgi", "-b", "{addr}")
			t.Settings = &scenarios.FastCGI{Gateway: scenarios.Gateway{Script: "ads.php"}}
			return t
		}(),
		"cgi:/usr/bin/php-cgi8.2 ads.php": func() scenarios.Target {
			t := own("php-cgi8.2", "cgi", "", "/usr/bin/php-cgi8.2")
			t.Settings = &scenarios.CGI{Gateway: scenarios.Gateway{Script: "ads.php"}}
			return t
		}(),
		"cgi:/srv/cgi-bin/": func() scenarios.Target {
			t := own("cgi-bin", "cgi", "", "/srv/cgi-bin/")
			t.Settings = &scenarios.CGI{Prefix: "/cgi-bin/"}
			return t
		}(),
		"cgi:../": func() scenarios.Target {
			t := own("..", "cgi", "", "../")
			t.Settings = &scenarios.CGI{Prefix: "/"}
			return t
		}(),
		"cgi:'./my programs/'": func() scenarios.Target {
			t := own("my programs", "cgi", "", "./my programs/")
			t.Settings = &scenarios.CGI{Prefix: "/"}
			return t
		}(),
	} {
		got, err := scenarios.ParseTarget(spec)
		if err != nil {
			t.Errorf("%s: %v", spec, err)
			continue
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: -want +got:\n%s", spec, diff)
		}
	}
}

func TestParseTargetMistakes(t *testing.T) {
	for spec, want := range map[string]string{
		"":                       "the target is empty: write KIND:COMMAND, as in cgi:./ads.pl",
		"./ads.pl":               `target "./ads.pl" has no kind: write cgi:./ads.pl for a CGI program, or one of cgi:, fastcgi:, server:, url: before it`,
		"ads.pl":                 "has no kind",
		"./a:b":                  "has no kind",
		"sever:./x":              `unknown kind "sever"; did you mean "server"?`,
		"apache2:x":              `unknown kind "apache2"; known are: cgi, fastcgi, server, url`,
		"cgi:":                   "there is no command",
		"cgi:a && b":             `no shell reads the command, and "&&" needs one: write sh -c '…'`,
		"cgi:a 'b":               "a quote is not closed",
		"url:127.0.0.1:80":       `"127.0.0.1:80" is no address: write http://127.0.0.1:8080`,
		"http://127.0.0.1/a.pl":  "write the address of the server alone, as http://127.0.0.1:8080, and give the path of a page with --get",
		"http://":                "write the address of the server alone",
		"http://:8080":           "write the address of the server alone",
		"http://127.0.0.1:99999": "write the address of the server alone",
	} {
		if _, err := scenarios.ParseTarget(spec); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %s", spec, err, want)
		}
	}
}

// A target on the command line, and the same target in a file.
func ExampleParseTarget() {
	t, err := scenarios.ParseTarget("server:starman --listen {addr} ads.psgi")
	fmt.Println(t.Name, t.Kind, len(t.Command), err)
	_, err = scenarios.ParseTarget("./ads.pl")
	fmt.Println(err)
	// Output:
	// starman server 4 <nil>
	// target "./ads.pl" has no kind: write cgi:./ads.pl for a CGI program, or one of cgi:, fastcgi:, server:, url: before it
}
