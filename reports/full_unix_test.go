//go:build unix

package reports

import (
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/reports/internal/reporttest"
)

// fullDir is set in a child whose files may not grow: it stands for a full
// disk.
const fullDir = "CLASSIBENCH_TEST_FULL_DIR"

func TestMain(m *testing.M) {
	if dir := os.Getenv(fullDir); dir != "" {
		fmt.Print(writeOnFullDisk(dir))
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// writeOnFullDisk writes a report where no file may be as large as the page.
func writeOnFullDisk(dir string) error {
	signal.Ignore(syscall.SIGXFSZ)
	limit := syscall.Rlimit{Cur: fullBytes, Max: fullBytes}
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		return err
	}
	r, err := result.Read(dir)
	if err != nil {
		return err
	}
	return WriteDir(dir, r)
}

const fullBytes = 20_000

func TestWriteDirOnFullDisk(t *testing.T) {
	for _, tc := range []struct{ name, want string }{
		{"whole", "write DIR/result.json: "},
		{"nothing", "write DIR/report.html: "},
	} {
		t.Run(tc.name, func(t *testing.T) {
			dir := t.TempDir()
			r := reporttest.Variants(t)[tc.name]
			if tc.name == "nothing" {
				r.Verdict.Reasons = append(r.Verdict.Reasons, strings.Repeat("long ", fullBytes/8))
			}
			before := reporttest.Encoded(t, r)
			if err := os.WriteFile(filepath.Join(dir, result.ResultFile), before, 0o644); err != nil {
				t.Fatal(err)
			}
			child := exec.Command(os.Args[0])
			child.Env = append(os.Environ(), fullDir+"="+dir)
			out, err := child.CombinedOutput()
			if err != nil {
				t.Fatalf("%v: %s", err, out)
			}
			got := strings.ReplaceAll(string(out), dir, "DIR")
			if !strings.HasPrefix(got, tc.want) || !strings.Contains(got, syscall.EFBIG.Error()) {
				t.Errorf("WriteDir on a full disk = %q, want %q and %q", got, tc.want, syscall.EFBIG)
			}
			if after, err := os.ReadFile(filepath.Join(dir, result.ResultFile)); err != nil || string(after) != string(before) {
				t.Errorf("the result that was there is lost: %v", err)
			}
			for _, name := range reporttest.Files(t, dir) {
				if strings.HasPrefix(name, ".") {
					t.Errorf("left behind: %s", name)
				}
			}
		})
	}
}
