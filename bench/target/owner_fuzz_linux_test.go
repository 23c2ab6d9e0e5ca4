package target

import (
	"slices"
	"strings"
	"testing"
)

// FuzzParseListeners reads any table of sockets: an inode is a word of a line.
func FuzzParseListeners(f *testing.F) {
	f.Add("  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 12345 1 0 100 0 0 10 0\n", uint16(8080))
	f.Add("0: :0 0 0A 0 0 0 0 0 1\r\n0: 1 2 0A", uint16(0))
	f.Fuzz(func(t *testing.T, table string, port uint16) {
		for _, inode := range parseListeners(strings.NewReader(table), port) {
			if !slices.Contains(strings.Fields(table), inode) {
				t.Errorf("%q: got %q", table, inode)
			}
		}
	})
}
