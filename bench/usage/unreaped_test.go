//go:build linux

package usage

import (
	"testing"

	"golang.org/x/sys/unix"
)

func TestParseIgnored(t *testing.T) {
	if got := parseIgnored([]byte("Name:\tapache2\nSigBlk:\t0000000000000001\nSigIgn:\t0000000000011000\n")); got&(1<<(unix.SIGCHLD-1)) == 0 || got != 0x11000 {
		t.Errorf("got %x, want 11000 with the bit of SIGCHLD", got)
	}
	if got := parseIgnored([]byte("Name:\tcat\n")); got != 0 {
		t.Errorf("got %x of none", got)
	}
}
