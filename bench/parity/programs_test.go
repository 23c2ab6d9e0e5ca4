package parity

import (
	"crypto/md5"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/classibench/classibench/bench/parity/trial"
	"github.com/classibench/classibench/bench/result"
)

// speeds are those of a baseline: a slow one has answers that are remembered.
var speeds = map[string]struct{ took, budget time.Duration }{
	"fast": {200 * time.Millisecond, time.Minute},
	"slow": {time.Second, 4 * time.Minute},
}

// Faults of processes that stay are found, with the shortest sequence, whether the baseline is
// fast or slow: none is explained away.
func TestFaultsAreFound(t *testing.T) {
	for name, c := range map[string]struct {
		app      app
		requests []trial.Request
		kind     string
		want     string // of the shortest sequence, or one of two
	}{
		"a value stays":            {remembers, gets("/a", "/hello", "/set?name=Jane+Roe", "/b"), result.KindLifetime, "/set?name=Jane+Roe /hello"},
		"a value is made once":     {nonce, gets("/a", "/b"), result.KindLifetime, "/a /a|/a /b|/b /a|/b /b"},
		"a lock is not given back": {locks, gets("/a", "/lock"), result.KindLifetime, "/lock /lock"},
		"every third answer":       {everyThird, gets("/a", "/b"), result.KindLifetime, "/a /a /a|/a /b /a|/b /b /b|/b /a /b|/a /a /b|/b /b /a|/a /b /b|/b /a /a"},
		"a variable is shared":     {shares, gets("/a?name=Ann+Smith", "/b?name=Bob+Brown"), result.KindConcurrency, "/a?name=Ann+Smith /a?name=Ann+Smith|/a?name=Ann+Smith /b?name=Bob+Brown|/b?name=Bob+Brown /a?name=Ann+Smith|/b?name=Bob+Brown /b?name=Bob+Brown"},
	} {
		for speed, o := range speeds {
			t.Run(name+", "+speed, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					s := simulate(c.app, c.app)
					s.old.took = o.took
					v := s.verify(t, Plan{Requests: c.requests, Budget: o.budget})
					if len(v.Findings) == 0 {
						t.Fatalf("got no finding, reasons %q", v.Reasons)
					}
					if f := v.Findings[0]; f.Kind != c.kind || !slices.Contains(strings.Split(c.want, "|"), urls(f)) {
						t.Errorf("got %s by %s, want %s by %s", f.Kind, urls(f), c.kind, c.want)
					}
				})
			})
		}
	}
}

// A race of the candidate alone needs two requests, and is not called one of both programs.
func TestARace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := simulate(shares, shares)
		v := s.verify(t, Plan{Requests: gets("/a?name=Ann+Smith", "/b?name=Bob+Brown")})
		if len(v.Findings) == 0 {
			t.Fatal("got no finding")
		}
		for _, f := range v.Findings { // each of the requests with itself, or both
			if f.Kind != result.KindConcurrency || f.Length != 2 || strings.Contains(strings.Join(f.Evidence, " "), "The baseline fails, too") {
				t.Errorf("got %s by %s with the evidence %q", f.Kind, urls(f), f.Evidence)
			}
		}
	})
}

// What chance, time or the order of requests decides is no difference.
func TestCleanProgramsInMemory(t *testing.T) {
	for name, c := range map[string]struct {
		app      func(*dice) app
		requests []trial.Request
	}{
		"a coin":              {coin, gets("/a")},
		"a survey":            {survey, gets("/a", "/b")},
		"a token":             {tokens, gets("/a", "/b")},
		"a digest":            {func(*dice) app { return digest }, gets("/a", "/b")},
		"a page that is kept": {func(*dice) app { return keptPage }, append(gets("/"), posts("/", "text=Hello"))},
		"one of two writers":  {func(*dice) app { return exclusive("busy") }, gets("/save?late=0", "/save?late=5")},
		"a list":              {func(*dice) app { return lists }, append(gets("/"), posts("/", "text=A+red+bicycle"), posts("/", "text=A+green+boat"))},
		"requests overtake":   {overtaken, append(gets("/"), posts("/", "text=A+red+bicycle"))},
	} {
		for speed, o := range speeds {
			for seed := range int64(3) {
				t.Run(fmt.Sprint(name, ", ", speed, " ", seed+1), func(t *testing.T) {
					synctest.Test(t, func(t *testing.T) {
						d := &dice{seed: seed + 1}
						s := simulate(c.app(d), c.app(d))
						s.old.took = o.took
						if v := s.verify(t, Plan{Requests: c.requests, Seed: seed + 1, Budget: o.budget}); len(v.Findings) > 0 {
							t.Errorf("got %d findings", len(v.Findings))
						}
					})
				})
			}
		}
	}
}

