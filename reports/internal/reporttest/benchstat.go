package reporttest

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// Benchstat runs the tool that tools/go.mod pins.
func Benchstat(t *testing.T, args ...string) []byte {
	t.Helper()
	root, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}").Output()
	if err != nil {
		t.Fatal(err)
	}
	tools := []string{"tool", "-modfile=" + filepath.Join(strings.TrimSpace(string(root)), "tools", "go.mod"), "benchstat"}
	cmd := exec.Command("go", append(tools, args...)...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err == nil {
		return out
	}
	if os.Getenv("CLASSIBENCH_NO_SKIP") == "" && exec.Command("go", append(tools, "-h")...).Run() != nil {
		t.Skipf("no benchstat: go %v: %s", tools, stderr.String())
	}
	t.Fatalf("benchstat: %v\n%s", err, stderr.String())
	return nil
}

func Parsed(t *testing.T, s string) float64 {
	t.Helper()
	x, err := strconv.ParseFloat(s, 64)
	if err != nil {
		t.Fatal(err)
	}
	return x
}
