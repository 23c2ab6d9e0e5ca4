package parity

import (
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// themed keeps the head of a page for all visitors: it has the theme of the first one.
func themed(*data) http.HandlerFunc {
	var mu sync.Mutex
	heads := map[string]string{}
	return func(w http.ResponseWriter, r *http.Request) {
		if r.Method == "POST" {
			http.SetCookie(w, &http.Cookie{Name: "theme", Value: r.FormValue("theme"), Path: "/"})
			http.Redirect(w, r, "/", http.StatusSeeOther)
			return
		}
		theme := "light"
		if c, err := r.Cookie("theme"); err == nil {
			theme = c.Value
		}
		mu.Lock()
		defer mu.Unlock()
		if heads[r.URL.Path] == "" {
			heads[r.URL.Path] = "<link rel=stylesheet href=/" + theme + ".css>"
		}
		html(w, "%s<h1>Pictures</h1>", heads[r.URL.Path])
	}
}

// A cache shows first that a visitor gets an older answer of their own. That another visitor gets
// it is worse.
func TestACacheOfAllVisitorsIsALeak(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		requests := append(gets("/list"), posts("/theme", "theme=midnight"))
		v := simulate(themed, themed).verify(t, Plan{Requests: requests, Budget: 20 * time.Second})
		if len(v.Findings) == 0 {
			t.Fatal("got no finding")
		}
		if f := v.Findings[0]; !f.Canary || urls(f) != "/theme /list /list" || f.Sequence[0].Visitor == f.Sequence[2].Visitor || !f.Minimal {
			t.Errorf("got a leak %v by %s, want one by /theme /list /list", f.Canary, urls(f))
		}
	})
}
