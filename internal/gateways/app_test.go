//go:build linux

package gateways_test

import (
	"crypto/sha256"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/classibench/classibench"
)

// The test binary is also the program that the servers run: under this name it serves
// requests instead of running tests. Servers pass on no variables that could say so.
const appName = "behaviour.cgi"

func TestMain(m *testing.M) {
	if filepath.Base(os.Args[0]) == appName {
		if err := classibench.Serve(app()); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// appPath is the URL path of the program in all servers.
const appPath = "/app"

// app is the program: one handler, whatever serves it.
func app() http.Handler {
	mux := http.NewServeMux()
	for path, h := range map[string]http.HandlerFunc{
		"/seen": seen, "/digest": digest, "/echo": echo, "/big": big, "/unread": unread, "/form": form, "/answer": answerAs, "/late": late,
		"/panic": panics, "/stream": stream, "/hints": hints, "/trailers": trailers, "/file": file, "/length": length, "/redirect": redirect,
	} {
		mux.HandleFunc(path, h)
		mux.HandleFunc(path+"/", h)
	}
	return http.StripPrefix(appPath, mux)
}

// seen answers with the parts of the request that a handler uses.
func seen(w http.ResponseWriter, r *http.Request) {
	b, err := io.ReadAll(r.Body)
	fmt.Fprintf(w, "%s %s %s\nURL %s\nhost %s\npath %s\nquery %s\nlength %d\nbody %q %v\n", r.Method, r.RequestURI, r.Proto, r.URL, r.Host, r.URL.EscapedPath(), r.URL.RawQuery, r.ContentLength, b, err)
	for _, name := range slices.Sorted(maps.Keys(r.Header)) {
		fmt.Fprintf(w, "%s: %q\n", name, r.Header[name])
	}
}

// digest answers with the length and the hash of the body.
func digest(w http.ResponseWriter, r *http.Request) {
	hash := sha256.New()
	n, err := io.Copy(hash, r.Body)
	fmt.Fprintf(w, "%d bytes, %x, %v", n, hash.Sum(nil), err)
}

func echo(w http.ResponseWriter, r *http.Request) {
	b, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	w.Write(b)
}

// pattern returns n bytes in which no part is like another.
func pattern(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(i * 31 / 7)
	}
	return b
}

// big answers with as many bytes as its query says, with a length or without.
func big(w http.ResponseWriter, r *http.Request) {
	n, _ := strconv.Atoi(r.URL.Query().Get("n"))
	w.Header().Set("Content-Type", "application/octet-stream")
	if r.URL.Query().Has("stated") {
		w.Header().Set("Content-Length", strconv.Itoa(n))
	}
	w.Write(pattern(n))
}

func unread(w http.ResponseWriter, _ *http.Request) {
	http.Error(w, "not wanted", http.StatusForbidden)
}

func form(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseMultipartForm(1 << 20); err != nil && err != http.ErrNotMultipart {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	fmt.Fprint(w, r.Form.Encode())
}

// answerAs answers with the status and the headers of its query.
func answerAs(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	for _, h := range q["h"] {
		name, value, _ := strings.Cut(h, ":")
		w.Header().Add(name, value)
	}
	status, _ := strconv.Atoi(q.Get("status"))
	w.WriteHeader(status)
	io.WriteString(w, q.Get("body"))
}

// late changes its header after it is sent.
func late(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("X-Kept", "1")
	w.WriteHeader(http.StatusOK)
	w.Header().Set("X-Late", "1")
	w.WriteHeader(http.StatusTeapot)
	io.WriteString(w, "late")
}

func panics(w http.ResponseWriter, r *http.Request) {
	switch r.URL.Query().Get("when") {
	case "stated":
		w.Header().Set("Content-Length", "100")
		fallthrough
	case "begun":
		io.WriteString(w, "half")
		http.NewResponseController(w).Flush()
	case "abort":
		panic(http.ErrAbortHandler)
	}
	panic("on purpose")
}

// stream waits between its two parts until its client has the first.
func stream(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/event-stream")
	if !r.URL.Query().Has("head") {
		io.WriteString(w, "first\n")
	}
	if err := http.NewResponseController(w).Flush(); err != nil {
		panic(err)
	}
	if _, err := os.ReadFile(r.URL.Query().Get("gate")); err != nil { // a FIFO
		panic(err)
	}
	io.WriteString(w, "second\n")
}

func hints(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Link", "</style.css>; rel=preload")
	w.WriteHeader(http.StatusEarlyHints)
	w.Header().Set("X-After", "hints")
	w.WriteHeader(http.StatusAccepted)
	io.WriteString(w, "hinted")
}

func trailers(w http.ResponseWriter, r *http.Request) {
	b, _ := io.ReadAll(r.Body)
	w.Header().Set("Trailer", "X-Sum")
	fmt.Fprintf(w, "%s, trailer %q", b, r.Trailer.Get("X-Check"))
	w.Header().Set("X-Sum", "7")
	w.Header().Set(http.TrailerPrefix+"X-Unannounced", "8")
}

// modified is the time of the file, and content what it holds.
var modified = time.Date(2020, 1, 2, 3, 4, 5, 0, time.UTC)

const content = "0123456789abcdefghij"

func file(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Etag", `"v1"`)
	http.ServeContent(w, r, "file.txt", modified, strings.NewReader(content))
}

// length states another length than it writes.
func length(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Length", r.URL.Query().Get("stated"))
	io.WriteString(w, "12345")
}

func redirect(w http.ResponseWriter, r *http.Request) {
	io.Copy(io.Discard, r.Body)
	status, _ := strconv.Atoi(r.URL.Query().Get("status"))
	http.SetCookie(w, &http.Cookie{Name: "hop", Value: "1"})
	http.Redirect(w, r, r.URL.Query().Get("to"), status)
}
