package scenarios_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/classibench/classibench/scenarios"
)

// again encodes a scenario and parses it, and compares. An empty form, map or list is none.
func again(t interface{ Fatalf(string, ...any) }, s *scenarios.Scenario) {
	text := scenarios.Encode(s, "")
	got, err := scenarios.Parse("again.yaml", text)
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	if diff := cmp.Diff(s, got, cmpopts.EquateEmpty()); diff != "" {
		t.Fatalf("-want +got:\n%s\n%s", diff, text)
	}
}

func TestEncodeWhatShips(t *testing.T) {
	for _, name := range scenarios.Names() {
		again(t, load(t, name))
	}
}

// All scenarios of the schema can be encoded, with every field of every kind of target.
func TestEncodeWhatTheSchemaDescribes(t *testing.T) {
	root, accepted := schemaRoot(t), 0
	target := root.at(root, "$defs").at(root, "target")
	rapid.Check(t, func(t *rapid.T) {
		own := target.draw(t, root).(map[string]any)
		own["kind"] = rapid.SampledFrom(scenarios.Kinds()).Draw(t, "kind")
		own["command"], own["url"] = "./a {addr} 'b c'", "https://127.0.0.1:1"
		for _, field := range []string{"env", "params"} {
			if rapid.Bool().Draw(t, field) {
				delete(own, field)
			}
		}
		src, err := json.Marshal(map[string]any{"name": "a", "mix": []any{map[string]any{"name": "r", "get": "/"}}, "targets": []any{own}})
		if err != nil {
			t.Fatal(err)
		}
		if s, err := scenarios.Parse("a.yaml", src); err == nil {
			accepted++
			again(t, s)
		}
	})
	if accepted == 0 {
		t.Error("no document was accepted: the test shows nothing")
	}
}

var anyText = rapid.OneOf(rapid.String(), rapid.StringMatching(`[ a-z:#{}\[\],&*!|>'"%@0-9.~\\\n\r\t-]{0,12}`),
	rapid.SampledFrom([]string{"", "null", "~", "true", "yes", "0x1F", "1_000", "08", "1.50", "-", "- a", "a: b", "a #b", "<<", ".inf", "---", "...", "? a", "\ufeffa", "\u2028", "\u0085", "a\x7f", " a ", "{addr}", "{a...}", "{{a}}", "2026-01-01", "12:30", "=", "\n", "a\nb\n", "|", ">-"}))

// Every text survives encoding and parsing in every place.
func TestEncodeAnyText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := func(label string) string { return strings.ToValidUTF8(anyText.Draw(t, label), "?") }
		s := withDefaults(t)
		s.Name, s.Description = text("name"), text("description")
		s.Draw = map[string]scenarios.Draw{"d": {List: rapid.SliceOfN(rapid.Map(anyText, func(s string) string { return strings.ToValidUTF8(s, "?") }), 1, 5).Draw(t, "list"), Zipf: 1.5}}
		value := scenarios.Literal(text("value")) + "{d}"
		s.Mix = []scenarios.Route{
			{Name: text("route") + "1", Weight: 2.5, Method: "POST", Path: scenarios.Literal("/" + rapid.StringMatching(`[a-z0-9/?=&%"':,*{}\[\]!|-]{0,12}`).Draw(t, "path")), Type: "text/plain", Body: value, Expect: scenarios.Expect{Baseline: true}},
			{Name: text("route") + "2", Weight: 1, Method: "PUT", Path: "/{d}", Form: []scenarios.Field{{Name: scenarios.Literal(text("field")), Value: value}, {Name: "{d}x", Value: ""}, {Name: "{d}x", Value: value}}, Expect: scenarios.Expect{Status: 303, Body: value}},
		}
		s.Targets[0].Name, s.Targets[0].Env = text("target"), map[string]string{"A": strings.ReplaceAll(text("env"), "\x00", "")}
		s.Targets[0].Command = []string{"./a", text("word"), "{addr}"}
		again(t, s)
	})
}

