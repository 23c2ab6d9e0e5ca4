// Package host is the server side of the Common Gateway Interface, version 1.1
// (RFC 3875): it starts a script for each HTTP request.
//
// A [Handler] is an http.Handler for one script, or for a directory of scripts;
// [ListenAndServe] serves it. Gateways of other kinds share [Gateway] with it, as
// package cgi/host/fastcgi does. The script side is package cgi.
//
// Not supported on purpose: arguments from the query string (RFC 3875 §4.4: the
// client would choose the command line) and REMOTE_IDENT. The reason phrase of a
// script is sent by [Serve], over HTTP/1; another server of package http sends the
// standard one for each status.
//
// The package is made for Linux. On other systems os/exec runs the scripts, on
// Windows without process groups.
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

// A Handler starts a process for each request and passes on its answer. Only Path or
// Directory must be set.
//
// A response ends at the end of the script's standard output (RFC 3875 §6.4), or
// with its Content-Length if it states one, as with Apache, lighttpd and nginx.
// Standard output ends when every process that holds it has closed it: the output
// of a filter or of a background job belongs to the response even after the
// script's exit, and a daemon that keeps it open makes the client wait until the
// time limit. Start such a daemon with redirected output: nohup daemon </dev/null
// >/dev/null 2>&1 &. Output is passed on at once. A request is read completely
// before its process starts, so that a slow client does not hold a process, and so
// that CONTENT_LENGTH is known.
//
// A script does not wait for its client either: what the client has not read yet is
// kept in memory (up to 512 KiB for each response, 64 MiB for all), then in a
// temporary file without a name (up to 64 MiB for each response, MaxSpool for all).
// So a client that does not read does not hold one of MaxProcesses once the script
// has ended. Beyond these limits the script waits, until its client is disconnected
// by SendTimeout, or at the time limit. Meanwhile it does not count as one of
// MaxProcesses; as many scripts may wait so as may run. The time limit does not cut
// off a client that still reads the response of a script that has ended.
//
// While there is too little for all (requests wait because MaxProcesses run, or the
// files have reached MaxSpool), clients that take less than 8 KiB a second make way.
// They are disconnected, as many as are needed, and the log has the reason. On
// average 8 KiB a second are enough, with pauses of up to four seconds. A client that
// has taken next to nothing since its response began gets a quarter of a second and
// four round trips.
//
// Both rules need the server of [Serve], which sees what a client takes. With another
// http.Server that has no WriteTimeout, a client must take each 32 KiB within
// SendTimeout, and no client makes way.
//
// A response that is complete by its Content-Length frees its connection for the next
// request, even if its script goes on. The script keeps its place among MaxProcesses
// until it ends.
//
// The process is the leader of a new process group. If the client leaves or the
// time limit is reached before the end of the response, the whole group is ended:
// with SIGTERM, and with SIGKILL half a second later. After the end of a response,
// the script and its background jobs live on. The script keeps its place among
// MaxProcesses until it ends; at the time limit it is ended with its group. Wait
// ends all of them. On Linux, a script is also killed when the serving process
// dies.
//
// A script whose name begins with "nph-" speaks HTTP itself (RFC 3875 §5): its
// output is sent unchanged, and the connection is closed after it.
//
// A script gets its path without empty names and dot segments, decoded from their
// escapes, as with other servers; REQUEST_URI is what the client sent. A backslash
// is a character like others, except on Windows.
//
// An output whose head does not follow RFC 3875 is answered 502. It is mostly the
// message of a failure: Logger gets all of it, up to 64 KiB, as "output", with a
// "hint" at the likely mistake.
//
// Do not change fields after the first request.
type Handler struct {
	Path string   // the script's executable file
	Args []string // its arguments
	Dir  string   // working directory; empty means that of Script, else of Path (RFC 3875 §7.2)

	// Directory is a directory of scripts, as with Apache's ScriptAlias: each
	// request starts the script that its path names below ScriptName, and the rest
	// of the path is PATH_INFO. Dot segments and empty names are removed from the
	// path first, and escaped slashes are refused, as Apache does. Path and Script
	// are not used. Files whose name begins with a dot are hidden, and no file
	// outside of the directory is started.
	Directory string

	// FollowLinks follows symbolic links in Directory, even out of it.
	FollowLinks bool

	// Script is SCRIPT_FILENAME for an interpreter at Path that reads its script's
	// path there, as php-cgi does; empty means Path. With it, Root defaults to the
	// directory of Script and ScriptName to its path below Root, and all paths lead
	// to it; see SiteOf.
	Script string

	// Env is added to the script's environment as NAME=VALUE, and replaces
	// meta-variables of the same name. The script inherits nothing else but PATH,
	// the variables in InheritEnv, and those of the system's loader.
	Env        []string
	InheritEnv []string

	ScriptName string // SCRIPT_NAME, the URL path that leads to the script; empty means "/"
	Root       string // document root, for PATH_TRANSLATED; empty leaves that unset

	// PassAuth passes on Authorization and Proxy-Authorization, for scripts that
	// authenticate by themselves, like Apache's CGIPassAuth.
	PassAuth bool

	MaxProcesses int           // at the same time, beside as many that wait for their clients; 0 means 8 per CPU (GOMAXPROCS): more reduce throughput
	MaxWaiting   int           // further requests that may wait in the queue; 0 means 1024
	MaxBody      int64         // size of a request's body in bytes; 0 means 1 GiB
	Timeout      time.Duration // for a request from the end of its body, with its wait in the queue; 0 means 1 min

	// MaxSpool limits the temporary files: request bodies, and responses whose
	// clients have not read them yet. 0 means 1 GiB.
	MaxSpool int64

	// SendTimeout is how long a client may take less than 500 bytes a second of its
	// response. Then it is disconnected. 0 means 10 s.
	SendTimeout time.Duration

	// ReceiveTimeout is how long a client may send less than 500 bytes a second of a
	// request's body. Then it is answered 408. 0 means 20 s; it is no longer than Timeout.
	// A server with a ReadTimeout has that limit instead.
	ReceiveTimeout time.Duration

	// Redirect answers local redirects (RFC 3875 §6.2.2); nil means the Handler.
	Redirect http.Handler

	// Logger receives problems, and the lines that scripts write to standard error.
	// If it is nil, nothing is logged and standard error goes to the null device.
	Logger *slog.Logger

	// LogQuery logs requests with their query. By default only the path is logged,
	// because a query may be a secret: a session, a password, a link with which its
	// owner edits an ad. A secret in the path itself is logged.
	LogQuery bool

	// Stderr, if set, is the standard error of the scripts. It is not read or
	// logged, which saves a pipe for each request.
	Stderr *os.File

	once    sync.Once
	err     error
	gateway *Gateway
	path    string
	script  string
	dir     string
	null    *os.File
	groups  sync.WaitGroup // one for each process group that is being ended
	left    leftovers
}

