//go:build linux

package host

import (
	"io"
	"net"
	"testing"
	"time"
)

// patient returns a handler with three places, whose clients may pause for very long, and
// little room for the responses that they do not read.
func patient(t testing.TB, h *Handler) *Handler {
	h.MaxProcesses, h.SendTimeout, h.Timeout = 3, time.Hour, 20*time.Second
	h.once.Do(h.init)
	h.gateway.spool.File = 1 << 20
	return h
}

// steadily reads until the connection ends, at some megabytes a second, and then sends the
// error.
func steadily(c net.Conn) <-chan error {
	ended := make(chan error, 1)
	go func() {
		for {
			if _, err := io.CopyN(io.Discard, c, 64<<10); err != nil {
				ended <- err
				return
			}
			<-time.After(20 * time.Millisecond)
		}
	}()
	return ended
}

// A script that waits for its client lends its place. No client is disconnected.
func TestScriptsLendTheirPlaces(t *testing.T) {
	h := patient(t, &Handler{Path: write(t, "x.cgi", largeScript)})
	j := logTo(h)
	url, stop := serving(t, h)
	var idle []net.Conn
	for range 3 {
		idle = append(idle, askBy(t, narrow, url, "/endless"))
	}
	get(t, url).want(t, 200, "page")
	for _, c := range idle {
		if _, err := io.CopyN(io.Discard, c, 4<<10); err != nil {
			t.Errorf("a client was cut off: %v; the log is:\n%s", err, j)
		}
		c.Close()
	}
	if err := stop(); err != nil {
		t.Error(err)
	}
	unused(t, h)
}

// While all places are taken, clients that do not read make way for a request that waits, and
// one that reads keeps its response. The log has the reason.
func TestClientsMakeWay(t *testing.T) {
	for name, path := range map[string]string{"CGI": "x.cgi", "NPH": "nph-x"} {
		t.Run(name, func(t *testing.T) {
			text := largeScript
			if name == "NPH" {
				text = nph(text)
			}
			h := &Handler{Path: write(t, path, text)}
			j := logTo(h)
			url, stop := serving(t, patient(t, h))
			reads := ask(t, url, "/endless")
			ended := steadily(reads)
			var idle []net.Conn
			for range 6 { // three scripts may run, and three wait for their clients
				idle = append(idle, askBy(t, narrow, url, "/endless"))
			}
			for range 3 {
				get(t, url).want(t, 200, "page")
			}
			j.await(t, `level=WARN msg="client disconnected"`)
			j.await(t, "other requests wait, and the client takes less than 8 KiB a second")
			select {
			case err := <-ended:
				t.Errorf("the client that reads was cut off: %v", err)
			default:
			}
			for _, c := range append(idle, reads) {
				c.Close()
			}
			receive(t, ended)
			if err := stop(); err != nil {
				t.Error(err)
			}
			unused(t, h)
		})
	}
}

// If the temporary files are full, a client that does not read makes room, though its script
// has ended.
func TestClientsMakeRoom(t *testing.T) {
	h := &Handler{Path: write(t, "x.cgi", largeScript), MaxProcesses: 3, SendTimeout: time.Hour, MaxSpool: large}
	j := logTo(h)
	url, stop := serving(t, h)
	var idle []net.Conn
	for range 3 {
		idle = append(idle, askBy(t, narrow, url, "/large"))
	}
	j.await(t, "temporary files are full, and the client takes less than 8 KiB a second")
	get(t, url).want(t, 200, "page")
	for _, c := range idle {
		c.Close()
	}
	if err := stop(); err != nil {
		t.Error(err)
	}
	unused(t, h)
}
