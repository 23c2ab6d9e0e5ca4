package parity

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
)

// board lists what was posted. Its n-th reader and later ones get another page; 0 is none.
func board(n int) app {
	return func(d *data) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			d.mu.Lock()
			defer d.mu.Unlock()
			switch d.count++; {
			case r.Method == "POST":
				d.texts += "<li>" + r.FormValue("text") + "</li>"
				d.count--
				html(w, "<p>saved</p>")
			case n > 0 && d.count >= n:
				html(w, "<p>Please come back later.</p>")
			default:
				html(w, "<ul>%s</ul>", d.texts)
			}
		}
	}
}

// A page of the baseline that changes when only the candidate gets requests that write shows that
// data are shared, unless it changes without them, too.
func TestControlsOfSharedData(t *testing.T) {
	for name, c := range map[string]struct {
		shared bool
		reader int // see board
		refuse bool
	}{
		"shared":                             {shared: true, refuse: true},
		"separate":                           {},
		"a page that changes for each third": {reader: 3},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := simulate(board(c.reader), board(0))
				if both := new(data); c.shared {
					s.old.fresh = func() *data { both.count, both.texts = 0, ""; return both }
					s.new.fresh = s.old.fresh
				}
				requests := append(gets("/"), posts("/", "text=Hello"))
				h := s.hunt(t, requests...)
				err := h.separatePlainly(t.Context(), reading(requests), sharedPages)
				if input, ok := errors.AsType[*InputError](err); ok != c.refuse || ok && !strings.Contains(input.Problem, "share their data") || !ok && err != nil {
					t.Errorf("got %v, want refused: %v", err, c.refuse)
				}
			})
		})
	}
}