// ServeHTTP answers with the script's response, or with
//
//	400  if the body is broken, the path of a single script holds a NUL (or a backslash, on Windows), or ".." leaves the root
//	403  for a path in Directory that leads to a symbolic link or to no executable file
//	404  for a path that is not below ScriptName, or not in Directory, or that escapes a slash or NUL there
//	408  if the client sends the body too slowly
//	413  if the body is larger than MaxBody
//	431  if the header does not fit a process's environment
//	500  if the script cannot be started
//	502  if the script's output is no response by RFC 3875
//	503  if the queue is full, at the time limit in the queue, if no process can be started now, or if temporary files have reached MaxSpool
//	504  at the time limit otherwise
//	507  if a large body cannot be stored
//
// and, if a response has begun that cannot be completed, aborts the connection by a
// panic with http.ErrAbortHandler.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h.once.Do(h.init)
	if h.err != nil {
		h.logger().Error("script cannot be served", slog.Any("err", h.err))
		http.Error(w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
		return
	}
	h.gateway.ServeHTTP(w, r)
}

// Wait waits until no request is being served, and ends the processes that the
// scripts left. It returns when their groups are empty. Call it after the server
// has stopped.
func (h *Handler) Wait() {
	h.once.Do(h.init)
	if h.gateway != nil {
		h.gateway.Wait()
	}
	h.left.end()
	h.groups.Wait()
}

