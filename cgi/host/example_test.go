//go:build linux

package host_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"time"

	"github.com/classibench/classibench/cgi/host"
)

// A script below a path of its own, among other handlers.
func ExampleHandler() {
	dir, err := os.MkdirTemp("", "cgi-bin-")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "hello.cgi")
	const script = "#!/bin/sh\necho Content-Type: text/plain\necho\necho $REQUEST_METHOD $SCRIPT_NAME $PATH_INFO for $VISITOR\n"
	if err := os.WriteFile(path, []byte(script), 0o700); err != nil {
		panic(err)
	}
	http.Handle("/cgi-bin/hello/", &host.Handler{
		Path:       path,
		ScriptName: "/cgi-bin/hello",
		Env:        []string{"VISITOR=Ann"},
		Timeout:    10 * time.Second,
		Logger:     slog.Default(),
	})
	srv := httptest.NewServer(nil)
	defer srv.Close()

	response, err := http.Get(srv.URL + "/cgi-bin/hello/world")
	if err != nil {
		panic(err)
	}
	defer response.Body.Close()
	body, _ := io.ReadAll(response.Body)
	fmt.Print(string(body))
	// Output: GET /cgi-bin/hello /world for Ann
}

// One script, at the root of a server that ends with its context.
func ExampleListenAndServe() {
	ctx, stop := context.WithTimeout(context.Background(), 10*time.Millisecond)
	defer stop()
	err := host.ListenAndServe(ctx, "127.0.0.1:0", &host.Handler{Path: "/usr/lib/cgi-bin/guestbook.cgi"})
	fmt.Println(err)
	// Output: <nil>
}