func withDefaults(t *rapid.T) *scenarios.Scenario {
	s, err := scenarios.Parse("a.yaml", []byte("name: a\nmix: [{name: r, get: /}]\ntargets: [{name: x, kind: server, command: './x {addr}'}]\n"))
	if err != nil {
		t.Fatal(err)
	}
	s.Capacity.Within, s.Objective.Errors = rapid.Float64Range(0, 1).Draw(t, "within"), float64(rapid.IntRange(0, 1000).Draw(t, "errors"))/1000
	s.Capacity.Budget = time.Duration(rapid.Int64Range(1, int64(24*time.Hour)).Draw(t, "budget"))
	s.Replay.Stages = []scenarios.Stage{{Name: "a", For: time.Duration(rapid.IntRange(1, 1440).Draw(t, "minutes")) * time.Minute,
		Rate: scenarios.Rate{Value: rapid.Float64Range(0.001, 1000).Draw(t, "rate"), Unit: scenarios.OfCapacity}, Curve: []float64{0, rapid.Float64Range(0.1, 9).Draw(t, "point")}}}
	return s
}

// The file is one that its reader goes on from.
func TestEncodeReadsWell(t *testing.T) {
	s, err := scenarios.Parse("a.yaml", []byte(`
name: ads
mix:
  - {name: GET /ads?c=3, get: /ads?c=3, header: {X-A: [a, "b: c"]}, expect: baseline}
  - {name: POST /ads, weight: 2, post: /ads, form: {title: 'a "b"', tag: [x, y]}, expect: {status: 303}}
capacity: {budget: 40s}
replay: {stages: [{name: busy, for: 90s, rate: 0.5 capacity, curve: [1, 1.5]}]}
targets:
  - {name: ads, kind: cgi, command: ./ads.pl, env: {DB: a b.db}, reset: "cp 'a b' c", processes: 4}
  - {name: starman, kind: server, command: "starman --listen {addr} ads.psgi", ready: /ads, start_timeout: 2m}
`))
	if err != nil {
		t.Fatal(err)
	}
	const want = `# classibench compare …
#
# Saved from flags.
name: ads
# expect: baseline: a right answer is what the first target answered to the same request before measuring.
mix: # a route's share of the requests is its weight / the sum of all
  - name: GET /ads?c=3
    get: /ads?c=3
    header: {X-A: [a, "b: c"]}
    expect: baseline
  - name: POST /ads
    weight: 2
    post: /ads
    form: {title: 'a "b"', tag: [x, y]}
    expect: {status: 303}
# The highest throughput: requests at once, shortest turn, time, and the half-width above which a run warns.
capacity: {users: 8, block: 40ms, budget: 40s, within: 15%}
# The load of a day, the same for each target: hits as they arrive, whether or not earlier ones were answered.
replay:
  timeout: 10s
  stages:
    - {name: busy, for: 1m30s, rate: 0.5 capacity, curve: [1, 1.5]}
objective: {p95: 500ms, errors: 1%} # a stage that is slower or has more errors fails
targets: # the first is the baseline, all others are candidates
  - name: ads
    kind: cgi
    command: ./ads.pl
    processes: 4
    env: {DB: a b.db}
    reset: cp 'a b' c
  - name: starman
    kind: server
    command: starman --listen {addr} ads.psgi
    ready: /ads
    start_timeout: 2m
`
	if diff := cmp.Diff(want, string(scenarios.Encode(s, "classibench compare …\n\nSaved from flags."))); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// A scenario states a data set if something uses it, or if it is another one than usual.
func TestEncodeStatesTheDataThatIsUsed(t *testing.T) {
	list, categories := map[string]scenarios.Draw{"a": {List: []string{"1"}}}, map[string]scenarios.Draw{"a": {From: "categories"}}
	own := func(command ...string) []scenarios.Target {
		return []scenarios.Target{{Name: "own", Kind: "server", Command: command}}
	}
	for name, c := range map[string]struct {
		draw    map[string]scenarios.Draw
		targets []scenarios.Target
		ads     int
		want    bool
	}{
		"requests of a log":           {list, nil, 50_000, false},
		"a program without data":      {list, own("./shop", "{addr}"), 50_000, false},
		"requests draw from the data": {categories, nil, 50_000, true},
		"a program with a copy":       {list, own("./shop", "{addr}", "{data}"), 50_000, true},
		"a built-in target":           {list, []scenarios.Target{{Name: "cgi", Builtin: "cgi"}}, 50_000, true},
		"another size":                {list, nil, 1000, true},
	} {
		s := scenarios.Defaults()
		s.Name, s.Draw, s.Targets, s.Data.Ads = "a", c.draw, c.targets, c.ads
		if text := string(scenarios.Encode(s, "")); strings.Contains(text, "data: {") != c.want {
			t.Errorf("%s: want a data set: %v\n%s", name, c.want, text)
		}
	}
}
