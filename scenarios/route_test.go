package scenarios_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/classibench/classibench/scenarios"
)

// inRoute parses a scenario with one route that has these lines.
func inRoute(t *testing.T, draw, route string) (scenarios.Route, scenarios.Problems, error) {
	src := "name: a\n"
	if draw != "" {
		src += "draw: " + draw + "\n"
	}
	s, notes, err := check(t, "a.yaml", []byte(src+"mix:\n  - name: r\n    "+strings.ReplaceAll(route, "\n", "\n    ")+"\n"))
	if err != nil {
		return scenarios.Route{}, notes, err
	}
	return s.Mix[0], notes, nil
}

func TestRoutes(t *testing.T) {
	right := scenarios.Expect{Status: 200}
	for _, c := range []struct {
		name, draw, lines string
		want              scenarios.Route
	}{
		{"JSON in quotes", "", `post: /` + "\n" + `type: application/json` + "\n" + `body: '{"ok":true}'`,
			scenarios.Route{Method: "POST", Type: "application/json", Body: `{"ok":true}`}},
		{"JSON in a block", "{id: {list: [a]}}", "put: /\ntype: application/vnd.api+json\nbody: |\n  {\n    \"id\": \"{id}\"\n  }",
			scenarios.Route{Method: "PUT", Type: "application/vnd.api+json", Body: "{\n  \"id\": \"{id}\"\n}\n"}},
		{"the type as a header field", "", "post: /\nheader: {content-type: text/plain; charset=utf-8, X-A: 1}\nbody: hello",
			scenarios.Route{Method: "POST", Type: "text/plain; charset=utf-8", Body: "hello", Header: []scenarios.Field{{Name: "X-A", Value: "1"}}}},
		{"a type without a body, as a header field", "", "post: /\nheader: {Content-Type: application/json}",
			scenarios.Route{Method: "POST", Type: "application/json"}},
		{"multipart has the line ends of MIME", "", "post: /\ntype: multipart/form-data; boundary=cut\nbody: |\n  --cut\n  Content-Disposition: form-data; name=\"a\"\n\n  b\n  --cut--",
			scenarios.Route{Method: "POST", Type: "multipart/form-data; boundary=cut", Body: "--cut\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nb\r\n--cut--\r\n"}},
		{"fields given several times, in order", "", "post: /\nform: {tag: [a, 2, true], id: 1}",
			scenarios.Route{Method: "POST", Form: []scenarios.Field{{Name: "tag", Value: "a"}, {Name: "tag", Value: "2"}, {Name: "tag", Value: "true"}, {Name: "id", Value: "1"}}}},
		{"header fields, in order", "", "get: /\nheader: {X-B: 1, host: www.example.com:81, X-A: [b, a]}",
			scenarios.Route{Method: "GET", Header: []scenarios.Field{{Name: "X-B", Value: "1"}, {Name: "host", Value: "www.example.com:81"}, {Name: "X-A", Value: "b"}, {Name: "X-A", Value: "a"}}}},
		{"a list of addresses", "{url: {list: [/a/b, '/c?d=e']}}", `get: "{url...}"`,
			scenarios.Route{Method: "GET", Path: "{url...}"}},
		{"values that an escape makes fit", "{w: {list: ['a b', '#', \"\\n\"]}}", "get: /{w}?q={w}",
			scenarios.Route{Method: "GET", Path: "/{w}?q={w}"}},
		{"an empty form field", "", "post: /\nform: {a: ''}",
			scenarios.Route{Method: "POST", Form: []scenarios.Field{{Name: "a"}}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.want.Name, c.want.Weight, c.want.Expect = "r", 1, right
			if c.want.Path == "" {
				c.want.Path = "/"
			}
			got, _, err := inRoute(t, c.draw, c.lines)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestMistakesOfRoutes(t *testing.T) {
	const lists = `{one: {list: ["a", "b\nc"]}, two: {list: ["a b"]}}` // line 2; the route's lines begin with 5, column 5
	for lines, want := range map[string]string{
		"get: /{one}\nheader: {X-A: '{one}'}":                                 `a.yaml:6:20: the value "b\nc" of {one} is not allowed in a header field; a header field is one line`,
		"post: /{one}/{two}\nform: {tag: a, tag: b}":                          "for several values of a form or header field write a list: [a, b]",
		"get: /{one}/{one...}":                                                `a.yaml:5:17: the value "b\nc" of {one...} is not allowed in an address; an address has no spaces`,
		"get: /x?y={two...}&{one}":                                            `a.yaml:5:15: the value "a b" of {two...} is not allowed in an address`,
		"get: \"{one...}\"\nheader: {A: '{two}'}":                             `a.yaml:5:11: the address begins with a value of {one...}, but not all values begin with /; begin`,
		"get: \"{one}\"\nheader: {A: '{two}'}":                                `a.yaml:5:10: bad address "{one}"`,
		"get: /{one}/{two}/{tow}":                                             `a.yaml:5:23: unknown placeholder {tow}; did you mean {two}?`,
		"get: /{one}/{two}\nexpect:\n  body: |\n    first\n    {nothing}":     `a.yaml:9:9: unknown placeholder {nothing}; define it under draw, or write {{nothing}} for the text {nothing}`,
		"get: \"/a b/{one}/{two}\"":                                           `a.yaml:5:10: "/a b/" is not allowed in an address`,
		"get: /{one}/{two}\nheader: {Host: 'a/b'}":                            `a.yaml:6:20: "a/b" is not allowed in the field Host; write a host, or host:port`,
		"get: /{one}/{two}\nheader: {Host: ''}":                               `a.yaml:6:20: header Host is empty`,
		"get: /{one}\nheader: {Host: '{two}'}":                                `the value "a b" of {two} is not allowed in the field Host`,
		"get: /{one}/{two}\nheader: {Host: [a, b]}":                           `a.yaml:6:20: header Host is a list, want text`,
		"get: /{one}/{two}\nheader: {X A: b}":                                 `a.yaml:6:14: "X A" cannot be the name of a header field; use letters`,
		"get: /{one}/{two}\nheader: {'X-{one}': b}":                           `"X-{one}" cannot be the name of a header field`,
		"get: /{one}/{two}\nheader: {A: \"b\\rc\"}":                           `a.yaml:6:17: "b\rc" is not allowed in a header field`,
		"get: /{one}/{two}\nheader: {transfer-encoding: chunked}":             `a.yaml:6:14: the header field transfer-encoding is not allowed: the generator sends a body whole, with its length; remove it`,
		"get: /{one}/{two}\nheader: {Connection: close}":                      "the generator keeps connections open",
		"get: /{one}/{two}\nheader: {Expect: 100-continue}":                   "without waiting for 100 Continue",
		"get: /{one}/{two}\nheader: {A: []}":                                  `a.yaml:6:17: header A is an empty list; leave it out`,
		"get: /{one}/{two}\nheader: {A: {b: c}}":                              `header A is a mapping, want text; put quotes around`,
		"get: /{one}/{two}\nheader: {A: b, a: c}":                             `a.yaml:6:20: the header field a is given twice; give a list: a: [a, b]`,
		"post: /{one}/{two}\nform: {a: [b, [c]]}":                             "form field a is a list, want text",
		"post: /{one}/{two}\nform: {a: []}":                                   "form field a is an empty list",
		"post: /{one}\nform: {'x[{tow}]': a}":                                 `a.yaml:6:15: unknown placeholder {tow}; did you mean {two}?`,
		"post: /{one}/{two}\nform: {a: b}\nbody: c":                           `a.yaml:7:11: route "r" has a form and a body; keep one of them`,
		"post: /{one}/{two}\ntype: text/plain":                                `a.yaml:6:11: route "r" has a type but nothing to send; remove it, or add a body or a form`,
		"post: /{one}/{two}\ntype: json\nbody: '{}'":                          `a.yaml:6:11: type "json": not a media type; write a media type, such as application/json`,
		"post: /{one}/{two}\nbody: '{}'":                                      `a.yaml:6:11: the body of route "r" has no type; add type`,
		"post: /{one}/{two}\nbody: [1]\ntype: a/b":                            "body is a list, want text; put quotes around",
		"post: /{one}/{two}\nbody: a\ntype: a/b\nheader: {Content-Type: a/b}": `a.yaml:8:28: route "r" has two content types; keep type`,
		"post: /{one}/{two}\nform: {a: b}\ntype: text/plain":                  `a form cannot be sent as "text/plain"; send it as application/x-www-form-urlencoded or multipart/form-data, or write it out as a body`,
		"post: /{one}/{two}\nbody: a\ntype: multipart/form-data":              `the type of route "r" names no boundary; write type: "multipart/form-data; boundary=cut", or give the fields as a form`,
		"post: /{one}/{two}\nbody: a\ntype: multipart/mixed; boundary=cut":    `does not begin with the line --cut and end with the line --cut--`,
		"get: /{one}/{two}\nbody: a\ntype: a/b":                               `a.yaml:6:11: route "r" sends a body with GET, which HTTP gives no meaning (RFC 9110 §9.3.1)`,
		"head: /{one}/{two}\nform: {a: b}":                                    `a.yaml:6:11: route "r" sends a form with HEAD; put the fields into the address`,
		"head: /{one}/{two}\nexpect: {body: a}":                               `a.yaml:6:20: route "r" expects a body, but the answer to HEAD has none; expect its status alone`,
		"post: /{one}/{two}\nexpect: {status: 204, body: a}":                  `an answer with status 204 has none`,
	} {
		_, _, err := inRoute(t, lists, lines)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s\ngot  %v\nwant %s", lines, err, want)
		}
	}
}

// Things that are allowed but may be mistakes give a note, not an error.
func TestNotes(t *testing.T) {
	const draw = "{ad: {list: [a]}, the_id: {list: [b]}}" // line 2; the route's lines begin with 5, column 5
	const here = "/{ad}/{the_id}"
	for lines, want := range map[string]string{
		"get: " + here: `a.yaml:4:5: note: route "r" has no marker, so any answer with status 200 counts as right; add expect: {body: "a text that only the right page holds"}`,
		"post: " + here + "\nexpect: {status: 201}":                                                          `a.yaml:4:5: note: route "r" has no marker, so any answer with status 201 counts as right; add expect: {body: "a text that only the right page holds"}`,
		"get: " + here + "\nexpect: {body: x}":                                                               "",
		"head: " + here:                                                                                      "",
		"post: " + here + "\nexpect: {status: 303}":                                                          "",
		"delete: " + here + "\nexpect: {status: 204}":                                                        "",
		"get: " + here + "\nexpect: {body: 'id { ad }'}":                                                     `a.yaml:6:24: note: { ad } is sent unchanged; did you mean {ad}?`,
		"get: " + here + "/{the-id}\nexpect: {body: x}":                                                      `a.yaml:5:25: note: {the-id} is sent unchanged; did you mean {the_id}?`,
		"get: " + here + "\nexpect: {body: '{{ad}} {x y} {\"ad\":1}'}":                                       "",
		"post: " + here + "\ntype: application/json\nbody: '{\"a\":{ad},}'\nexpect: {body: x}":               `a.yaml:7:11: note: the body of route "r" is not valid JSON: invalid character '}' looking for beginning of object key string`,
		"post: " + here + "\ntype: application/json\nbody: '{\"a\":{ad},\"b\":\"{ad}\"}'\nexpect: {body: x}": "",
		"post: " + here + "\ntype: application/json\nbody: '{\"a\":1 {ad...}}'\nexpect: {body: x}":           "",
	} {
		_, notes, err := inRoute(t, draw, lines)
		if err != nil || notes.Error() != want {
			t.Errorf("%s\ngot  %v, %v\nwant %s", lines, notes, err, want)
		}
	}
}

func TestATimeoutNeedsNoStages(t *testing.T) {
	s, err := parse(t, "a.yaml", []byte("name: a\nmix: [{name: r, get: /}]\nreplay: {timeout: 3s}\n"))
	if err != nil || len(s.Replay.Stages) != 0 || s.Replay.Timeout.Seconds() != 3 {
		t.Errorf("got %+v, %v", s, err)
	}
	if _, err := parse(t, "a.yaml", []byte("name: a\nmix: [{name: r, get: /}]\nreplay: {stages: []}\n")); err == nil || !strings.Contains(err.Error(), "leave stages out") {
		t.Errorf("got %v for an empty list of stages", err)
	}
}

// Every YAML block in the guide must be valid: a whole scenario, or keys of one.
func TestTheGuideHasNoMistakes(t *testing.T) {
	guide, err := os.ReadFile("../docs/scenarios.md")
	if err != nil {
		t.Fatal(err)
	}
	blocks := regexp.MustCompile("(?s)```yaml\n(.*?)```").FindAllStringSubmatch(string(guide), -1)
	if len(blocks) < 3 {
		t.Fatalf("only %d blocks found", len(blocks))
	}
	for _, b := range blocks {
		src := b[1]
		switch {
		case strings.HasPrefix(src, "  - name:") && strings.Contains(src, "kind:"):
			src = "name: a\nmix: [{name: r, get: /}]\ntargets:\n" + src
		case !strings.Contains(src, "name: "):
			src = "name: a\nmix: [{name: r, get: /}]\n" + src
		case !strings.HasPrefix(src, "name: "):
			src = "name: a\n" + src
		}
		if _, err := parse(t, "guide", []byte(src)); err != nil {
			t.Errorf("%s\n%v", src, err)
		}
	}
}
