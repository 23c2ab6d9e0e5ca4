package parity

import (
	"crypto/md5"
	"fmt"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/classibench/classibench/bench/result"
)

// startTime shows the time at which the process started, in another form on each page.
func startTime(*data) http.HandlerFunc {
	started := time.Now()
	return func(w http.ResponseWriter, r *http.Request) {
		layout := map[string]string{"/a": time.RFC3339, "/b": time.RFC1123}[r.URL.Path]
		html(w, "<h1>%s</h1><p>It is <b>%s</b>.</p>", r.URL.Path, started.Format(layout))
	}
}

// firstTime shows on each page the time at which it was requested first.
func firstTime(*data) http.HandlerFunc {
	first := map[string]time.Time{}
	return func(w http.ResponseWriter, r *http.Request) {
		if first[r.URL.Path].IsZero() {
			first[r.URL.Path] = time.Now()
		}
		html(w, "<h1>%s</h1><p>It is <b>%s</b>.</p>", r.URL.Path, first[r.URL.Path].Format(time.RFC3339))
	}
}

// stuckTexts shows a text that is made once for the process, or for each page of it.
func stuckTexts(each bool) app {
	return func(*data) http.HandlerFunc {
		made := map[string]string{}
		return func(w http.ResponseWriter, r *http.Request) {
			key := ""
			if each {
				key = r.URL.Path
			}
			if made[key] == "" {
				made[key] = fmt.Sprintf("%x", md5.Sum(fmt.Append(nil, time.Now().UnixNano(), key)))
			}
			w.Header().Set("ETag", made[key])
			html(w, "<h1>%s</h1>", r.URL.Path)
		}
	}
}

// A value that a process fixes once and shows on two pages is one finding, and one that each page
// fixes for itself is two.
func TestRepeatedValuesWithOneCause(t *testing.T) {
	for name, c := range map[string]struct {
		app      app
		findings int
	}{
		"a clock of the process": {startTime, 1}, "a clock of each page": {firstTime, 2},
		"a text of the process": {stuckTexts(false), 1}, "a text of each page": {stuckTexts(true), 2},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := simulate(c.app, c.app)
				s.old.took = 200 * time.Millisecond
				v := s.verify(t, Plan{Requests: gets("/a", "/b"), Budget: 75 * time.Second})
				if len(v.Findings) != c.findings {
					t.Fatalf("got %d findings, want %d", len(v.Findings), c.findings)
				}
				for _, f := range v.Findings {
					if f.Kind != result.KindLifetime || f.Length != 2 || len(f.Also) != 2-c.findings {
						t.Errorf("got %s by %s, and %d other victims", f.Kind, urls(f), len(f.Also))
					}
				}
			})
		})
	}
}
