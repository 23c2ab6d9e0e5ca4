// Package host is the server side of the Common Gateway Interface, version 1.1
// (RFC 3875): it starts a script for each HTTP request.
//
// A [Handler] is an http.Handler for one script; [ListenAndServe] serves it.
// [Gateway] is what gateways of other kinds share with it: package fastcgi
// below this one builds on it. The script side is package cgi.
//
// Left out on purpose: arguments made from the query string (RFC 3875 §4.4: a
// client would choose the command line), REMOTE_IDENT, and custom reason
// phrases (net/http sends the standard one for each status; a script whose name
// begins with "nph-" sends its own).
//
// Linux is the home of this package. Elsewhere a script is run by os/exec, on
// Windows without its process group.
package host

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"time"

	"github.com/classibench/classibench/internal/environ"
)

// A Handler starts a process for each request and passes its answer on. Only
// Path or Directory must be set.
//
// A response ends at the end of the script's standard output (RFC 3875 §6.4), or
// with its Content-Length if it states one, as with Apache, lighttpd and nginx. All
// who hold standard output have to close it: what a filter or a background job
// writes after the script's exit belongs to the response, and a daemon that keeps
// it open keeps the client waiting until the time limit. Such a daemon is started
// with its output redirected: nohup daemon </dev/null >/dev/null 2>&1 &. What is
// written is passed on at once. Requests are read whole before the process starts,
// so that a slow client does not hold one, and so that CONTENT_LENGTH is known.
//
// The process is the head of a process group of its own. When the client leaves
// or the time is up before the response has ended, the whole group ends: it is
// sent SIGTERM, and SIGKILL half a second later. After the end of a response, its
// script and its background jobs live on; the script holds its place among
// MaxProcesses until it ends, or the time limit ends it with its group. Wait ends
// all of them. On Linux, the process is killed as well when the one that serves
// dies.
//
// A script whose name begins with "nph-" speaks HTTP itself (RFC 3875 §5): what
// it writes is sent as it is, and the connection is closed afterwards.
//
// Fields must not be changed after the first request.
type Handler struct {
	Path string   // the script's executable file
	Args []string // arguments for every start
	Dir  string   // working directory; empty means that of Script, else of Path (RFC 3875 §7.2)

	// Directory is a directory of scripts, as with Apache's ScriptAlias: each request
	// starts the one that its path names below ScriptName, and the rest of the path is
	// PATH_INFO. Path and Script are not used. Files whose name begins with a dot
	// are hidden, and nothing outside of the directory is started.
	Directory string

	// FollowLinks follows symbolic links in Directory, also to files outside of it.
	FollowLinks bool

	// Script is SCRIPT_FILENAME, where Path is an interpreter that looks for its
	// script there, as php-cgi does; empty means Path. With it, Root defaults to
	// its directory and ScriptName to its path below Root, and all paths lead to
	// it; see SiteOf.
	Script string

	// Env is added to the script's environment as NAME=VALUE, and wins over
	// meta-variables of the same name. Nothing else is inherited but PATH, what
	// InheritEnv names, and what the system's loader needs.
	Env        []string
	InheritEnv []string

	ScriptName string // SCRIPT_NAME, the URL path that leads to the script; empty means "/"
	Root       string // document root, for PATH_TRANSLATED; empty leaves that unset

	// PassAuth passes Authorization and Proxy-Authorization on, for scripts that
	// authenticate by themselves; it is Apache's CGIPassAuth.
	PassAuth bool

	MaxProcesses int           // how many run at once; 0 means 8 per CPU (GOMAXPROCS): more cost throughput
	MaxWaiting   int           // how many requests may wait in line beyond that; 0 means 1024
	MaxBody      int64         // size of a request's body in bytes; 0 means 1 GiB
	Timeout      time.Duration // for a request, waiting in line included; 0 means 1 min

	// Redirect answers local redirects (RFC 3875 §6.2.2); nil means the Handler
	// itself.
	Redirect http.Handler

	// Logger receives what goes wrong, and what scripts write to standard error,
	// line by line. Nil is silent: standard error goes to the null device.
	Logger *slog.Logger

	// Stderr is what scripts have as their standard error, if it is set: nobody
	// reads and logs it, which saves each request a pipe.
	Stderr *os.File

	once    sync.Once
	err     error
	gateway *Gateway
	path    string
	script  string
	dir     string
	null    *os.File
	groups  sync.WaitGroup // process groups that are being ended
	left    leftovers
}

