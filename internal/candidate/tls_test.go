package candidate

import (
	"encoding/pem"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"github.com/classibench/classibench/scenarios"
)

// The target gets the certificate settings of a scenario.
func TestATargetOverTLS(t *testing.T) {
	srv := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "hello") }))
	srv.Config.ErrorLog = log.New(io.Discard, "", 0)
	srv.StartTLS()
	t.Cleanup(srv.Close)
	ca := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(ca, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: srv.Certificate().Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := scenarios.Parse("secure.yaml", fmt.Appendf(nil, `name: secure
mix: [{name: hello, get: /, expect: {body: hello}}]
targets:
  - {name: unknown, kind: url, url: %q}
  - {name: known, kind: url, url: %q, ca: %q}
  - {name: any, kind: url, url: %q, insecure: true}
`, srv.URL, srv.URL, ca, srv.URL))
	if err != nil {
		t.Fatal(err)
	}
	setup, err := New(t.Context(), s, s.Targets, Options{Share: true})
	if err != nil {
		t.Fatal(err)
	}
	defer setup.Close()
	candidates, err := setup.Candidates(t.Context(), Targets(s))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range candidates {
		to, err := c.Fresh(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		r, err := to.Start(t.Context())
		if (err == nil) != (c.Name != "unknown") {
			t.Errorf("%s: %v", c.Name, err)
		}
		if err == nil {
			r.Stop()
		}
	}
}
