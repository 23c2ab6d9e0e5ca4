package export

import (
	"bufio"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/classibench/classibench/scenarios/traffic/trace"
)

// goreplay writes the files that GoReplay records: for each request a line with its kind (1: a
// request), an identifier, the time in nanoseconds and the latency; then the request as it is
// sent, and a line of three monkeys.
type goreplay struct {
	w     *bufio.Writer
	start time.Time
	n     int
}

const monkeys = "\n🐵🙈🙉\n"

func (g *goreplay) begin(about trace.About) error {
	if g.start = about.Start; g.start.IsZero() {
		g.start = time.Unix(0, 0)
	}
	return nil
}

func (g *goreplay) hit(h *trace.Hit) error {
	u, err := url.Parse(h.URL)
	if err != nil {
		return err
	}
	g.n++
	fmt.Fprintf(g.w, "1 %024x %d 0\n%s %s HTTP/1.1\r\n", g.n, g.start.Add(h.At).UnixNano(), h.Method, u.RequestURI())
	if !has(h, "Host") {
		fmt.Fprintf(g.w, "Host: %s\r\n", u.Host)
	}
	for _, f := range h.Header {
		fmt.Fprintf(g.w, "%s: %s\r\n", f.Name, f.Value)
	}
	if len(h.Body) > 0 && !has(h, "Content-Length") {
		fmt.Fprintf(g.w, "Content-Length: %d\r\n", len(h.Body))
	}
	_, err = fmt.Fprintf(g.w, "\r\n%s%s", h.Body, monkeys)
	return err
}

// has reports whether a hit has a field.
func has(h *trace.Hit, name string) bool {
	for _, f := range h.Header {
		if strings.EqualFold(f.Name, name) {
			return true
		}
	}
	return false
}

func (g *goreplay) end() error { return nil }