// ServeHTTP answers
//
//	400  if the body is broken, or the path holds a NUL
//	403  for a path in Directory that leads to no executable file, or to a symbolic link
//	404  for a path that is not below ScriptName, or not in Directory
//	408  if the body does not arrive in time
//	413  if the body is larger than MaxBody
//	431  if the header does not fit a process's environment
//	500  if the script cannot be started
//	502  if what it answers is none, or not by RFC 3875
//	503  if the line is full, if the time is up in line, or if no process can be had
//	504  if the time is up otherwise
//	507  if a large body cannot be stored
//
// and aborts the connection, by panicking with http.ErrAbortHandler, where a
// response has begun that cannot be completed.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h.once.Do(h.init)
	if h.err != nil {
		h.logger().Error("script cannot be served", slog.Any("err", h.err))
		http.Error(w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
		return
	}
	h.gateway.ServeHTTP(w, r)
}

// Wait waits until no request is being served, ends what the scripts left running,
// and returns when no process is left in their groups. Call it after the server has
// stopped.
func (h *Handler) Wait() {
	h.once.Do(h.init)
	if h.gateway != nil {
		h.gateway.Wait()
	}
	h.left.end()
	h.groups.Wait()
}

// finish waits for scripts that go on after their response, until ctx ends.
func (h *Handler) finish(ctx context.Context) { h.left.finish(ctx) }

func (h *Handler) init() {
	h.err = h.prepare()
	if h.err != nil {
		return
	}
	site := h.site()
	h.gateway = &Gateway{find: h.finder(),
		Script: h.script, ScriptName: site.Name, Fallback: site.Fallback, Root: site.Root, Env: h.environment(),
		MaxRequests: cmp.Or(h.MaxProcesses, 8*runtime.GOMAXPROCS(0)), MaxWaiting: h.MaxWaiting, MaxBody: h.MaxBody, Timeout: h.Timeout,
		PassAuth: h.PassAuth, Redirect: h.Redirect, Logger: h.Logger, Respond: h.responder(),
		raw: speaksHTTP(h.path),
	}
}

func (h *Handler) prepare() (err error) {
	if h.Directory != "" {
		h.path, err = filepath.Abs(h.Directory)
	} else {
		h.path, h.script, h.dir, err = h.place()
	}
	if err != nil {
		return err
	}
	h.null, err = os.OpenFile(os.DevNull, os.O_RDWR, 0)
	return err
}

// place is where the program, its script and its working directory are.
func (h *Handler) place() (path, script, dir string, err error) {
	if path, err = filepath.Abs(h.Path); err != nil {
		return "", "", "", fmt.Errorf("find script %s: %w", h.Path, err)
	}
	if script, err = filepath.Abs(cmp.Or(h.Script, path)); err != nil {
		return "", "", "", fmt.Errorf("find script %s: %w", h.Script, err)
	}
	return path, script, cmp.Or(h.Dir, filepath.Dir(script)), nil
}

// site is where the script stands.
func (h *Handler) site() Site {
	if h.Script == "" || h.Directory != "" {
		return Site{Root: h.Root, Name: h.ScriptName}
	}
	return SiteOf(h.script, h.ScriptName, cmp.Or(h.Root, environ.Get(h.Env, "DOCUMENT_ROOT")))
}

// program returns what is started for a request, and its working directory.
func (h *Handler) program(rq *Request) (path, dir string) {
	if h.Directory != "" {
		return rq.Script, cmp.Or(h.Dir, filepath.Dir(rq.Script))
	}
	return h.path, h.dir
}

// speaksHTTP reports whether a script speaks HTTP itself (RFC 3875 §5).
func speaksHTTP(path string) bool { return strings.HasPrefix(filepath.Base(path), "nph-") }

// responder is how scripts are run here.
func (h *Handler) responder() func(context.Context, *Request, *Response) error {
	if native() {
		return h.runNative
	}
	return h.runPortable
}

// loaderEnv is what a dynamic linker, or Windows, may need to start anything.
var loaderEnv = map[string][]string{
	"darwin":  {"DYLD_LIBRARY_PATH"},
	"linux":   {"LD_LIBRARY_PATH"},
	"windows": {"SystemRoot", "COMSPEC", "PATHEXT", "WINDIR"},
}

// environment is the part of a script's environment that requests do not
// change.
func (h *Handler) environment() []string {
	env := []string{"PATH=" + cmp.Or(os.Getenv("PATH"), "/usr/local/bin:/usr/bin:/bin")}
	for _, names := range [][]string{loaderEnv[runtime.GOOS], h.InheritEnv} {
		for _, name := range names {
			if v, ok := os.LookupEnv(name); ok {
				env = append(env, name+"="+v)
			}
		}
	}
	return append(env, h.Env...)
}

func (h *Handler) logger() *slog.Logger {
	if h.Logger == nil {
		return slog.New(slog.DiscardHandler)
	}
	return h.Logger
}