// Finish waits for the requests on connections that no longer belong to the server, and
// for scripts that go on after their response. It returns the error of ctx if that ends
// before the requests. [Serve] calls it when it stops; after it, Wait ends the rest.
func (h *Handler) Finish(ctx context.Context) error {
	h.once.Do(h.init)
	if h.gateway != nil && !ends(ctx, h.gateway.Wait) {
		return ctx.Err()
	}
	ends(ctx, h.left.scripts.Wait)
	return nil
}

// ends reports whether wait returns before ctx ends.
func ends(ctx context.Context, wait func()) bool {
	ended := make(chan struct{})
	go func() {
		wait()
		close(ended)
	}()
	select {
	case <-ended:
		return true
	case <-ctx.Done():
		return false
	}
}

func (h *Handler) init() {
	h.err = h.prepare()
	if h.err != nil {
		return
	}
	site := h.site()
	h.gateway = &Gateway{find: h.finder(),
		Script: h.script, ScriptName: site.Name, Fallback: site.Fallback, Root: site.Root, Env: h.environment(),
		MaxRequests: cmp.Or(h.MaxProcesses, 8*runtime.GOMAXPROCS(0)), MaxWaiting: h.MaxWaiting, MaxBody: h.MaxBody, MaxSpool: h.MaxSpool, Timeout: h.Timeout, SendTimeout: h.SendTimeout, ReceiveTimeout: h.ReceiveTimeout,
		PassAuth: h.PassAuth, Redirect: h.Redirect, Logger: h.Logger, LogQuery: h.LogQuery, Respond: h.responder(),
		raw: speaksHTTP(h.path), lends: true,
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

// place returns the absolute paths of the program, its script and its working
// directory.
func (h *Handler) place() (path, script, dir string, err error) {
	if path, err = filepath.Abs(h.Path); err != nil {
		return "", "", "", fmt.Errorf("find script %s: %w", h.Path, err)
	}
	if script, err = filepath.Abs(cmp.Or(h.Script, path)); err != nil {
		return "", "", "", fmt.Errorf("find script %s: %w", h.Script, err)
	}
	return path, script, cmp.Or(h.Dir, filepath.Dir(script)), nil
}

// site returns the script's site.
func (h *Handler) site() Site {
	if h.Script == "" || h.Directory != "" {
		return Site{Root: h.Root, Name: h.ScriptName}
	}
	return SiteOf(h.script, h.ScriptName, cmp.Or(h.Root, environ.Get(h.Env, "DOCUMENT_ROOT")))
}

// program returns the program for a request, and its working directory.
func (h *Handler) program(rq *Request) (path, dir string) {
	if h.Directory != "" {
		return rq.Script, cmp.Or(h.Dir, filepath.Dir(rq.Script))
	}
	return h.path, h.dir
}

// speaksHTTP reports whether a script speaks HTTP itself (RFC 3875 §5).
func speaksHTTP(path string) bool { return strings.HasPrefix(filepath.Base(path), "nph-") }

// responder returns the way to run scripts on this system.
func (h *Handler) responder() func(context.Context, *Request, *Response) error {
	if native() {
		return h.runNative
	}
	return h.runPortable
}

// loaderEnv are variables that a dynamic linker, or Windows, may need to start a
// program.
var loaderEnv = map[string][]string{
	"darwin":  {"DYLD_LIBRARY_PATH"},
	"linux":   {"LD_LIBRARY_PATH"},
	"windows": {"SystemRoot", "COMSPEC", "PATHEXT", "WINDIR"},
}

// environment returns the variables that are the same for all requests.
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