// dice are chance that is the same in each run of a test.
type dice struct {
	seed int64
	mu   sync.Mutex
	next int
}

func (d *dice) text() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.next++
	return fmt.Sprintf("%x", md5.Sum(fmt.Append(nil, d.seed, d.next)))
}

// below returns a number from 0 to n-1.
func (d *dice) below(n int) int {
	b := d.text()
	return (int(b[0])*256 + int(b[1])*7 + int(b[2])) % n
}

func coin(d *dice) app {
	return func(*data) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader([]int{200, 404}[d.below(2)]) }
	}
}

func survey(d *dice) app {
	return func(*data) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			question := ""
			if d.below(12) == 0 {
				question = "<form action=/survey><p>Do you like this page?</p><button name=answer value=yes>Yes</button></form>"
			}
			html(w, "<h1>%s</h1>%s", r.URL.Path, question)
		}
	}
}

func tokens(d *dice) app {
	return func(*data) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			html(w, "<h1>%s</h1><input type=hidden name=token value=%s>", r.URL.Path, d.text())
		}
	}
}

// lists keeps texts in their order, and those that come at the same time in any.
func lists(d *data) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		d.mu.Lock()
		defer d.mu.Unlock()
		if r.Method == "POST" {
			d.texts += "<li>" + r.FormValue("text") + "</li>"
		}
		html(w, "<ul>%s</ul>", d.texts)
	}
}

// overtaken keeps a list, to which requests come late by chance.
func overtaken(dice *dice) app {
	return func(d *data) http.HandlerFunc {
		list := lists(d)
		return func(w http.ResponseWriter, r *http.Request) {
			time.Sleep(time.Duration(dice.below(40)) * time.Millisecond)
			list(w, r)
		}
	}
}

// remembers greets the last one who gave a name.
func remembers(*data) http.HandlerFunc {
	var mu sync.Mutex
	name := "nobody"
	return func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		if given := r.FormValue("name"); given != "" {
			name = given
		}
		shown := ""
		if r.URL.Path == "/hello" {
			shown = "Hello " + name
		}
		html(w, "<h1>%s</h1><p>%s</p>", r.URL.Path, shown)
	}
}

func stopped(*data) http.HandlerFunc {
	started := time.Now()
	return func(w http.ResponseWriter, _ *http.Request) {
		html(w, "<p>It is <b>%s</b>.</p>", started.Format(time.RFC3339))
	}
}

func locks(*data) http.HandlerFunc {
	lock := make(chan bool, 1)
	return func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/lock" {
			select {
			case lock <- true:
			case <-r.Context().Done():
			}
		}
		html(w, "<h1>%s</h1>", r.URL.Path)
	}
}

// everyThird fails for every third request to a process.
func everyThird(*data) http.HandlerFunc {
	var mu sync.Mutex
	n := 0
	return func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		if n++; n%3 == 0 {
			http.Error(w, "too many open files", http.StatusInternalServerError)
			return
		}
		html(w, "<h1>%s</h1>", r.URL.Path)
	}
}

// shares keeps the name of the request in a variable while it works.
func shares(*data) http.HandlerFunc {
	var mu sync.Mutex
	name := ""
	return func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		name = r.FormValue("name")
		mu.Unlock()
		time.Sleep(30 * time.Millisecond) // this is its work
		mu.Lock()
		defer mu.Unlock()
		html(w, "<p>For <b>%s</b></p>", name)
	}
}
