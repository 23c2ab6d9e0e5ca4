package verify

import (
	"bytes"
	"io"
	"os/exec"
	"strings"
	"testing"

	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/reports/internal/reporttest"
	"mvdan.cc/sh/v3/syntax"
)

func script(t *testing.T, f result.SavedFinding) string {
	t.Helper()
	return string(reporttest.Written(t, func(w io.Writer) error { return Script(w, &f) }))
}

func TestScriptGolden(t *testing.T) {
	reporttest.Golden(t, "leak.sh", []byte(script(t, savedFinding(leak()))))
	reporttest.Golden(t, "race.sh", []byte(script(t, savedFinding(race()))))
}

// Every script is one that a POSIX shell reads, whatever is in a finding.
func TestScriptIsPOSIX(t *testing.T) {
	checker, _ := exec.LookPath("shellcheck")
	for name, v := range samples() {
		for _, f := range saved(v) {
			text := script(t, f)
			if _, err := syntax.NewParser(syntax.Variant(syntax.LangPOSIX)).Parse(strings.NewReader(strings.ToValidUTF8(text, "?")), name); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			cmd := exec.Command("sh", "-n")
			cmd.Stdin = strings.NewReader(text)
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Errorf("%s: %v\n%s", name, err, out)
			}
			if checker == "" {
				continue
			}
			cmd = exec.Command(checker, "--shell=sh", "-")
			cmd.Stdin = strings.NewReader(text)
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Errorf("%s: %v\n%s", name, err, out)
			}
		}
	}
}

// A shell reads each word as it was.
func TestQuoted(t *testing.T) {
	for _, s := range []string{"", "plain", "it's", "$(id) `id` \\ \" * ? ~", "two\nlines", "-n", "ü\u202e", "'''", "a{b,c}", "#x", "!x"} {
		var out bytes.Buffer
		cmd := exec.Command("sh", "-c", "printf %s "+quoted(s))
		cmd.Stdout = &out
		if err := cmd.Run(); err != nil || out.String() != s {
			t.Errorf("%q becomes %q (%v)", s, out.String(), err)
		}
	}
}

func TestScriptSend(t *testing.T) {
	for want, s := range map[string]result.VerifiedStep{
		`send 1 2 GET '/?a=1&b='"$(coded 2 token)" -H Accept: -H User-Agent:`: {Visitor: 2, Method: "GET", URL: "/?a=1&b={{token}}"},
		`send 1 1 POST / -H 'X-Empty;' -H Accept: -H User-Agent: -H Content-Type: --data-raw '{"k":"'"$(text 1 csrf)"'"}'`: {
			Visitor: 1, Method: "POST", URL: "/", Header: map[string][]string{"X-Empty": {""}}, Body: `{"k":"{{csrf}}"}`},
		`send 1 1 POST / -H 'Content-Type: application/x-www-form-urlencoded' -H Accept: -H User-Agent: --data-raw "$(coded 1 'form[key]')"'=1'`: {
			Visitor: 1, Method: "POST", URL: "/", Header: map[string][]string{"Content-Type": {"application/x-www-form-urlencoded"}}, Body: "{{ form[key] }}=1"},
		`send 1 1 GET '/?k='"$(coded 1 csrf-token)" -H 'Accept-Encoding: gzip' -H 'X-Csrf: '"$(field 1 csrf-token)" -H Accept: -H User-Agent: --compressed`: {
			Visitor: 1, Method: "GET", URL: "/?k=%7B%7bcsrf-token%7d%7D", Header: map[string][]string{"Accept-Encoding": {"gzip"}, "X-Csrf": {"{{csrf-token}}"}}},
		`send 1 1 POST / -H 'Content-Type: text/plain' -H Accept: -H User-Agent: --data-raw @/etc/passwd`: {
			Visitor: 1, Method: "POST", URL: "/", Header: map[string][]string{"Content-Type": {"text/plain"}}, Body: "@/etc/passwd"},
	} {
		if got := scriptSend(1, s); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}

// A clock that stands still shows after a pause only.
func TestScriptPauses(t *testing.T) {
	step := result.VerifiedStep{Visitor: 1, Method: "GET", URL: "/", Pause: 1.1}
	got := scriptSequence(result.Finding{Sequence: []result.VerifiedStep{step, step}, Victim: step})
	if strings.Count(got, "\tsleep 2\n") != 1 || strings.Index(got, "sleep") < strings.Index(got, "send 1") {
		t.Errorf("got %s, want a pause of 2 s before the second request", got)
	}
}

func TestScriptSide(t *testing.T) {
	got := strings.Join(launchLines("candidate", result.Launch{
		Kind: "fastcgi", Dir: "www", Env: []string{"A=it's"}, Commands: [][]string{{"php-cgi", "-b", "{backend}"}, {"{classibench}", "serve", "fastcgi", "--listen", "{host}:{port}", "{backend}"}}, Ready: "/up",
	}), "\n")
	for _, want := range []string{
		"backend=127.0.0.1:$port\n", `start "$dir"/www env 'A=it'\''s' php-cgi -b "$backend"`, `"$CLASSIBENCH" serve fastcgi --listen "127.0.0.1":"${addr#*:}" "$backend"`, "await /up",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %s in\n%s", want, got)
		}
	}
	socket := strings.Join(launchLines("candidate", result.Launch{Kind: "fastcgi", Commands: [][]string{{"./ads"}, {"{classibench}", "{backend}"}}}), "\n")
	if !strings.HasPrefix(socket, "fail ") {
		t.Errorf("a program that takes a socket is started by\n%s", socket)
	}
	two := strings.Join(launchLines("candidate", result.Launch{Kind: "server", Ready: "/up", Commands: [][]string{
		{"./ads", "{addr1}", "{port1}"}, {"./ads", "{addr2}"}, {"{classibench}", "serve", "balance", "--listen", "{addr}", "{addr1}", "{addr2}"},
	}}), "\n")
	const balanced = `free_port
addr=127.0.0.1:$port
free_port
addr1=127.0.0.1:$port
free_port
addr2=127.0.0.1:$port
base=http://$addr
start "$dir" ./ads "$addr1" "${addr1#*:}"
start "$dir" ./ads "$addr2"
base=http://$addr1
await /up
base=http://$addr2
await /up
base=http://$addr
start "$dir" "$CLASSIBENCH" serve balance --listen "$addr" "$addr1" "$addr2"
await /up`
	if !strings.HasSuffix(two, balanced) {
		t.Errorf("two instances: got\n%s\nwant at the end\n%s", two, balanced)
	}
	if there := strings.Join(launchLines("baseline", result.Launch{Kind: "url", URL: "http://127.0.0.1:80/"}), "\n"); strings.Contains(there, "start") || !strings.Contains(there, "base=http://127.0.0.1:80\n") {
		t.Errorf("a server that runs already is used by\n%s", there)
	}
}

func TestRepetitions(t *testing.T) {
	for rate, want := range map[float64]int{0: 1, 1: 1, 0.5: 7, 0.3: 13, 0.01: 100} {
		if got := repetitions(result.Finding{Rate: rate}); got != want {
			t.Errorf("rate %v: %d repetitions, want %d", rate, got, want)
		}
	}
}
