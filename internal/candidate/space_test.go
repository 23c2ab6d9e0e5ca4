package candidate

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

func TestFull(t *testing.T) {
	for _, c := range []struct {
		err  error
		want bool
	}{
		{nil, false},
		{errors.New("permission denied"), false},
		{&os.PathError{Op: "write", Path: "/x", Err: syscall.ENOSPC}, true},
		{fmt.Errorf("copy: %w", syscall.EDQUOT), true},
		{errors.Join(errors.New("a"), syscall.EFBIG), true},
		{errors.New("go build: exit status 1\nlink: flushing /tmp/x: No space left on device"), true},
		{errors.New("make data set: database or disk is full"), true},
	} {
		if got := Full(c.err); got != c.want {
			t.Errorf("%v: got %v, want %v", c.err, got, c.want)
		}
	}
}

// An error about space names what was tried, and how much is needed.
func TestRoomy(t *testing.T) {
	data := filepath.Join(t.TempDir(), "ads.db")
	if err := os.WriteFile(data, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(data, 64<<20); err != nil {
		t.Fatal(err)
	}
	s := &Setup{targets: 2, data: data}
	err := s.roomy(s.roomy(fmt.Errorf("prepare the data of cgi: %w", syscall.ENOSPC)))
	e, ok := errors.AsType[*Error](err)
	if want := "no space left: prepare the data of cgi: no space left on device"; !ok || err.Error() != want {
		t.Fatalf("got %v, want %q", err, want)
	}
	if want := "2 copies of the data set (67.1 MB each)"; !strings.Contains(e.Hint, want) || !strings.Contains(e.Hint, "needs about 449 MB") {
		t.Errorf("got the hint %q, want %q in it", e.Hint, want)
	}
	if other := errors.New("x"); s.roomy(other) != other || s.roomy(nil) != nil {
		t.Error("another error was changed")
	}
}
