package logs_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/classibench/classibench/scenarios/traffic/logs"
)

// hashes matches a hash of a value.
var hashes = regexp.MustCompile(`([?#&;=]|%[0-9a-fA-F]{2})[0-9a-f]{16}`)

func anonymized(t *testing.T, words ...string) logs.Anonymize {
	t.Helper()
	a, err := logs.ParseAnonymize(words)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// Nothing of a line that cannot be read shows who is in it: not in notes, in JSON or in errors,
// whatever is wrong with the line.
func TestUnreadableLinesAreAnonymous(t *testing.T) {
	const who = `192.0.2.7 - ann [14/Mar/2026:09:00:00 +0000] "GET /s?q=Ann HTTP/1.1" `
	const agent = ` "http://site.example/secret" "Agent"`
	secrets := []string{"192.0.2", "ann", "Ann", "site", "secret", "Agent", "2001:db8", "C0FFEE"}
	for name, c := range map[string]struct{ format, line, reason string }{
		"a field":               {"combined", who + "Ann 5" + agent, "\"xxx\" is no status code"},
		"the end is missing":    {"combined", who + `200 5 "http://site.example/secret" "Agent C0FFEE`, `there is no`},
		"text after the end":    {"common", who + `200 5` + agent, "it is in the format combined"},
		"more after the format": {`%h %t "%r" "%{Referer}i"`, `2001:db8::1 [14/Mar/2026:09:00:00 +0000] "GET /s?q=Ann HTTP/1.1" "Agent" "secret"`, "text after the end of the format"},
		"another format":        {"combined", who + "200 5", "it is in the format common"},
		"no JSON":               {"json", `{"remote_addr":"192.0.2.7","request":"GET /s?q=Ann HTTP/1.1",}`, "it is no JSON"},
		"no object":             {"json", `["192.0.2.7","Ann"]`, "it is no JSON object"},
		"a field of JSON":       {"json", `{"remote_addr":"192.0.2.7","time":"Ann 192.0.2.7","request":"GET /"}`, "time: \"xxx ###.#.#.#\" is no time"},
		"no time":               {"json", `{"remote_addr":"192.0.2.7","user":"ann"}`, "it has no time"},
		"junk":                  {"combined", "\x16\x03\x01 Ann 192.0.2.7", "there is no"},
		"too long":              {"combined", who + strings.Repeat("Ann", 1<<19), "it is longer than"},
	} {
		t.Run(name, func(t *testing.T) {
			path := save(t, "access.log", c.line+"\n")
			for _, words := range []string{"all", "clients", "queries=drop"} {
				_, sum, err := imported(t, logs.Options{Format: c.format, Anonymize: anonymized(t, words)}, path)
				if err == nil || sum == nil || len(sum.Problems) != 1 {
					t.Fatalf("got %+v and error %v, want one problem", sum, err)
				}
				data, jsonErr := json.Marshal(sum)
				if jsonErr != nil {
					t.Fatal(jsonErr)
				}
				shown := strings.Join(append(sum.Notes(), string(data), err.Error()), "\n")
				for _, secret := range secrets {
					if strings.Contains(strings.ReplaceAll(shown, path, ""), secret) {
						t.Errorf("%s: %q is shown in %s", words, secret, shown)
					}
				}
				if want := path + ":1: "; !strings.Contains(err.Error(), want) || !strings.Contains(sum.Problems[0].Reason, c.reason) {
					t.Errorf("%s: got %s, want the place %s and the reason %s", words, shown, want, c.reason)
				}
			}
			if _, sum, _ := imported(t, logs.Options{Format: c.format}, path); sum.Masked || !strings.Contains(c.line, sum.Problems[0].Text[:10]) {
				t.Errorf("without anonymity, the line is not shown: %+v", sum.Problems)
			}
		})
	}
}

// The errors of the decoder of JSON quote a character of the line.
func TestErrorsOfJSONAreAnonymous(t *testing.T) {
	for _, c := range []string{"Ω", "Q", "'", `"`, "\\"} {
		for _, line := range []string{`{"time":1` + c + `}`, `{"a":"b"` + c, c + `{}`, `{"a":t` + c, `{"a":"\u00` + c + `"}`, `{"a":-` + c} {
			_, sum, err := imported(t, logs.Options{Format: "json", Anonymize: anonymized(t, "all")}, save(t, "access.log", line+"\n"))
			if err == nil || len(sum.Problems) != 1 {
				t.Fatalf("%q: got %+v, want one problem, and error %v", line, sum, err)
			}
			if reason := sum.Problems[0].Reason; !strings.Contains(reason, "it is no JSON") || strings.Contains(reason, "invalid character '") || strings.ContainsAny(reason, "ΩQ") {
				t.Errorf("%q: got %s", line, reason)
			}
		}
	}
}

// The first line of a file in no known format is masked too.
func TestUnknownFormatsAreAnonymous(t *testing.T) {
	path := save(t, "access.log", "Ann from 192.0.2.7\n")
	_, _, err := imported(t, logs.Options{Anonymize: anonymized(t, "all")}, path)
	if _, ok := errors.AsType[*logs.FormatError](err); !ok || strings.Contains(err.Error(), "Ann") || !strings.Contains(err.Error(), `after "###.#.#.#"`) {
		t.Errorf("got %v", err)
	}
}

// A client may send any word as its method.
func TestMethodsAreAnonymous(t *testing.T) {
	log := get(0, "/") + line(0, "a", "ANN /", `"-" "-"`) + line(0, "a", "POST /", `"-" "-"`)
	_, sum, err := imported(t, logs.Options{Anonymize: anonymized(t, "all")}, save(t, "access.log", log))
	if err != nil {
		t.Fatal(err)
	}
	if notes := strings.Join(sum.Notes(), "\n"); !strings.Contains(notes, "(POST 1, other 1)") {
		t.Errorf("got %s", notes)
	}
	for want, o := range map[string]logs.Options{
		"GET other POST": {AllMethods: true, Anonymize: anonymized(t, "clients")},
		"ANN POST":       {Methods: []string{"ANN", "POST"}, Anonymize: anonymized(t, "all")},
		"GET ANN POST":   {AllMethods: true},
	} {
		hits, _, err := imported(t, o, save(t, "access.log", log))
		var got []string
		for _, h := range hits {
			got = append(got, h.Method)
		}
		if err != nil || strings.Join(got, " ") != want {
			t.Errorf("got %v and error %v, want %s", got, err, want)
		}
	}
}

// Values stand in other places of a target than in its query, and names may be values.
func TestParametersAreAnonymous(t *testing.T) {
	for target, want := range map[string]string{
		"/s?q=Ann&r=Ann":                      "/s?q=V&r=V",
		"/s?q=Ann;r=Ann":                      "/s?q=V;r=V",
		"/s?Ann":                              "/s?V",
		"/s?192.0.2.7=1&a@b=":                 "/s?V=V&V=",
		"/s?a%5B%5D=Ann&b[x]=Ann&c=":          "/s?a%5B%5D=V&b[x]=V&c=",
		"/s%3Fq=Ann":                          "/s%3Fq=V",
		"/s#Ann":                              "/s%23V",
		"/s?q=a=b?c":                          "/s?q=V?V",
		"/s;jsessionid=Ann/x;y?q=Ann":         "/s;jsessionid=V/x;V?q=V",
		"/s%3bjsessionid=Ann":                 "/s%3bjsessionid=V",
		"/s&q=Ann":                            "/s&q=V",
		"/s&q=Ann&Ann/x;y=Ann":                "/s&q=V&V/x;y=V",
		"/a&b;y=Ann":                          "/a&b;y=V",
		"/a&b/":                               "/a&b/",
		"/ads/7":                              "/ads/7",
		"/?":                                  "/?",
		"/s?" + strings.Repeat("n", 65) + "=": "/s?V=",
	} {
		for _, word := range []string{"queries", "queries=drop"} {
			hits, _, err := imported(t, logs.Options{Anonymize: anonymized(t, word)}, save(t, "access.log", get(0, target)))
			if err != nil {
				t.Fatal(err)
			}
			got, want := strings.TrimPrefix(hits[0].URL, logs.DefaultBase), want
			if word == "queries=drop" {
				want = strings.ReplaceAll(want, "V", "")
			} else {
				got = hashes.ReplaceAllString(got, "${1}V")
			}
			if got != want {
				t.Errorf("%s of %s: got %s, want %s", word, target, got, want)
			}
		}
	}
}

// All parts kept is no anonymity.
func TestKeptPartsAreShown(t *testing.T) {
	_, sum, _ := imported(t, logs.Options{Format: "common", Anonymize: anonymized(t, "all=keep")}, save(t, "access.log", "Ann\n"))
	if got := fmt.Sprint(sum.Problems); !strings.Contains(got, "Ann") {
		t.Errorf("got %s", got)
	}
}
