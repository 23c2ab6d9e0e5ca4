package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/classibench/classibench/bench/result"
)

// A result whose directory cannot be written is saved elsewhere, and the error has its path.
func TestAResultIsRescued(t *testing.T) {
	r, err := result.Read("../../docs/sample")
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, tmp := range map[string]string{"in TMPDIR": t.TempDir(), "in the cache, since TMPDIR is no directory": file} {
		t.Run(name, func(t *testing.T) {
			cache, closed := t.TempDir(), t.TempDir()
			t.Setenv("XDG_CACHE_HOME", cache)
			t.Setenv("TMPDIR", tmp)
			if tmp == file {
				t.Chdir(closed)
				if err := os.Remove(closed); err != nil { // no file can be made there
					t.Fatal(err)
				}
			}
			var talk bytes.Buffer
			p := &program{stdout: newStream(&talk), stderr: &talk}
			err := p.writeReport(filepath.Join(file, "report"), r)
			if err == nil {
				t.Fatal("the report was written below a file")
			}
			code, hint := explain(err)
			path := regexp.MustCompile(`the result is saved as (\S+)$`).FindStringSubmatch(err.Error())
			if code != exitUsage || path == nil || !strings.Contains(hint, path[1]) {
				t.Fatalf("exit code %d, %q, hint %q; want the path of the result", code, err, hint)
			}
			saved, err := result.Read(path[1])
			if err != nil || !saved.Began.Equal(r.Began) {
				t.Errorf("the saved result: %v", err)
			}
		})
	}
}

// A report of which only the result fits says so, and saves nothing elsewhere.
func TestAResultThatIsSavedIsNotRescued(t *testing.T) {
	r, err := result.Read("../../docs/sample")
	if err != nil {
		t.Fatal(err)
	}
	tmp, out := t.TempDir(), t.TempDir()
	t.Setenv("TMPDIR", tmp)
	if err := os.MkdirAll(filepath.Join(out, "report.html", "x"), 0o700); err != nil { // no file can replace it
		t.Fatal(err)
	}
	var talk bytes.Buffer
	p := &program{stdout: newStream(&talk), stderr: &talk}
	if err := p.writeReport(out, r); err == nil || strings.Contains(err.Error(), "is saved as") {
		t.Errorf("got %v", err)
	}
	if left, _ := os.ReadDir(tmp); len(left) > 0 {
		t.Errorf("saved elsewhere: %v", left)
	}
}

// TestFullOut runs a verb whose report does not fit into --out: a small file system or, where
// none can be mounted, no directory.
func TestFullOut(t *testing.T) {
	bin, err := built()
	if err != nil {
		t.Fatal(err)
	}
	out, tmp := t.TempDir(), t.TempDir()
	var talk bytes.Buffer
	sample, err := filepath.Abs("../../docs/sample")
	if err != nil {
		t.Fatal(err)
	}
	mount := []string{"-rm", "sh", "-c", `mount -t tmpfs -o size=8k none "$0" && exec "$@"`, out}
	cmd, want := exec.Command("unshare", append(mount, filepath.Join(bin, "classibench"), "report", sample, "--out", out)...), "no space left on device"
	if exec.Command("unshare", append(mount, "true")...).Run() != nil {
		cmd, want = exec.Command(filepath.Join(bin, "classibench"), "report", sample, "--out", "/dev/null/report"), "not a directory"
	}
	cmd.Env, cmd.Stderr = append(os.Environ(), "TMPDIR="+tmp), &talk
	_ = cmd.Run() // its exit status is checked
	saved, _ := filepath.Glob(filepath.Join(tmp, "classibench-result-*.json"))
	if code := exitStatus(cmd.ProcessState); code != exitUsage || len(saved) != 1 || !strings.Contains(talk.String(), want+"; the result is saved as "+saved[0]) {
		t.Errorf("exit status %d, saved %v\n%s", code, saved, talk.String())
	}
}
