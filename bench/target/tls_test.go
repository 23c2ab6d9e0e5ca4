package target

import (
	"encoding/pem"
	"errors"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// The server on loopback has a certificate that only the test trusts.
func TestATargetOverTLS(t *testing.T) {
	srv := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	srv.Config.ErrorLog = log.New(io.Discard, "", 0)
	srv.StartTLS()
	t.Cleanup(srv.Close)
	dir := t.TempDir()
	certificate := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: srv.Certificate().Raw})
	other := pem.EncodeToMemory(&pem.Block{Type: "X509 CRL", Bytes: []byte("any")})
	mark := []byte("\xef\xbb\xbf")
	for name, content := range map[string][]byte{"ca.pem": certificate, "empty.pem": nil,
		"marked.pem": slices.Concat(mark, certificate), "joined.pem": slices.Concat(mark, other, mark, certificate), "utf16.pem": []byte("\xff\xfe-\x00")} {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		name   string
		target Target
		hint   string // expected hint; empty if the target must start
	}{
		{"ca", Target{CA: "ca.pem", Dir: dir}, ""},
		{"byte order mark", Target{CA: "marked.pem", Dir: dir}, ""},
		{"byte order marks of joined files", Target{CA: "joined.pem", Dir: dir}, ""},
		{"UTF-16", Target{CA: "utf16.pem", Dir: dir}, "in PEM"},
		{"insecure", Target{Insecure: true}, ""},
		{"not trusted", Target{}, "insecure: true"},
		{"no such file", Target{CA: "nowhere.pem", Dir: dir}, "set ca to a file"},
		{"no certificate", Target{CA: filepath.Join(dir, "empty.pem")}, "in PEM"},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.target.Name, c.target.Kind, c.target.URL = "away", URL, srv.URL
			r, err := c.target.Start(t.Context())
			var failed *StartError
			switch {
			case err == nil:
				err = r.Stop()
				if c.hint != "" || err != nil || r.URL() != srv.URL {
					t.Errorf("the target started at %s, want an error with %q; Stop: %v", r.URL(), c.hint, err)
				}
			case c.hint == "" || !errors.As(err, &failed) || !strings.Contains(failed.Hint, c.hint):
				t.Errorf("got %v, want the hint %q", err, c.hint)
			}
		})
	}
}

func TestATargetThatDoesNotSpeakTLS(t *testing.T) {
	srv := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(srv.Close)
	_, err := Target{Name: "away", Kind: URL, URL: strings.Replace(srv.URL, "http:", "https:", 1)}.Start(t.Context())
	var failed *StartError
	if !errors.As(err, &failed) || !strings.Contains(failed.Hint, "http://") {
		t.Errorf("got %v, want the hint to write http://", err)
	}
}
