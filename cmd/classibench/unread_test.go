//go:build linux

package main

import (
	"bufio"
	"errors"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// warning is a script that writes to its standard error before it answers.
const warning = "#!/bin/sh\necho warning >&2\nprintf 'Content-Type: text/plain\\n\\nright\\n'\n"

// A program that writes to its standard error answers although nobody reads the gateway's log any
// more, as after "| head -1".
func TestScriptsOutliveTheReaderOfTheLog(t *testing.T) {
	bin, err := built()
	if err != nil {
		t.Fatal(err)
	}
	script := filepath.Join(t.TempDir(), "script")
	if err := os.WriteFile(script, []byte(warning), 0o755); err != nil {
		t.Fatal(err)
	}
	gateway := exec.CommandContext(t.Context(), filepath.Join(bin, "classibench"), "serve", "cgi", "--listen", "127.0.0.1:0", script)
	log, err := gateway.StderrPipe()
	if err := errors.Join(err, gateway.Start()); err != nil {
		t.Fatal(err)
	}
	defer gateway.Wait()
	defer gateway.Process.Kill()
	first, err := bufio.NewReader(log).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(first, "http://")
	address, _, _ := strings.Cut(rest, " ")
	log.Close()
	var answer string
	for began := time.Now(); answer != "right\n" && time.Since(began) < 30*time.Second; { // the gateway notices the end of the reader a moment later
		answer = body(t, "http://"+address)
	}
	if answer != "right\n" {
		t.Errorf("got %q, want an answer", answer)
	}
}

func body(t *testing.T, url string) string {
	t.Helper()
	rs, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer rs.Body.Close()
	b, err := io.ReadAll(rs.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
