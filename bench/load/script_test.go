package load_test

import (
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/classibench/classibench/bench/load"
	"github.com/classibench/classibench/cgi/host"
	"github.com/classibench/classibench/scenarios"
)

// mirror is a CGI script that returns its request.
const mirror = `#!/bin/sh
printf 'Content-Type: text/plain\n\n'
echo "$REQUEST_METHOD $HTTP_HOST $PATH_INFO?$QUERY_STRING $CONTENT_TYPE $CONTENT_LENGTH"
exec cat
`

// TestAScriptGetsTheRequestsOfAScenario tests the whole path from a scenario file to a
// CGI script.
func TestAScriptGetsTheRequestsOfAScenario(t *testing.T) {
	script := filepath.Join(t.TempDir(), "mirror.cgi")
	if err := os.WriteFile(script, []byte(mirror), 0o755); err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(&host.Handler{Path: script})
	t.Cleanup(srv.Close)
	s, err := scenarios.Parse("mirror.yaml", []byte(`name: mirror
draw:
  page: {list: [docs/a.html]}
  text: {list: ['"no"']}
mix:
  - name: JSON
    post: /api/{page...}
    header: {Host: www.example.com}
    type: application/json
    body: '{"ok":true,"t":"{text}","in":{"a":{}}}'
  - name: form
    post: /
    form: {tag: [b, a], t: "{text}", "{{x}}": "{page...}"}
  - name: multipart
    put: /
    type: multipart/form-data; boundary=cut
    body: |
      --cut
      Content-Disposition: form-data; name="f"

      {text}
      --cut--
`))
	if err != nil {
		t.Fatal(err)
	}
	r, err := load.NewRequests(s.Mix, s.Draw, nil, 1)
	if err != nil {
		t.Fatal(err)
	}
	c, err := load.NewClient(srv.URL, load.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	addr := strings.TrimPrefix(srv.URL, "http://")
	for i, want := range []string{
		"POST www.example.com /api/docs/a.html? application/json 38\n" + `{"ok":true,"t":"\"no\"","in":{"a":{}}}`,
		"POST " + addr + " /? application/x-www-form-urlencoded 42\ntag=b&tag=a&t=%22no%22&%7Bx%7D=docs/a.html",
		"PUT " + addr + " /? multipart/form-data; boundary=cut 66\n--cut\r\nContent-Disposition: form-data; name=\"f\"\r\n\r\n\"no\"\r\n--cut--\r\n",
	} {
		a, err := c.Ask(t.Context(), r.Only(i), 0)
		if err != nil || a.Status != 200 || string(a.Body) != want {
			t.Errorf("%s: status %d, %v\ngot  %q\nwant %q", s.Mix[i].Name, a.Status, err, a.Body, want)
		}
	}
}
