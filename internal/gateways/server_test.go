//go:build linux

package gateways_test

import (
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/classibench/classibench/internal/gateways"
)

// A server that does not start is reported with its own words.
func TestServersThatDoNotStart(t *testing.T) {
	dir := sharedDir(t)
	site := &gateways.Site{How: gateways.CGI, Path: "/a", Program: dir + "/none"}
	for name, c := range map[string]struct {
		start func() (*gateways.Server, error)
		want  string
	}{
		"a module that is not there": {func() (*gateways.Server, error) { return gateways.Apache(dir, "none", site) }, "mod_none.so"},
		"a word that is not known":   {func() (*gateways.Server, error) { return gateways.Nginx(dir, &gateways.Site{Path: "/a {} nonsense"}) }, "nonsense"},
		"a quote that does not end":  {func() (*gateways.Server, error) { return gateways.Lighttpd(dir, &gateways.Site{Path: "\""}) }, "lighttpd"},
	} {
		s, err := c.start()
		if errors.Is(err, gateways.ErrMissing) && os.Getenv("CLASSIBENCH_NO_SKIP") != "1" {
			t.Skip(err)
		}
		if err == nil {
			s.Stop()
		}
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want an error with %q", name, err, c.want)
		}
	}
}
