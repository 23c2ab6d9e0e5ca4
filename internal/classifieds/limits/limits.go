// Package limits limits what one client may do to the classifieds, and the memory of the
// server. Only a server can: a CGI program remembers no client.
//
// [Wrap] puts the limits before a site, with the settings of [Flags].
package limits

import (
	"cmp"
	"flag"
	"fmt"
	"log/slog"
	"math"
	"net/http"
	"net/netip"
	"os"
	"strconv"
	"strings"
	"time"

	"golang.org/x/time/rate"

	"github.com/classibench/classibench/internal/classifieds"
)

// Options are the limits. Zero means none.
type Options struct {
	Posts   int          // ads, changes and replies of a client in a minute, and as many flags
	Guesses int          // wrong keys of edit links of a client in a minute
	Proxies int          // trusted proxies before the server, each of which adds an address to X-Forwarded-For
	Memory  Memory       // of the garbage-collected heap; zero means nine tenths of the cgroup's or the machine's
	Logger  *slog.Logger // nil is silent
	wrong   error        // error in the environment
}

// off is the value of CLASSIFIEDS_LIMITS that sets Posts and Guesses to 0.
const off = "off"

// Flags returns options with defaults, and defines flags that change them. The environment
// CLASSIFIEDS_LIMITS=off sets the defaults of -posts and -guesses to 0.
func Flags(f *flag.FlagSet) *Options {
	o := &Options{Posts: 20, Guesses: 10, Logger: slog.New(slog.NewTextHandler(os.Stderr, nil))}
	switch set := os.Getenv("CLASSIFIEDS_LIMITS"); set {
	case "":
	case off:
		o.Posts, o.Guesses = 0, 0
	default:
		o.wrong = fmt.Errorf("CLASSIFIEDS_LIMITS is %q: want %s, or nothing for the defaults", set, off)
	}
	f.IntVar(&o.Posts, "posts", o.Posts, "`number` of posts, and of flags, that a client may send in a minute; 0 is no limit")
	f.IntVar(&o.Guesses, "guesses", o.Guesses, "`number` of wrong keys of edit links that a client may try in a minute; 0 is no limit")
	f.IntVar(&o.Proxies, "proxies", 0, "`number` of trusted proxies before this server: the client's address is the last but so many in X-Forwarded-For")
	f.Var(&o.Memory, "memory", "`size` at which the garbage collector works harder, as in 512MiB (default nine tenths of the cgroup's or the machine's memory)")
	return o
}

// A Handler is a site with limits.
type Handler struct {
	site    *classifieds.Site
	options *Options
	clients *clients
	uploads running
}

// Wrap returns the site with limits.
func Wrap(site *classifieds.Site, o *Options) *Handler {
	return &Handler{site: site, options: o, clients: newClients(), uploads: running{of: map[netip.Prefix]int{}}}
}

// Start checks the options, sets the limit of the memory, and starts the site.
func (h *Handler) Start() error {
	for name, n := range map[string]int{"posts": h.options.Posts, "guesses": h.options.Guesses, "proxies": h.options.Proxies} {
		if n < 0 {
			return fmt.Errorf("-%s %d: want a number from 0", name, n)
		}
	}
	if h.options.wrong != nil {
		return h.options.wrong
	}
	h.options.Memory.apply(cmp.Or(h.options.Logger, slog.New(slog.DiscardHandler)))
	return h.site.Start()
}

// ServeHTTP passes a request on to the site, unless its client has sent too many.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	post, secret := r.Method == http.MethodPost, needsKey(r.URL.Path)
	if !post && !secret {
		h.site.ServeHTTP(w, r)
		return
	}
	from, limited := client(r, h.options.Proxies)
	switch {
	case !limited:
		h.site.ServeHTTP(w, r)
	case post && !h.passes(w, r, key{from, kindOf(r.URL.Path)}): // refused
	case h.options.Posts > 0 && isUpload(r):
		h.upload(w, r, from)
	default:
		h.guess(w, r, from)
	}
}

// upload passes an upload on, unless its client sends others at the same time.
func (h *Handler) upload(w http.ResponseWriter, r *http.Request, from netip.Prefix) {
	if !h.uploads.begin(from) {
		refuse(w, r, 1)
		return
	}
	defer h.uploads.end(from)
	h.guess(w, r, from)
}

// needsKey reports whether a path is one of those that a secret key opens.
func needsKey(path string) bool {
	return strings.HasSuffix(path, "/edit") || strings.HasSuffix(path, "/delete")
}

// kindOf returns what a post does.
func kindOf(path string) kind {
	if strings.HasSuffix(path, "/flag") {
		return flags
	}
	return posts
}

// passes takes a token of the client, or refuses the request.
func (h *Handler) passes(w http.ResponseWriter, r *http.Request, k key) bool {
	if h.options.Posts == 0 {
		return true
	}
	l := h.clients.limiter(k, h.options.Posts)
	if l.Allow() {
		return true
	}
	refuse(w, r, wait(l))
	return false
}

// guess passes a request on. If it needs a key, its client must have guesses left, and it counts
// if its key is wrong. Requests at the same time may all be wrong: the client then owes tokens,
// and waits longer.
func (h *Handler) guess(w http.ResponseWriter, r *http.Request, from netip.Prefix) {
	if h.options.Guesses == 0 || !needsKey(r.URL.Path) {
		h.site.ServeHTTP(w, r)
		return
	}
	l := h.clients.limiter(key{from, guesses}, h.options.Guesses)
	if l.Tokens() < 1 {
		refuse(w, r, wait(l))
		return
	}
	answer := &status{ResponseWriter: w}
	h.site.ServeHTTP(answer, r)
	if answer.code == http.StatusNotFound {
		l.ReserveN(time.Now(), 1)
	}
}

// wait returns the seconds until a client has a token.
func wait(l *rate.Limiter) int {
	return max(1, int(math.Ceil((1-l.Tokens())/float64(l.Limit()))))
}

// refuse answers with 429, and with the seconds after which the client may try again (RFC
// 6585 §4).
func refuse(w http.ResponseWriter, r *http.Request, seconds int) {
	w.Header().Set("Retry-After", strconv.Itoa(seconds))
	classifieds.Message(w, r, http.StatusTooManyRequests, "Too many", "There were too many posts from your address. Please try again in a minute.")
}

// A status remembers the status of an answer.
type status struct {
	http.ResponseWriter
	code int
}

// WriteHeader remembers the status.
func (s *status) WriteHeader(code int) {
	s.code = code
	s.ResponseWriter.WriteHeader(code)
}

// Unwrap serves http.ResponseController.
func (s *status) Unwrap() http.ResponseWriter { return s.ResponseWriter }
