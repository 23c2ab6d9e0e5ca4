package persistent_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"github.com/classibench/classibench/persistent"
)

// TestAdmin serves health and metrics at a separate address. A load balancer sees
// there that the server is stopping while requests are still in flight.
func TestAdmin(t *testing.T) {
	for _, p := range protocols {
		t.Run(p.name, func(t *testing.T) {
			admin := "unix:" + filepath.Join(t.TempDir(), "admin")
			entered, leave := make(chan bool), make(chan bool)
			r := start(t, &persistent.Server{FastCGI: p.fastCGI, Admin: admin}, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path == "/slow" {
					entered <- true
					<-leave
				}
				hello(w, r)
			}))
			get := p.getter(t, r.addr)
			if status, body, _ := get("/healthz"); status != 200 || body != "hello from /healthz" {
				t.Errorf("/healthz on Addr must reach the handler: got %d %q", status, body)
			}
			health := httpGetter(t, &net.UnixAddr{Net: "unix", Name: strings.TrimPrefix(admin, "unix:")})
			if status, body, err := health("/healthz"); status != 200 || body != "ok\n" {
				t.Errorf("the health check answers %d %q (%v)", status, body, err)
			}
			if status, _, _ := health("/other"); status != 404 {
				t.Errorf("another path of the Admin address answers %d, want 404", status)
			}
			_, metrics, _ := health("/metrics")
			for _, want := range []string{`http_request_duration_seconds_count{code="2xx"} 1`, "http_requests_in_flight 0", "go_goroutines", "process_cpu_seconds_total"} {
				if !strings.Contains(metrics, want) {
					t.Errorf("/metrics lacks %s", want)
				}
			}
			answered := make(chan error, 1)
			go func() {
				_, _, err := get("/slow")
				answered <- err
			}()
			receive(t, entered)
			r.stop()
			refused(t, r.addr)
			if status, body, err := health("/healthz"); status != 503 || body != "stopping\n" {
				t.Errorf("during the stop, the health check answers %d %q (%v)", status, body, err)
			}
			close(leave)
			if err := errors.Join(receive(t, answered), r.end(t)); err != nil {
				t.Error(err)
			}
		})
	}
}

// The site's own address serves none of the admin pages, with and without an admin
// address, and neither does http.DefaultServeMux, which a program may serve.
func TestAdminIsApart(t *testing.T) {
	for _, admin := range []string{"", "127.0.0.1:0"} {
		t.Run("admin "+admin, func(t *testing.T) {
			r := start(t, &persistent.Server{Admin: admin}, http.DefaultServeMux)
			get := httpGetter(t, r.addr)
			for _, path := range []string{"/healthz", "/metrics", "/debug/pprof/", "/debug/pprof/heap", "/debug/pprof/cmdline"} {
				if status, _, err := get(path); status != 404 || err != nil {
					t.Errorf("%s answers %d (%v), want 404", path, status, err)
				}
			}
		})
	}
}

func TestAdminIsLocal(t *testing.T) {
	for _, c := range []struct {
		addr            string
		public, refused bool
	}{
		{"127.0.0.1:0", false, false},
		{"localhost:0", false, false},
		{"unix:" + filepath.Join(t.TempDir(), "s"), false, false},
		{":0", false, true},
		{"0.0.0.0:0", false, true},
		{"[::]:0", false, true},
		{"0.0.0.0:0", true, false},
	} {
		t.Run(fmt.Sprint(c.addr, c.public), func(t *testing.T) {
			r := start(t, &persistent.Server{Admin: c.addr, AdminPublic: c.public}, http.HandlerFunc(hello))
			if c.refused {
				if err := receive(t, r.done); err == nil || !strings.Contains(err.Error(), "other machines could reach it; use a loopback address") {
					t.Errorf("Serve returned %v, want a refusal", err)
				}
				refused(t, r.addr)
				return
			}
			if err := r.end(t); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestProfiles reads profiles as "go tool pprof" does.
func TestProfiles(t *testing.T) {
	admin := &net.UnixAddr{Net: "unix", Name: filepath.Join(t.TempDir(), "admin")}
	r := start(t, &persistent.Server{Admin: "unix:" + admin.Name}, http.HandlerFunc(hello))
	if _, _, err := httpGetter(t, r.addr)("/"); err != nil { // both addresses are open now
		t.Fatal(err)
	}
	get := httpGetter(t, admin)
	for _, c := range []struct {
		path, want string
		status     int
	}{
		{"/debug/pprof/", "goroutine?debug=1", 200},
		{"/debug/pprof/heap", gzipped, 200},
		{"/debug/pprof/heap?gc=1&debug=1", "heap profile: ", 200},
		{"/debug/pprof/goroutine?debug=2", "serveProfiles", 200},
		{"/debug/pprof/profile?seconds=0.01", gzipped, 200},
		{"/debug/pprof/trace?seconds=0.01", "go 1.", 200},
		{"/debug/pprof/profile?seconds=much", `seconds="much": not a number`, 400},
		{"/debug/pprof/profile?seconds=-1", `seconds="-1": not a number`, 400},
		{"/debug/pprof/profile?seconds=NaN", `seconds="NaN": not a number`, 400},
		{"/debug/pprof/none", `there is no profile "none"`, 404},
	} {
		status, body, err := get(c.path)
		if status != c.status || err != nil || !strings.Contains(body, c.want) {
			t.Errorf("%s answers %d (%v) %.80q, want %d with %q", c.path, status, err, body, c.status, c.want)
		}
		if c.want == gzipped {
			unpack(t, c.path, body)
		}
	}
}

const gzipped = "\x1f\x8b"

func unpack(t *testing.T, path, body string) {
	t.Helper()
	z, err := gzip.NewReader(bytes.NewReader([]byte(body)))
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	if n, err := io.Copy(io.Discard, z); n == 0 || err != nil {
		t.Errorf("%s: read %d bytes (%v)", path, n, err)
	}
}
