package logs_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/klauspost/compress/gzip"

	"github.com/classibench/classibench/scenarios/traffic/logs"
)

// A byte order mark belongs to no client and no format, wherever files that were joined have it.
func TestByteOrderMarks(t *testing.T) {
	const mark = "\xef\xbb\xbf"
	plain := get(0, "/1") + get(1, "/2")
	var members bytes.Buffer
	for _, text := range []string{mark + get(0, "/1"), mark + get(1, "/2")} {
		z := gzip.NewWriter(&members)
		_, _ = z.Write([]byte(text))
		_ = z.Close()
	}
	const json = `{"ts":1773478800.5,"remote_addr":"192.0.2.7","request":"GET /1 HTTP/1.1"}` + "\n" + mark + `{"ts":1773478801.5,"remote_addr":"192.0.2.7","request":"GET /2 HTTP/1.1"}` + "\n"
	const nginx = `"GET /1" 192.0.2.7 1773478800` + "\n" + mark + `"GET /2" 192.0.2.7 1773478801` + "\n"
	for name, c := range map[string]struct{ format, text string }{
		"at the start":     {"", mark + plain},
		"two of them":      {"", mark + mark + plain},
		"in the middle":    {"", mark + get(0, "/1") + mark + get(1, "/2")},
		"in members":       {"", members.String()},
		"of an empty file": {"", mark + "\n" + mark + "\r\n" + plain + mark},
		"of JSON":          {"", mark + json},
		"with a format":    {`"$request" $remote_addr $msec`, mark + nginx},
	} {
		hits, sum, err := imported(t, logs.Options{Format: c.format}, save(t, "access.log", c.text))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := urls(hits); !slices.Equal(got, []string{"/1", "/2"}) || hits[0].Client != "192.0.2.7" || hits[1].Client != "192.0.2.7" || sum.Unreadable > 0 || sum.Lines != 2 {
			t.Errorf("%s: got %+v, %d lines, %d unreadable", name, hits, sum.Lines, sum.Unreadable)
		}
	}
	if _, _, err := imported(t, logs.Options{}, save(t, "access.log", mark)); err == nil || !strings.Contains(err.Error(), "the log is empty") {
		t.Errorf("only a mark: got %v", err)
	}
}
