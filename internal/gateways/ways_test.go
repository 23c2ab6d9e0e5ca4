//go:build linux

package gateways_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/classibench/classibench/cgi/host"
	"github.com/classibench/classibench/cgi/host/fastcgi"
	"github.com/classibench/classibench/internal/gateways"
	"github.com/classibench/classibench/persistent"
)

// A way is one of the ways to serve the program.
type way struct{ name, addr string }

// wayNames are the ways. The first is the one with which the others are compared.
var wayNames = []string{
	"persistent.Serve",
	"serve cgi", "lighttpd (CGI)", "Apache mod_cgi (CGI)", "Apache mod_cgid (CGI)",
	"serve fastcgi", "nginx (FastCGI)", "lighttpd (FastCGI)", "Apache mod_proxy_fcgi (FastCGI)", "Apache mod_fcgid (FastCGI)",
}

// sharedDir makes a directory that servers of another user can read and write.
func sharedDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "classibench-gateways-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	return dir
}

// installApp copies the test binary where servers of another user can run it.
func installApp(t *testing.T, dir string) string {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	from, err := os.Open(self)
	if err != nil {
		t.Fatal(err)
	}
	defer from.Close()
	path := filepath.Join(dir, appName)
	to, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY, 0o755)
	if err != nil {
		t.Fatal(err)
	}
	_, err = io.Copy(to, from)
	if err := errors.Join(err, to.Chmod(0o755), to.Close()); err != nil {
		t.Fatal(err)
	}
	return path
}

// started fails the test if a server does not start, or skips it if it is missing.
func started(t *testing.T, pkg string) func(*gateways.Server, error) {
	return func(s *gateways.Server, err error) {
		t.Helper()
		switch {
		case errors.Is(err, gateways.ErrMissing) && os.Getenv("CLASSIBENCH_NO_SKIP") != "1":
			t.Skipf("install the package %s: %v", pkg, err)
		case err != nil:
			t.Fatalf("package %s: %v", pkg, err)
		}
		t.Cleanup(s.Stop)
	}
}

// serveWays serves the program in all ways until the end of the test.
func serveWays(t *testing.T, dir string) []way {
	t.Helper()
	program := installApp(t, dir)
	socket := filepath.Join(dir, "app.sock")
	stays(t, &persistent.Server{Addr: "unix:" + socket, FastCGI: true})
	if err := os.Chmod(socket, 0o666); err != nil {
		t.Fatal(err)
	}
	site := func(how gateways.How, socket string) *gateways.Site {
		return &gateways.Site{How: how, Path: appPath, Program: program, Socket: socket}
	}
	apache, fcgid, proxied := site(gateways.CGI, ""), site(gateways.Spawned, ""), site(gateways.Proxied, socket)
	started(t, "apache2 libapache2-mod-fcgid")(gateways.Apache(dir, "cgid", apache, fcgid, proxied))
	forked := site(gateways.CGI, "")
	started(t, "apache2")(gateways.Apache(dir, "cgi", forked))
	light, lightFast := site(gateways.CGI, ""), site(gateways.Spawned, filepath.Join(dir, "lighttpd.sock"))
	started(t, "lighttpd")(gateways.Lighttpd(dir, light, lightFast))
	nginx := site(gateways.Proxied, socket)
	started(t, "nginx")(gateways.Nginx(dir, nginx))
	var ways []way
	for i, addr := range []string{
		stays(t, &persistent.Server{Addr: "127.0.0.1:0"}),
		gate(t, &host.Handler{Path: program, ScriptName: appPath, Logger: logged(t)}), light.Addr, forked.Addr, apache.Addr,
		gate(t, &fastcgi.Handler{Addr: "unix:" + socket, ScriptName: appPath, Logger: logged(t)}), nginx.Addr, lightFast.Addr, proxied.Addr, fcgid.Addr,
	} {
		ways = append(ways, way{wayNames[i], addr})
	}
	return ways
}

func logged(t *testing.T) *slog.Logger { return slog.New(slog.NewTextHandler(t.Output(), nil)) }

// stays serves the program by a persistent server, and returns the server's address.
func stays(t *testing.T, s *persistent.Server) string {
	t.Helper()
	l, err := persistent.Listen(s.Addr)
	if err != nil {
		t.Fatal(err)
	}
	s.Logger = logged(t)
	untilTheEnd(t, func(ctx context.Context) error { return s.ServeListener(ctx, l, app()) })
	return l.Addr().String()
}

// gate serves a gateway, and returns its address.
func gate(t *testing.T, h http.Handler) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	untilTheEnd(t, func(ctx context.Context) error { return host.Serve(ctx, l, h) })
	return l.Addr().String()
}

// untilTheEnd runs a server until the end of the test.
func untilTheEnd(t *testing.T, serve func(context.Context) error) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- serve(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil && !strings.Contains(err.Error(), "in flight") {
			t.Error(err)
		}
	})
}
