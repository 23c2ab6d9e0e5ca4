package facts

import (
	"testing"

	"github.com/classibench/classibench/reports/internal/reporttest"
)

func TestNotesNameTheirTarget(t *testing.T) {
	r := reporttest.Sample(t)
	reporttest.Rename(r, "persistent", "server")
	for text, want := range map[string]string{
		"no error, since a server may close a connection": "server: no error, since a server may close a connection",
		"half of the answers of server took 44 ms":        "half of the answers of server took 44 ms",
		"server used 3% of a core":                        "server used 3% of a core",
		"server: 3 × timeout":                             "server: 3 × timeout",
	} {
		if got := NoteOn(r, 1, text).Text; got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
