package parity

import (
	"context"
	"crypto/md5"
	"fmt"
	"net/http"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/classibench/classibench/bench/parity/trial"
	"github.com/classibench/classibench/bench/result"
)

// made counts the identifiers that programs made, so that each is new.
var made atomic.Int64

func identifier() string { return fmt.Sprintf("%x", md5.Sum(fmt.Append(nil, "id", made.Add(1))))[:24] }

// signin returns a program with sessions: members sign in with a token against forged forms. One
// part of the session stays in the process, or none.
func signin(leak string) app {
	return func(d *data) http.HandlerFunc {
		left := "" // of the session of the request before
		return func(w http.ResponseWriter, r *http.Request) {
			d.mu.Lock()
			defer d.mu.Unlock()
			id, s := d.session(r)
			if leak != "" && s[leak] == "" && left != "" {
				s[leak] = left
			}
			http.SetCookie(w, &http.Cookie{Name: "session", Value: id, HttpOnly: true})
			serveMember(w, r, s)
			left = s[leak]
		}
	}
}

// session returns that of a visitor, or a new one.
func (d *data) session(r *http.Request) (id string, s map[string]string) {
	if d.sessions == nil {
		d.sessions = map[string]map[string]string{}
	}
	if c, err := r.Cookie("session"); err == nil && d.sessions[c.Value] != nil {
		return c.Value, d.sessions[c.Value]
	}
	id, s = identifier(), map[string]string{}
	d.sessions[id] = s
	return id, s
}

func serveMember(w http.ResponseWriter, r *http.Request, s map[string]string) {
	post := r.Method == http.MethodPost
	switch path := r.URL.Path; {
	case post && (s["csrf"] == "" || r.FormValue("csrf") != s["csrf"]):
		w.WriteHeader(http.StatusForbidden)
		html(w, "<p>This form is too old.</p>")
	case post && path == "/login":
		s["user"] = r.FormValue("name")
		http.Redirect(w, r, "/notes", http.StatusSeeOther)
	case path == "/":
		html(w, "<h1>Home</h1><p>Hello</p>")
	case path != "/login" && s["user"] == "":
		http.Redirect(w, r, "/login", http.StatusSeeOther)
	case post:
		http.Redirect(w, r, "/notes", http.StatusSeeOther)
	case path == "/account":
		html(w, "<h1>Account</h1><p>Signed in as %s</p>", s["user"])
	default:
		if s["csrf"] == "" {
			s["csrf"] = identifier()
		}
		html(w, `<h1>%s</h1><form method="post"><input type="hidden" name="csrf" value="%s"><input name="text"></form>`, path[1:], s["csrf"])
	}
}

// A token that another visitor gets, too, shows in two requests, although both visitors have sent
// forms where it shows first, and the baseline takes a second for each request.
func TestATokenOfAnotherSession(t *testing.T) {
	requests := append(gets("/", "/account", "/login"), posts("/login", "csrf={{csrf}}&name=annabel"),
		posts("/note", "csrf={{csrf}}&text=hello"), gets("/notes")[0])
	for name, c := range map[string]struct {
		leak string
		took time.Duration
		want int
	}{
		"token": {"csrf", time.Second, 2}, "token, 1.3 s": {"csrf", 1300 * time.Millisecond, 2}, "token, fast": {"csrf", 50 * time.Millisecond, 2},
		"user": {"user", time.Second, 3}, "user, fast": {"user", 50 * time.Millisecond, 3},
		"clean": {"", time.Second, 0},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := simulate(signin(c.leak), signin(c.leak))
				s.old.took, s.new.start = c.took, 300*time.Millisecond
				v := s.verify(t, Plan{Requests: requests})
				t.Logf("%d probes, %d restarts, %.1f s", v.Tried.Probes, v.Tried.Restarts, v.Seconds)
				lengths(t, v, c.want)
			})
		})
	}
}

// lengths checks that the first finding is minimal and has a number of requests; 0 wants none.
func lengths(t *testing.T, v *result.Verification, want int) {
	t.Helper()
	switch {
	case want == 0 && len(v.Findings) > 0:
		t.Errorf("got %d findings, want none", len(v.Findings))
	case want > 0 && len(v.Findings) == 0:
		t.Errorf("got no finding")
	case want > 0:
		if f := v.Findings[0]; f.Kind != result.KindLifetime || !f.Minimal || f.Length != want {
			t.Errorf("got %s by %s, %d requests, minimal: %v, want %d", f.Kind, urls(f), f.Length, f.Minimal, want)
		}
	}
}

// A probe that ends before the second run of the baseline has shown nothing: what differs may be noise.
func TestAProbeThatEndsEarlyShowsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := simulate(nonce, nonce)
		s.old.took, s.new.start = 200*time.Millisecond, 0
		h, q := s.hunt(t), given(gets("/"))
		both, err := h.pair.play(t.Context(), q, trial.How{})
		if err != nil {
			t.Fatal(err)
		}
		c := h.judge.clue(0, both)
		ctx, cancel := context.WithTimeoutCause(t.Context(), 300*time.Millisecond, errSpent)
		defer cancel()
		if shows, err := h.shows(ctx, q, c, trial.How{}); !c.found() || shows || !spent(err) {
			t.Errorf("got %v, %v, want false and that the budget was spent; there is a difference: %v", shows, err, c.found())
		}
	})
}
