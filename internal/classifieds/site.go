// Package classifieds contains the handlers of a small town's classifieds site.
// cgi/classifieds and persistent/classifieds serve the same handlers.
//
//	GET  /                       categories and the latest ads     <main id="main" class="home">
//	GET  /c/{slug}?before=ID     a category, newest first          <main id="main" class="category">
//	GET  /search?q=&category=&min=&max=&before=                    <main id="main" class="search">
//	GET  /ads/{id}               an ad                             <main id="main" class="ad">
//	POST /ads/{id}/reply         name, email, message; 303 to the ad
//	POST /ads/{id}/flag          303 to the ad
//	GET  /post                   the form for a new ad             <main id="main" class="form">
//	POST /ads                    category, title, body, price, place, seller, email, photo; 303 to the edit page
//	GET  /ads/{id}/edit?key=     the form behind the secret link   <main id="main" class="form edit">
//	POST /ads/{id}/edit?key=     as POST /ads, drop: ids of photos to remove; 303 to the form
//	POST /ads/{id}/delete        key; 303 to /
//	GET  /photos/{hash}          a photo, under the hash of its bytes; also in part, or 304
//	GET  /site.{hash}.css        the stylesheet, in the same ways
//
// A form with mistakes is shown again with status 422 and the typed values. Posts
// from another origin are refused with 403, other methods with 405, bodies of more
// than 3 MiB with 413, and those that come too slowly for the server with 408. A post that cannot be written within a few seconds is answered with
// 503 and Retry-After, and is not written later; one for which the disk has no room, with
// 507. The elements on the right are stable: scenarios use them as markers.
package classifieds

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/classibench/classibench/internal/classifieds/listings"
	"github.com/classibench/classibench/internal/classifieds/pages"
	"github.com/classibench/classibench/internal/classifieds/picture"
	"github.com/classibench/classibench/internal/spool"
)

// A Config contains the settings of a site.
type Config struct {
	DB     string           // path of the data set, or address of the database
	Now    func() time.Time // nil means time.Now
	Logger *slog.Logger     // nil means standard error
	wrong  error            // error in the environment
}

// Flags returns the configuration from the environment (CLASSIFIEDS_DB), and
// defines the flag -db on f, which overrides it. A CGI program must not parse
// flags, since its arguments may come from the client (RFC 3875 §4.4).
// CLASSIFIEDS_NOW sets the clock to a fixed Unix time in seconds, so that two
// builds can be compared byte by byte.
func Flags(f *flag.FlagSet) *Config {
	c := &Config{}
	c.Now, c.wrong = clock(os.Getenv("CLASSIFIEDS_NOW"))
	db := os.Getenv("CLASSIFIEDS_DB")
	if db == "" {
		db = "classifieds.db"
	}
	f.StringVar(&c.DB, "db", db, "`path` of the data set")
	return c
}

// DatabaseFlags is Flags for a program that uses PostgreSQL: the environment has the
// address of its database (DATABASE_URL).
func DatabaseFlags(f *flag.FlagSet) *Config {
	c := &Config{}
	c.Now, c.wrong = clock(os.Getenv("CLASSIFIEDS_NOW"))
	f.StringVar(&c.DB, "db", os.Getenv("DATABASE_URL"), "`address` of the database: postgres://…")
	return c
}

// clock returns a clock with a fixed time, or nil if at is empty.
func clock(at string) (func() time.Time, error) {
	if at == "" {
		return nil, nil
	}
	seconds, err := strconv.ParseInt(at, 10, 64)
	if err != nil {
		return nil, fmt.Errorf("CLASSIFIEDS_NOW is %q: want a Unix time in seconds, such as 1782820800", at)
	}
	return func() time.Time { return time.Unix(seconds, 0) }, nil
}

// A Site serves the classifieds.
type Site struct {
	config *Config
	mux    *http.ServeMux
	origin *http.CrossOriginProtection
	open   func() (Store, error) // opens the store, once
	opened atomic.Bool           // whether open was called

	forms    spool.Pool // files of long forms until all of them has arrived
	uploads  budget     // memory for forms
	decoding budget     // memory for looking at photos
	sending  budget     // memory for photos until their clients, or the server for them, have taken them
}

// New returns a site that opens its data with open at the first request, or at Start:
// store.Open for SQLite, postgres.Open for PostgreSQL. So only a program that names a
// database links it.
func New[S Store](open func(db string) (S, error), c *Config) *Site {
	s := &Site{config: c, mux: http.NewServeMux(), origin: http.NewCrossOriginProtection(),
		uploads: newBudget(uploadMemory), decoding: newBudget(picture.MaxMemory), sending: newBudget(photoMemory)}
	s.open = sync.OnceValues(func() (Store, error) {
		s.opened.Store(true)
		if c.wrong != nil {
			return nil, c.wrong
		}
		return open(c.DB)
	})
	s.mux.HandleFunc("GET /{$}", s.view(home))
	s.mux.HandleFunc("GET /c/{slug}", s.view(category))
	s.mux.HandleFunc("GET /search", s.view(search))
	s.mux.HandleFunc("GET /ads/{id}", s.view(ad))
	s.mux.HandleFunc("GET /photos/{name}", s.view(photo))
	s.mux.HandleFunc("GET /post", s.view(postForm))
	s.mux.HandleFunc("GET /ads/{id}/edit", s.view(editForm))
	s.mux.HandleFunc("POST /ads", s.view(post))
	s.mux.HandleFunc("POST /ads/{id}/edit", s.view(edit))
	s.mux.HandleFunc("POST /ads/{id}/delete", s.view(remove))
	s.mux.HandleFunc("POST /ads/{id}/reply", s.view(reply))
	s.mux.HandleFunc("POST /ads/{id}/flag", s.view(flagAd))
	s.mux.HandleFunc("GET "+pages.StylesheetPath, s.view(stylesheet))
	s.mux.HandleFunc("/", s.view(s.elsewhere))
	return s
}

