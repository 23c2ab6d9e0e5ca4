package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/reports/verify"
)

// A small guestbook in Perl, whose name of the guest outlives its request where a server
// keeps the program, and whose form has a hidden field that the next request must send.
const guestbook = `#!/usr/bin/perl
use strict;
use warnings;
use CGI;

my $q = CGI->new;
our $name;
$name = $q->param('name') if $q->request_method eq 'POST' && ($q->param('key') // '') eq 'a&b 1';
my $known = $q->cookie('seen') ? 'again' : 'first';
print $q->header(-type => 'text/html', -cookie => $q->cookie('seen', 1)), '<form method="post"><input name="key" type="hidden" value="a&amp;b 1"></form>',
	"\n<p class=\"$known\">Hello ", CGI::escapeHTML($name // 'stranger'), "</p>\n";
`

const guestbookPSGI = "use Plack::App::WrapCGI;\nPlack::App::WrapCGI->new(script => 'guest.pl')->to_app;\n"

func guestbookFinding(dir string) *result.SavedFinding {
	step := func(visitor int, method, body string) result.VerifiedStep {
		return result.VerifiedStep{Visitor: visitor, Method: method, URL: "/?x=it's&y=1", Body: body, Route: "guestbook"}
	}
	post := step(1, "POST", "name=Ann%27s&key={{key}}")
	post.Header = map[string][]string{"Content-Type": {"application/x-www-form-urlencoded"}}
	sequence := []result.VerifiedStep{step(1, "GET", ""), post, step(2, "GET", "")}
	return &result.SavedFinding{
		Schema: result.Schema, Found: "2026-03-14T09:26:53Z", Directory: dir, Scenario: "name: guest",
		Baseline: result.Launch{Name: "guest.pl", Kind: "cgi", Commands: [][]string{{"{classibench}", "serve", "cgi", "--listen", "{addr}", "./guest.pl"}}},
		Candidate: result.Launch{Name: "starman", Kind: "server", Env: []string{"NOTE=it's {tmp}"},
			Commands: [][]string{{"starman", "--workers", "1", "--listen", "{addr}", "guest.psgi"}}},
		Finding: result.Finding{
			Candidate: "starman", Kind: result.KindLifetime, Hazard: 1, Cause: "globals and statics persist", Length: 3, Sequence: sequence, Victim: sequence[2],
			Rate: 1, Shown: 3, Repeated: 3, Place: "html body > p", Want: "Hello stranger", Got: "Hello Ann's",
		},
	}
}

// runScript writes the script of a finding and runs it with a POSIX shell. It returns the
// exit status, and what it leaves behind is an error.
func runScript(t *testing.T, f *result.SavedFinding) (status int, out string) {
	t.Helper()
	bin, err := built()
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := verify.Script(&b, f); err != nil {
		t.Fatal(err)
	}
	tmp, path := t.TempDir(), filepath.Join(t.TempDir(), "finding.sh")
	write(t, path, b.String(), 0o755)
	cmd := exec.Command(path)
	cmd.Env = append(os.Environ(), "CLASSIBENCH="+filepath.Join(bin, "classibench"), "TMPDIR="+tmp)
	text, err := cmd.CombinedOutput()
	if err != nil && cmd.ProcessState == nil {
		t.Fatal(err)
	}
	if left, err := os.ReadDir(tmp); err != nil || len(left) > 0 {
		t.Errorf("the script leaves %v (%v)", left, err)
	}
	if left, err := exec.Command("pgrep", "-f", tmp).Output(); err == nil {
		t.Errorf("the script leaves processes: %s", left)
	}
	return cmd.ProcessState.ExitCode(), string(text)
}

func guestbookIn(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	write(t, filepath.Join(dir, "guest.pl"), guestbook, 0o755)
	write(t, filepath.Join(dir, "guest.psgi"), guestbookPSGI, 0o644)
	return dir
}

// The script shows the leak that was found, by cookies and hidden fields of its own.
func TestFindingScript(t *testing.T) {
	mustHavePerl(t)
	status, out := runScript(t, guestbookFinding(guestbookIn(t)))
	if status != 1 {
		t.Fatalf("exit status %d, want 1:\n%s", status, out)
	}
	for _, want := range []string{`-<p class="first">Hello stranger</p>`, `+<p class="first">Hello Ann&#39;s</p>`, "== they differ"} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
}

