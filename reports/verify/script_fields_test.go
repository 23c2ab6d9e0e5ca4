package verify

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os/exec"
	"strings"
	"testing"

	"github.com/classibench/classibench/bench/parity/trial"
	"github.com/classibench/classibench/bench/parity/visitor"
)

// answers are what programs write a value into that the next request must send, by path.
var answers = map[string]struct {
	header http.Header
	body   string
	fields []string
}{
	"/quoted":   {http.Header{}, `<!DOCTYPE html><p title="a>b"><INPUT VALUE="a&amp;b &#39;1&#x27; &quot;ü&#252;&quot;" TYPE=Hidden name='key'><input name=shown value=1>`, []string{"key", "shown"}},
	"/bare":     {http.Header{"Content-Type": {"text/html; charset=utf-8"}}, "<form><input type=hidden name=a value=1><input\n type=\"hidden\"\n name=\"b\"\n value=''/><input type=hidden name=a value=2></form>", []string{"a", "b"}},
	"/meta":     {http.Header{"Content-Type": {"text/html"}}, `<meta name="csrf-param" content="authenticity_token"><meta name="csrf-token" content="x+/=%41">`, []string{"authenticity_token", "csrf-token"}},
	"/redirect": {http.Header{"Location": {"/ads/7/edit?id=7&key=a%20b+c%26&id=8#top=1"}}, "", []string{"id", "key", "top"}},
	"/json":     {http.Header{"Content-Type": {"application/json"}}, `{"list":[{"id":1},{"id":2}],"deep":{"token":"in","x":"{\"no\": 1}"}, "token" : "out \\ \"q\" \u00fc\/","n":-1.5e3,"yes":true,"none":null,"last":"}"}`, []string{"id", "token", "x", "n", "yes", "last", "no"}},
	"/cookie":   {http.Header{"Set-Cookie": {"XSRF-TOKEN=a%2Fb%20c; Path=/", "seen=1; HttpOnly"}}, "plain", []string{"XSRF-TOKEN", "seen", "absent"}},
	"/text":     {http.Header{"Content-Type": {"text/plain"}}, `<input type=hidden name=a value=1> {"b":1}`, []string{"a", "b"}},
	"/gzip":     {http.Header{"Content-Type": {"text/html"}, "Content-Encoding": {"gzip"}}, zipped(`<input type="hidden" name="a" value="zipped">`), []string{"a"}},
}

func zipped(text string) string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	fmt.Fprint(w, text)
	w.Close()
	return b.String()
}

// plain is the body of an answer as a visitor reads it.
func plain(path, body string) string {
	if path == "/gzip" {
		return `<input type="hidden" name="a" value="zipped">`
	}
	return body
}

// A script fills in the values that a verification does.
func TestScriptFollowsWhatVerifyFollows(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for name, values := range answers[r.URL.Path].header {
			w.Header()[name] = values
		}
		fmt.Fprint(w, answers[r.URL.Path].body)
	}))
	t.Cleanup(server.Close)
	for path, a := range answers {
		b := visitor.NewSide(visitor.Options{}).Browser(0)
		b.See(trial.Exchange{Sent: trial.Request{URL: path}, Answer: trial.Answer{Status: 200, Header: a.header, Body: []byte(plain(path, a.body))}})
		for _, name := range a.fields {
			sent, unknown := b.Fill(trial.Request{Method: "GET", URL: "/?v={{" + name + "}}", Header: http.Header{}})
			u, err := url.Parse(sent.URL)
			if err != nil {
				t.Fatal(err)
			}
			out, warned := fieldOfScript(t, server.URL, path, name)
			if want := u.Query().Get("v"); out != want || warned != (len(unknown) > 0) {
				t.Errorf("%s: the script sends %q for %s, reported as unknown: %v; want %q, %v", path, out, name, warned, want, len(unknown) > 0)
			}
		}
	}
}

// fieldOfScript sends a request with the functions of a script, and returns the value that it
// fills in.
func fieldOfScript(t *testing.T, base, path, name string) (value string, warned bool) {
	t.Helper()
	cmd := exec.Command("sh", "-c", scriptFunctions+"\nside=new base="+base+" fields="+quoted(fieldsProgram)+"\nsend 1 1 GET "+path+" --compressed\nfield 1 "+quoted(name))
	cmd.Env = append(cmd.Environ(), "TMPDIR="+t.TempDir())
	var errors bytes.Buffer
	cmd.Stderr = &errors
	out, err := cmd.Output()
	if err != nil && !strings.Contains(errors.String(), "has seen no value") {
		t.Errorf("%s, %s: %v: %s", path, name, err, errors.String())
	}
	return string(out), strings.Contains(errors.String(), "it is sent empty")
}