// Start opens the data. A server calls it before it listens, so that errors show
// early.
func (s *Site) Start() error {
	_, err := s.open()
	return err
}

// Close closes the data, if they are open.
func (s *Site) Close() error {
	if !s.opened.Load() {
		return nil
	}
	db, err := s.open()
	if err != nil {
		return nil // reported when it was opened
	}
	return db.Close()
}

// ServeHTTP answers one request.
func (s *Site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mux.ServeHTTP(w, r)
}

// A visit is one request to the site.
type visit struct {
	w   http.ResponseWriter
	r   *http.Request
	db  Store
	now time.Time

	site   *Site
	taken  int64  // of the memory for uploads
	cancel func() // ends the context of a post
}

// view makes a handler from a method of a visit. It turns an error into a page.
func (s *Site) view(f func(*visit) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		v := &visit{w: w, r: r, now: s.now(), site: s}
		defer v.leave()
		err := s.origin.Check(r)
		if err != nil {
			v.message(http.StatusForbidden, "Not from here", "This form was sent from another site.")
			return
		}
		if v.db, err = s.open(); err == nil {
			err = f(v)
		}
		s.finish(v, err)
	}
}

// finish answers with the page of an error, if any.
func (s *Site) finish(v *visit, err error) {
	var tooLarge *http.MaxBytesError
	switch {
	case err == nil:
	case errors.Is(err, listings.ErrNotFound):
		v.message(http.StatusNotFound, "Not here", "There is no such page, or the ad was taken down.")
	case errors.As(err, &tooLarge):
		v.message(http.StatusRequestEntityTooLarge, "Too large", "What you sent is larger than this site takes.")
	case errors.Is(err, listings.ErrBusy):
		s.busy(v, err)
	case errors.Is(err, listings.ErrFull):
		s.logger().Error("request failed", slog.String("path", v.r.URL.Path), slog.Any("err", err))
		v.message(http.StatusInsufficientStorage, "No room", "This site has no room left. Nothing was saved. Please try again later.")
	case errors.Is(err, errTooSlow):
		v.message(http.StatusRequestTimeout, "Too slow", "Your form did not arrive in time. Please try again.")
	case errors.Is(err, errBadRequest):
		v.message(http.StatusBadRequest, "Not understood", "Your browser sent something that this site does not understand.")
	default:
		s.logger().Error("request failed", slog.String("path", v.r.URL.Path), slog.Any("err", err))
		v.message(http.StatusInternalServerError, "Something broke", "It is our fault. Please try again later.")
	}
}

// busy answers that the visitor must try again. If the visitor has left, no one reads that,
// and it is no news.
func (s *Site) busy(v *visit, err error) {
	if !errors.Is(v.r.Context().Err(), context.Canceled) {
		s.logger().Warn("busy", slog.String("path", v.r.URL.Path), slog.Any("err", err))
	}
	v.w.Header().Set("Retry-After", retryAfter)
	v.message(http.StatusServiceUnavailable, "Too busy", "Nothing was saved. Please try again in a few seconds.")
}

// retryAfter is the time in seconds after which a visitor may try again (RFC 9110 §10.2.3).
const retryAfter = "5"

// elsewhere answers requests that match no other pattern: there may be a pattern
// for another method (RFC 9110 §15.5.6).
func (s *Site) elsewhere(v *visit) error {
	var allowed []string
	for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodPost} {
		r := *v.r
		r.Method = method
		if _, pattern := s.mux.Handler(&r); pattern != "/" {
			allowed = append(allowed, method)
		}
	}
	if allowed == nil {
		return listings.ErrNotFound
	}
	v.w.Header().Set("Allow", strings.Join(allowed, ", "))
	v.message(http.StatusMethodNotAllowed, "Not this way", "Your browser asked for this page in a way that it cannot answer.")
	return nil
}

func (s *Site) now() time.Time {
	if s.config.Now == nil {
		return time.Now()
	}
	return s.config.Now()
}

func (s *Site) logger() *slog.Logger {
	if s.config.Logger == nil {
		return slog.New(slog.NewTextHandler(os.Stderr, nil))
	}
	return s.config.Logger
}

var (
	// errBadRequest marks requests that a browser should not have sent.
	errBadRequest = errors.New("bad request")
	// errTooSlow marks requests whose body did not arrive in time.
	errTooSlow = errors.New("slow request")
)

// id returns the id in the path.
func (v *visit) id() (int64, error) {
	id, err := strconv.ParseInt(v.r.PathValue("id"), 10, 64)
	if err != nil || id <= 0 {
		return 0, listings.ErrNotFound
	}
	return id, nil
}