// When the program is repaired, the script exits with 0.
func TestFindingScriptOfARepairedProgram(t *testing.T) {
	mustHavePerl(t)
	dir := guestbookIn(t)
	write(t, filepath.Join(dir, "guest.pl"), strings.Replace(guestbook, "our $name;", "our $name; $name = undef;", 1), 0o755)
	f := guestbookFinding(dir)
	f.Ignore = []result.Ignored{{Header: "Server"}}
	if status, out := runScript(t, f); status != 0 || !strings.Contains(out, "== they are equal") {
		t.Errorf("exit status %d, want 0:\n%s", status, out)
	}
}

// A program that does not start is an error of its own, with its last output.
func TestFindingScriptOfAProgramThatDoesNotStart(t *testing.T) {
	mustHavePerl(t)
	f := guestbookFinding(guestbookIn(t))
	f.Candidate.Reset = []string{"sh", "-c", "echo no seed data; exit 3"}
	if status, out := runScript(t, f); status != 2 || !strings.Contains(out, "no seed data") || !strings.Contains(out, "candidate: this command failed") {
		t.Errorf("exit status %d, want 2:\n%s", status, out)
	}
}

// Requests of a batch are sent at the same time, as often as the rate asks for.
func TestFindingScriptSendsABatch(t *testing.T) {
	mustHavePerl(t)
	dir := guestbookIn(t)
	f := guestbookFinding(dir)
	f.Finding.Kind, f.Finding.Rate, f.Finding.Shown, f.Finding.Repeated = result.KindConcurrency, 0.5, 5, 10
	for i := range f.Finding.Sequence {
		f.Finding.Sequence[i].Batch = 1
	}
	f.Finding.Victim = f.Finding.Sequence[2]
	status, out := runScript(t, f)
	if status != 0 && status != 1 {
		t.Errorf("exit status %d, want 0 or 1:\n%s", status, out)
	}
	if !strings.Contains(out, "Hello stranger") {
		t.Errorf("the baseline's answer is missing:\n%s", out)
	}
}

// The script sends no request before the sequence, since the first one may be what the program
// remembers, and shows an answer that is no text.
func TestFindingScriptOfTheFirstRequest(t *testing.T) {
	mustHavePerl(t)
	dir := t.TempDir()
	write(t, filepath.Join(dir, "first.cgi"), "#!/bin/sh\nprintf 'Content-Type: image/x-icon\\r\\n\\r\\n\\0 %s\\n' \"$REQUEST_URI\"\n", 0o755)
	write(t, filepath.Join(dir, "first.psgi"), `my $first; sub { [200, ['Content-Type', 'image/x-icon'], ["\0 " . ($first //= $_[0]{REQUEST_URI}) . "\n"]] }`, 0o644)
	f := guestbookFinding(dir)
	f.Ignore = []result.Ignored{{Header: "Server"}, {Header: "Date"}}
	f.Baseline.Commands[0][5], f.Baseline.Ready, f.Candidate.Commands[0][5], f.Candidate.Ready = "./first.cgi", "/", "first.psgi", "/"
	for i, url := range []string{"/?q=car", "/"} {
		f.Finding.Sequence[i] = result.VerifiedStep{Visitor: 1, Method: "GET", URL: url, Route: "GET /"}
	}
	f.Finding.Sequence, f.Finding.Victim, f.Finding.Length = f.Finding.Sequence[:2], f.Finding.Sequence[1], 2
	status, out := runScript(t, f)
	if want := `+0000000  \0       /   ?   q   =   c   a   r  \n`; status != 1 || !strings.Contains(out, want) {
		t.Errorf("exit status %d, want 1 with %q:\n%s", status, want, out)
	}
}

// A program that is missing is named at once, not when it should have answered.
func TestFindingScriptOfAMissingProgram(t *testing.T) {
	mustHavePerl(t)
	f := guestbookFinding(t.TempDir())
	f.Baseline.Commands[0][0] = "./classibench"
	if status, out := runScript(t, f); status != 2 || !strings.Contains(out, "baseline: there is no program ./classibench (from the directory ") {
		t.Errorf("exit status %d, want 2:\n%s", status, out)
	}
}

func mustHavePerl(t *testing.T) {
	t.Helper()
	for _, program := range []string{"curl", "setsid", "diff", "starman"} {
		if !mustHave("sh", "-c", fmt.Sprintf("command -v %s", program)) {
			t.Skipf("no %s", program)
		}
	}
}
