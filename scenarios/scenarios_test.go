package scenarios_test

import (
	"encoding/csv"
	"fmt"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/classibench/classibench/scenarios"
)

func load(t *testing.T, name string) *scenarios.Scenario {
	t.Helper()
	s, err := scenarios.Load(name)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestShippedScenarios(t *testing.T) {
	for _, name := range scenarios.Names() {
		s := load(t, name)
		if s.Name != name || len(s.Mix) < 6 || len(s.Replay.Stages) < 3 || s.Description == "" {
			t.Errorf("%s: got %+v", name, s)
		}
	}
}

// The curve of peak-hour must be the busiest hour of the trace, to two digits.
func TestPeakHourHasTheShapeOfTheTrace(t *testing.T) {
	f, err := os.Open("testdata/nasa-1995-busiest-day-per-minute.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var minutes []float64
	for _, row := range rows[1:] {
		n, err := strconv.ParseFloat(row[1], 64)
		if err != nil {
			t.Fatal(err)
		}
		minutes = append(minutes, n)
	}
	sum := func(v []float64) (s float64) {
		for _, x := range v {
			s += x
		}
		return s
	}
	busiest := 0
	for i := range minutes[:len(minutes)-59] {
		if sum(minutes[i:i+60]) > sum(minutes[busiest:busiest+60]) {
			busiest = i
		}
	}
	hour := minutes[busiest : busiest+60]
	check := func(name string, got []float64, scale float64, want []float64) {
		t.Helper()
		for i := range got {
			if math.Abs(got[i]-want[i]/scale) > 0.0051 {
				t.Errorf("%s: minute %d is %v of the mean, want %.3f", name, i, got[i], want[i]/scale)
			}
		}
	}
	mean := sum(hour) / 60
	for i, stage := range load(t, "peak-hour").Replay.Stages[1:4] {
		check(stage.Name, stage.Curve, mean, hour[20*i:])
	}
	for _, stage := range load(t, "flood-gates").Replay.Stages {
		check(stage.Name, stage.Curve, sum(minutes)/1440, hour)
	}
}

func TestParse(t *testing.T) {
	got, err := parse(t, "mine.yaml", []byte(`
name: mine
data: {ads: 1_000, seed: 7}
draw:
  id: {range: [1, 9], zipf: 1.5}
  who: {list: [Ann, Bob]}
mix:
  - name: read
    weight: 9
    get: /ads/{id}
  - name: write
    post: /ads
    header: {X-Who: "{who}"}
    form: {b: "{id}", a: 2}
    expect: {status: 303, body: "id {id}"}
capacity: {users: 4, block: 1s, budget: 20s, within: 2%}
replay:
  timeout: 3s
  stages:
    - {name: day, for: 10s, rate: 2M hits/day, curve: [0, 2, 1]}
objective: {p95: 250ms, errors: 0.001}
targets:
  - cgi
  - name: mine
    kind: server
    command: ./mine -listen {addr} 'two words'
    env: {DB: ads.db}
    reset: [cp, clean.db, ads.db]
    ready: /healthz
  - {name: away, kind: url, url: "https://127.0.0.1:8443", insecure: true}
  - {name: known, kind: url, url: "https://shop.example", ca: shop.pem}
`))
	if err != nil {
		t.Fatal(err)
	}
	want := &scenarios.Scenario{
		Name: "mine", Data: scenarios.Data{Ads: 1000, Seed: 7},
		Draw: map[string]scenarios.Draw{"id": {Range: []int64{1, 9}, Zipf: 1.5}, "who": {List: []string{"Ann", "Bob"}}},
		Mix: []scenarios.Route{
			{Name: "read", Weight: 9, Method: "GET", Path: "/ads/{id}", Expect: scenarios.Expect{Status: 200}},
			{Name: "write", Weight: 1, Method: "POST", Path: "/ads", Header: []scenarios.Field{{Name: "X-Who", Value: "{who}"}},
				Form: []scenarios.Field{{Name: "b", Value: "{id}"}, {Name: "a", Value: "2"}}, Expect: scenarios.Expect{Status: 303, Body: "id {id}"}},
		},
		Capacity: scenarios.Capacity{Users: 4, Block: time.Second, Budget: 20 * time.Second, Within: 0.02},
		Replay: scenarios.Replay{Timeout: 3 * time.Second, Stages: []scenarios.Stage{
			{Name: "day", For: 10 * time.Second, Rate: scenarios.Rate{Value: 2e6, Unit: scenarios.HitsPerDay}, Curve: []float64{0, 2, 1}}}},
		Objective: scenarios.Objective{P95: 250 * time.Millisecond, Errors: 0.001},
		Targets: []scenarios.Target{{Name: "cgi", Builtin: "cgi"}, {
			Name: "mine", Kind: "server", Settings: &scenarios.Server{}, Command: []string{"./mine", "-listen", "{addr}", "two words"}, Env: map[string]string{"DB": "ads.db"},
			Reset: []string{"cp", "clean.db", "ads.db"}, Ready: "/healthz", StartTimeout: 15 * time.Second,
		},
			{Name: "away", Kind: "url", URL: "https://127.0.0.1:8443", Insecure: true, Ready: "/", StartTimeout: 15 * time.Second},
			{Name: "known", Kind: "url", URL: "https://shop.example", CA: "shop.pem", Ready: "/", StartTimeout: 15 * time.Second}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// Parse must report all mistakes together, each with its place and a hint.
func TestMistakes(t *testing.T) {
	_, err := parse(t, "flood.yaml", []byte(`name: flood
draw:
  ad: {from: adds}
  idle: {list: [a]}
  both: {from: ads, range: [9, 1]}
mix:
  - name: home
    wieght: 3
    get: /
  - name: home
    get: /ads/{da}
    form: {a: b}
  - name: none
    weight: -1
    expect: {status: 700}
capacity: {users: many, within: 120%}
replay:
  stages:
    - {name: a, for: 10, rate: 5 hits/h, curve: [1]}
    - {name: a, rate: 2x capacity, for: 1s, curve: [0, 0]}
targets:
  - cgj
  - {name: x, kind: server, command: ./x}
  - {name: y, kind: sever, ready: y}
  - {name: z, kind: url, url: "ftp://x", ca: z.pem}
`))
	got := strings.Split(err.Error(), "\n")
	for _, line := range []string{
		`flood.yaml:3:14: the data set has no list "adds"; did you mean "ads"?`,
		`flood.yaml:4:3: nothing uses the placeholder "idle"; remove it, or use it as {idle}`,
		`flood.yaml:8:5: unknown field "wieght"; did you mean "weight"?`,
		`flood.yaml:11:15: unknown placeholder {da}; did you mean {ad}?`,
		`flood.yaml:14:13: weight "-1": must be more than 0; write a number`,
		`flood.yaml:15:22: status "700": must be from 200 to 599; write a whole number`,
		`flood.yaml:16:19: users "many": not a whole number; write a whole number`,
		`flood.yaml:16:33: within "120%": not between 0% and 100%; write a share as 1% or 0.01`,
		`flood.yaml:19:22: for "10": not a duration; write a duration as 40s, 500ms or 2m`,
		`flood.yaml:19:32: rate "5 hits/h": unknown unit "hits/h"; write a rate as "120 hits/s", "500000 hits/day" or "1.5 capacity"`,
		`flood.yaml:22:5: there is no built-in target "cgj"; did you mean "cgi"?`,
		`flood.yaml:23:38: the command of target "x" does not say where to listen; write {addr} where the program takes the address to listen at, or its url if it has one of its own`,
		`flood.yaml:24:21: unknown kind "sever"; did you mean "server"?`,
		`flood.yaml:25:31: target "z" has no http:// or https:// address; write url: http://127.0.0.1:8080`,
		`flood.yaml:25:46: target "z" does not speak TLS; leave it out, or give the url of an https server`,
	} {
		found := false
		for _, g := range got {
			found = found || g == line
		}
		if !found {
			t.Errorf("missing: %s", line)
		}
	}
	for _, part := range []string{"both has 2 sources", "two routes are called", "sends a form with GET", `"none" has no address`,
		"the curve has 1 points", "two stages are called", "the curve is 0 everywhere", `bad path "y"`} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("missing: %s", part)
		}
	}
	if t.Failed() {
		t.Logf("got:\n%s", err)
	}
}

func TestTargetsOfInterpreters(t *testing.T) {
	const head = "name: a\nmix: [{name: x, get: /}]\ntargets:\n"
	s, err := parse(t, "a.yaml", []byte(head+`
  - {name: php, kind: cgi, command: php-cgi, script: a.php}
  - {name: fpm, kind: fastcgi, command: "php-cgi -b {addr}", script: a.php, params: {APP_ENV: test, N: 1}, connections: 4}
`))
	if err != nil {
		t.Fatal(err)
	}
	want := []scenarios.Target{
		{Name: "php", Kind: "cgi", Command: []string{"php-cgi"}, Ready: "/", StartTimeout: 15 * time.Second, Settings: &scenarios.CGI{Gateway: scenarios.Gateway{Script: "a.php"}}},
		{Name: "fpm", Kind: "fastcgi", Command: []string{"php-cgi", "-b", "{addr}"}, Ready: "/", StartTimeout: 15 * time.Second,
			Settings: &scenarios.FastCGI{Gateway: scenarios.Gateway{Script: "a.php"}, Params: map[string]string{"APP_ENV": "test", "N": "1"}, Connections: 4}},
	}
	if diff := cmp.Diff(want, s.Targets); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	for target, want := range map[string]string{
		"{name: x, kind: server, command: 'x {addr}', script: a.php}":     "nobody tells it its script",
		"{name: x, kind: cgi, command: x, params: {A: 1}}":                "it has no params; leave it out",
		"{name: x, kind: url, url: 'http://127.0.0.1:1', connections: 2}": "it has no connections; leave it out",
		"{name: x, kind: url, url: 'http://127.0.0.1:1/cgi-bin/a.pl'}":    "must have a scheme, a host and a port, and nothing else",
		"{name: x, kind: url, url: 'http://a:b@127.0.0.1/'}":              "must have a scheme, a host and a port, and nothing else",
		"{name: x, kind: url, url: 'http:///x'}":                          "must have a scheme, a host and a port, and nothing else",
		"{name: x, kind: fastcgi, command: x, connections: 0}":            "must be from 1 to 4096",
		"{name: x, kind: fastcgi, command: x, params: {A=B: 1}}":          "cannot be the name of a variable",
		"{name: x, kind: fastcgi, command: x, params: [A]}":               "params is a list, want a mapping",
		"{name: x, kind: fastcgi, command: x, param: {A: 1}}":             "did you mean \"params\"?",
		"{name: x, kind: fastcgi, command: x, conections: 1}":             "did you mean \"connections\"?",
		"{name: x, kind: fastcgi, command: x, processes: 1}":              "nothing is started for each request",
	} {
		if _, err := parse(t, "a.yaml", []byte(head+"  - "+target)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %s", target, err, want)
		}
	}
}

func TestDirectoriesOfPrograms(t *testing.T) {
	const head = "name: a\nmix: [{name: x, get: /}]\ntargets:\n"
	s, err := parse(t, "a.yaml", []byte(head+"  - {name: ads, kind: cgi, command: ./cgi-bin, prefix: /cgi-bin/, follow_links: true}\n"))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(&scenarios.CGI{Prefix: "/cgi-bin/", FollowLinks: true}, s.Targets[0].Settings); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	for target, want := range map[string]string{
		"{name: x, kind: cgi, command: x, prefix: cgi-bin/}":                 "does not begin with a slash",
		"{name: x, kind: cgi, command: x, prefix: '/a?b'}":                   "holds no space, ? or #",
		"{name: x, kind: cgi, command: x, prefix: /a/../b}":                  "no request has this path",
		"{name: x, kind: cgi, command: x, prefix: /a//b/}":                   "no request has this path",
		"{name: x, kind: cgi, command: x, prefix: /a%20b/}":                  "no request has this path",
		"{name: x, kind: cgi, command: x, follow_links: 2}":                  "neither true nor false",
		"{name: x, kind: fastcgi, command: x, prefix: /a}":                   "no gateway gives it a SCRIPT_NAME",
		"{name: x, kind: server, command: 'x {addr}', follow_links: true}":   "is no directory of CGI programs",
		"{name: x, kind: url, url: 'http://127.0.0.1:1', prefix: /cgi-bin/}": "no gateway gives it a SCRIPT_NAME",
	} {
		if _, err := parse(t, "a.yaml", []byte(head+"  - "+target)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %s", target, err, want)
		}
	}
}

func TestTargetsOfProgramsThatShip(t *testing.T) {
	const head = "name: a\nmix: [{name: x, get: /}]\ntargets:\n"
	s, err := parse(t, "a.yaml", []byte(head+`
  - name: fpm
    kind: fastcgi
    files: php
    command: php-fpm --db {data}
    env: {ADDR: "{addr}", DB: "{data}"}
    params: {DATA: "sqlite:{data}"}
    reset: touch {data}
    needs: {"/usr/sbin/php-fpm*": php-fpm, php -v: "php-cli php-common"}
  - {name: plain, kind: cgi, command: ./a.cgi}
`))
	if err != nil {
		t.Fatal(err)
	}
	got := s.Targets[0].WithData("/tmp/ads.db")
	want := scenarios.Target{Name: "fpm", Kind: "fastcgi", Files: "php", Command: []string{"php-fpm", "--db", "/tmp/ads.db"}, Env: map[string]string{"ADDR": "{addr}", "DB": "/tmp/ads.db"},
		Reset: []string{"touch", "/tmp/ads.db"}, Ready: "/", StartTimeout: 15 * time.Second,
		Needs:    []scenarios.Need{{What: "/usr/sbin/php-fpm*", Package: "php-fpm"}, {What: "php -v", Package: "php-cli php-common"}},
		Settings: &scenarios.FastCGI{Params: map[string]string{"DATA": "sqlite:/tmp/ads.db"}}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if !s.Targets[0].UsesData() || s.Targets[1].UsesData() {
		t.Errorf("got %v and %v, want that the first uses the data alone", s.Targets[0].UsesData(), s.Targets[1].UsesData())
	}
	if s.Targets[0].Command[2] != "{data}" {
		t.Errorf("the target itself was changed: %+v", s.Targets[0])
	}
	for target, want := range map[string]string{
		"{name: x, kind: cgi, command: x, files: pearl}":     `did you mean "perl"?`,
		"{name: x, kind: cgi, command: x, files: /srv/shop}": `no program "/srv/shop" ships`,
		"{name: x, kind: cgi, command: x, needs: [apache2]}": "needs is a list, want a mapping",
		"{name: x, kind: cgi, command: x, needs: {a: [b]}}":  "the package of a is a list, want text",
		"{name: x, kind: cgi, command: x, needs: {'': b}}":   "a need is empty",
	} {
		if _, err := parse(t, "a.yaml", []byte(head+"  - "+target)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %s", target, err, want)
		}
	}
}

func TestDoubling(t *testing.T) {
	s, err := parse(t, "a.yaml", []byte("name: a\nmix: [{name: x, get: /}]\nreplay: {double_up_to: 9M hits/day, stages: [{name: a, for: 1s, rate: 1 hits/s}, {name: b, for: 2s, rate: 2M hits/day, curve: [1, 3]}]}"))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, stage := range s.Replay.Doubled(0) {
		got = append(got, fmt.Sprintf("%s: %v, %v, %v", stage.Name, stage.For, stage.Rate, stage.Curve))
	}
	if want := []string{"4000000 hits/day: 2s, 4000000 hits/day, [1 3]", "8000000 hits/day: 2s, 8000000 hits/day, [1 3]"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := load(t, "flood-gates").Replay.Doubled(0); got != nil {
		t.Errorf("without a bound: got %v", got)
	}
	of := scenarios.Replay{Stages: []scenarios.Stage{{Rate: scenarios.Rate{Value: 0.5, Unit: scenarios.OfCapacity}}}, DoubleUpTo: scenarios.Rate{Value: 4, Unit: scenarios.OfCapacity}}
	if got := len(of.Doubled(12)); got != 3 {
		t.Errorf("shares of capacity: got %d stages, want 3", got)
	}
}

// A rate that is wrong is nothing that could be doubled.
func TestDoublingOfAWrongRate(t *testing.T) {
	for _, rate := range []string{"1 hits/da", "0 hits/s", "-1 hits/s", "NaN hits/s", "0 capacity", "{}", "''", "1e-300 hits/s"} {
		for _, to := range []string{"9 hits/s", "9 capacity"} {
			_, err := parse(t, "a.yaml", []byte("name: a\nmix: [{name: x, get: /}]\nreplay: {double_up_to: "+to+", stages: [{name: a, for: 1s, rate: "+rate+"}]}"))
			if problems, ok := err.(scenarios.Problems); !ok || len(problems) != 1 {
				t.Errorf("rate %s, doubled up to %s: got %v, want one problem", rate, to, err)
			}
		}
	}
	for _, r := range []scenarios.Replay{
		{Stages: []scenarios.Stage{{}}, DoubleUpTo: scenarios.Rate{Value: 1}},
		{Stages: []scenarios.Stage{{Rate: scenarios.Rate{Value: 1}}}},
		{DoubleUpTo: scenarios.Rate{Value: 1}},
	} {
		if got := r.Doubled(1); got != nil {
			t.Errorf("%+v: got %v", r, got)
		}
	}
}

// The story of the Perl program has the stages of flood-gates.
func TestPerlHasTheStagesOfFloodGates(t *testing.T) {
	if diff := cmp.Diff(load(t, "flood-gates").Replay.Stages, load(t, "perl").Replay.Stages); diff != "" {
		t.Errorf("-flood-gates +perl:\n%s", diff)
	}
}

func TestPassAuth(t *testing.T) {
	of := func(kind, value string) (*scenarios.Scenario, error) {
		return parse(t, "a.yaml", []byte("name: a\nmix: [{name: x, get: /}]\ntargets: [{name: a, kind: "+kind+", command: \"./a {addr}\", pass_auth: "+value+"}]\n"))
	}
	for _, kind := range []string{"cgi", "fastcgi"} {
		s, err := of(kind, "true")
		if err != nil {
			t.Fatal(err)
		}
		if g, ok := s.Targets[0].Gateway(); !ok || !g.PassAuth {
			t.Errorf("%s: got %+v, want that it is set", kind, s.Targets[0])
		}
	}
	if _, err := of("server", "false"); err != nil {
		t.Errorf("server, switched off: got %v", err)
	}
	if _, err := of("server", "true"); err == nil || !strings.Contains(err.Error(), "has no gateway of ours") {
		t.Errorf("server: got %v", err)
	}
	if _, err := of("cgi", "maybe"); err == nil || !strings.Contains(err.Error(), "write true or false") {
		t.Errorf("maybe: got %v", err)
	}
}

func TestPrintMarksThePlace(t *testing.T) {
	_, err := parse(t, "a.yaml", []byte("name: a\nmix:\n  - {name: x, gett: /}\n"))
	var b strings.Builder
	err.(scenarios.Problems).Print(&b, false)
	if want := "    3 |   - {name: x, gett: /}\n      |               ^\n"; !strings.Contains(b.String(), want) {
		t.Errorf("got\n%s\nwant it to contain\n%s", b.String(), want)
	}
}

func TestNotAScenario(t *testing.T) {
	for src, want := range map[string]string{
		"":                                  "0 documents",
		"a: [":                              "not YAML",
		"- a":                               "the scenario is a list, want a mapping",
		"name: a\nname: b\nmix: []":         "",
		"name: a\n---\nname: b":             "2 documents",
		"name: &x a\nmix: *x":               "anchor or alias",
		"name: a\nmix: [{name: b, get: x}]": `bad address "x"`,
		strings.Repeat("#", 9<<20):          "larger than",
	} {
		if _, err := parse(t, "a.yaml", []byte(src)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.40q: got %v, want %q", src, err, want)
		}
	}
}

func TestUnknownNames(t *testing.T) {
	for name, want := range map[string]string{"peek-hour": `did you mean "peak-hour"?`, "zzz": "choose one of: peak-hour, flood-gates, browse", "./none.yaml": "no such file"} {
		if _, err := scenarios.Load(name); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Load(%q): got %v, want %q", name, err, want)
		}
	}
}

func ExampleParse() {
	_, err := scenarios.Parse("mine.yaml", []byte("name: mine\nmix:\n  - {name: home, wieght: 2, get: /}\n"))
	fmt.Println(err)
	// Output: mine.yaml:3:18: unknown field "wieght"; did you mean "weight"?
}

// FuzzValues reads any text as the values of a command line: those that are accepted are
// in their limits, and a target can be written again.
func FuzzValues(f *testing.F) {
	for _, s := range []string{"120 hits/s", "2M hits/day", "1.5 capacity", "1e309 hits/s", "-0 hits/s", "5%", "0.05", "NaN%", "0x1p-2", "1_000k hits/s", "cgi:./ads.pl", "a=server:x --listen {addr} 'b c'", "cgi:./cgi-bin/", "cgi:php-cgi ads.php", "http://[::1]:80/x", "persistent", "=:", "url:x", "cgi:/", "cgi:'"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if r, err := scenarios.ParseRate(s); err == nil && (!(r.Value > 0) || math.IsInf(r.Value, 0)) {
			t.Errorf("%q: got %+v", s, r)
		}
		if x, err := scenarios.ParseShare(s); err == nil && !(x >= 0 && x <= 1) {
			t.Errorf("%q: got %v", s, x)
		}
		if target, err := scenarios.ParseTarget(s); err == nil && target.Name == "" {
			t.Errorf("%q: got %+v without a name", s, target)
		}
	})
}

func FuzzParse(f *testing.F) {
	for _, name := range scenarios.Names() {
		src, err := scenarios.Source(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(src)
	}
	f.Add([]byte("name: a\nmix: [{name: b, get: /}]\nreplay: {double_up_to: 1 hits/s, stages: [{name: s, for: 1s, rate: 1}]}"))
	f.Add([]byte("name: a\nmix: [{name: b, get: /{c}}]\ndraw: {c: {list: [&a x, *a]}}\n? x\n: y"))
	f.Fuzz(func(t *testing.T, src []byte) {
		s, err := scenarios.Parse("fuzz.yaml", src)
		problems, ok := err.(scenarios.Problems)
		switch {
		case err == nil && (s.Name == "" && len(s.Mix) == 0):
			t.Error("an empty scenario was accepted")
		case err != nil && (!ok || len(problems) == 0):
			t.Errorf("an error without a place: %v", err)
		}
	})
}
