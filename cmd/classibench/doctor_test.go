package main

import (
	"bytes"
	"fmt"
	"strings"
	"syscall"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/classibench/classibench/internal/candidate"
)

func TestAFullDiskIsForTheUserToClear(t *testing.T) {
	code, hint := explain((&program{}).describe(fmt.Errorf("prepare cgi: %w", syscall.ENOSPC)))
	if code != exitUsage || !strings.Contains(hint, "TMPDIR") {
		t.Errorf("got %d, %q", code, hint)
	}
}

func TestDoctorMissesAHome(t *testing.T) {
	for _, name := range []string{"HOME", "XDG_CACHE_HOME", "GOCACHE", "GOMODCACHE", "GOPATH"} {
		t.Setenv(name, "")
	}
	if candidate.Built() {
		t.Skip("the classifieds are built")
	}
	if f := checkGo(t.Context()); f.State != missing {
		t.Errorf("got %+v, want a finding about the caches of go", f)
	}
}

func TestAMeterStaysOnItsLine(t *testing.T) {
	var out bytes.Buffer // 80 columns
	long := time.Now().Add(-time.Minute)
	m := &meter{w: &out, what: "making /" + strings.Repeat("x", 100), terminal: true, began: long, shown: long}
	m.update(1, 2)
	if n := utf8.RuneCountInString(strings.TrimPrefix(out.String(), "\r\x1b[K")); n == 0 || n > 79 {
		t.Errorf("a line of %d columns on 80", n)
	}
}
