package load_test

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/classibench/classibench/bench/load"
	"github.com/classibench/classibench/scenarios"
)

func TestTLS(t *testing.T) {
	srv := httptest.NewUnstartedServer(http.HandlerFunc(echo))
	srv.Config.IdleTimeout = 20 * time.Millisecond
	srv.Config.ErrorLog = log.New(io.Discard, "", 0)
	srv.StartTLS()
	t.Cleanup(srv.Close)
	trusted := x509.NewCertPool()
	trusted.AddCert(srv.Certificate())
	for _, c := range []struct {
		name string
		tls  *tls.Config
		want load.Fault
	}{
		{"trusted", &tls.Config{RootCAs: trusted}, ""},
		{"insecure", &tls.Config{InsecureSkipVerify: true}, ""},
		{"unknown", nil, load.FaultTLS},
	} {
		t.Run(c.name, func(t *testing.T) {
			cl := dial(t, srv.URL, load.Options{TLS: c.tls})
			stages := []scenarios.Stage{{For: time.Second, Rate: scenarios.Rate{Value: 60}}}
			rec, err := cl.Offer(t.Context(), load.Traffic{Arrivals: load.Poisson(1, stages, 0), Requests: requests(t, browse)}, nil)
			if err != nil {
				t.Fatal(err)
			}
			if all := rec.Hits + rec.Errors; c.want == "" && (rec.Errors > 0 || rec.Connections.Closed == 0) || c.want != "" && rec.Faults[c.want].Count != all {
				t.Errorf("%d hits, %+v, %+v; want %q", rec.Hits, rec.Faults, rec.Connections, c.want)
			}
		})
	}
	plain := strings.Replace(client(t, echo, load.Options{}).Base(), "http:", "https:", 1)
	if _, err := dial(t, plain, load.Options{}).Ask(t.Context(), requests(t, browse), 0); !errors.As(err, &tls.RecordHeaderError{}) {
		t.Errorf("got %v for a server without TLS", err)
	}
}

// Every failed handshake counts as a TLS fault.
func TestAHandshakeThatFails(t *testing.T) {
	srv := httptest.NewUnstartedServer(http.HandlerFunc(echo))
	srv.TLS = &tls.Config{MaxVersion: tls.VersionTLS12}
	srv.Config.ErrorLog = log.New(io.Discard, "", 0)
	srv.StartTLS()
	t.Cleanup(srv.Close)
	cl := dial(t, srv.URL, load.Options{TLS: &tls.Config{InsecureSkipVerify: true, MinVersion: tls.VersionTLS13}})
	rec, err := cl.Offer(t.Context(), load.Traffic{Arrivals: load.Constant(20, 100*time.Millisecond), Requests: requests(t, browse)}, nil)
	if err != nil || rec.Faults[load.FaultTLS].Count != 2 {
		t.Errorf("%v, %+v; want 2 TLS faults", err, rec.Faults)
	}
}
