package verify

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/classibench/classibench/bench/result"
)

// opening opens a file for each request, and closes it only if it is told to.
const opening = `use IO::Socket::INET;
my $server = IO::Socket::INET->new(LocalAddr => $ARGV[0], Listen => 64, ReuseAddr => 1) or die $!;
while (my $c = $server->accept) {
	while (defined(my $line = <$c>)) { last if $line =~ /^\r?\n$/ }
	open my $file, '<', '/dev/null' or die $!;
	push @kept, $file unless $ARGV[1] eq 'close';
	print $c "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok";
	close $c;
}
`

// The script of a growth exits with 1 as long as the program grows, and with 0 after that.
func TestGrowthScriptRuns(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "server.pl"), []byte(opening), 0o644); err != nil {
		t.Fatal(err)
	}
	step := result.VerifiedStep{Visitor: 1, Method: "GET", URL: "/"}
	for mode, want := range map[string]struct {
		status int
		text   string
	}{"keep": {1, "== it grows"}, "close": {0, "== it does not grow"}} {
		f := result.SavedFinding{Directory: dir, Candidate: result.Launch{Kind: "server", Commands: [][]string{{"perl", "server.pl", "{addr}", mode}}}, Finding: result.Finding{
			Kind: result.KindGrowth, Length: 1, Sequence: []result.VerifiedStep{step}, Victim: step,
			Growth: &result.Growth{Resource: "descriptors", Per1000: 1000, Requests: 50},
		}}
		cmd := exec.Command("sh")
		cmd.Stdin = strings.NewReader(script(t, f))
		out, err := cmd.CombinedOutput()
		status := 0
		if exit, ok := errors.AsType[*exec.ExitError](err); ok {
			status = exit.ExitCode()
		}
		if status != want.status || !strings.Contains(string(out), want.text) {
			t.Errorf("%s: exit status %d (%v), want %d:\n%s", mode, status, err, want.status, out)
		}
	}
}
