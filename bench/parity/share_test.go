package parity

import (
	"errors"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/classibench/classibench/bench/parity/trial"
	"github.com/classibench/classibench/bench/parity/visitor"
)

// board returns a program that keeps what is posted, and shows pages of it.
func board(show func(w http.ResponseWriter, r *http.Request, d *data)) app {
	return func(d *data) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			d.mu.Lock()
			defer d.mu.Unlock()
			if r.Method == "POST" {
				d.shown, d.at = r.FormValue("text"), time.Now()
				d.texts += "<li>" + d.shown + "</li>"
				html(w, "<p>saved</p>")
			} else {
				d.count++
			}
			if r.Method != "POST" || r.URL.Path == "/list" {
				show(w, r, d)
			}
		}
	}
}

func list(w http.ResponseWriter, _ *http.Request, d *data) { html(w, "<ul>%s</ul>", d.texts) }

func visits(w http.ResponseWriter, _ *http.Request, d *data) { html(w, "<p>Visitor %d</p>", d.count) }

// resets are the sides whose command restores the data.
var resets = map[string]struct{ old, new bool }{"both": {true, true}, "old": {true, false}, "new": {false, true}, "none": {}}

// Data that both sides use are noticed however a page shows them, and whichever side's command
// restores them.
func TestSharedDataAreNoticed(t *testing.T) {
	for name, c := range map[string]struct {
		show     func(w http.ResponseWriter, r *http.Request, d *data)
		requests []trial.Request
		resets   string // that are needed
	}{
		"a list":                      {list, append(gets("/"), posts("/", "text=Hello")), "both old new none"},
		"a list of words with tokens": {list, append(gets("/"), posts("/", "text=A+bicycle+for+sale")), "both old new none"},
		"a count": {func(w http.ResponseWriter, _ *http.Request, d *data) {
			html(w, "<p>There are %d texts.</p>", strings.Count(d.texts, "<li>"))
		}, append(gets("/"), posts("/", "text=A+bicycle+for+sale")), "both old new none"},
		"the last one": {func(w http.ResponseWriter, _ *http.Request, d *data) {
			html(w, "<p>The last is %s.</p>", d.shown)
		}, append(gets("/"), posts("/", "text=Hello")), "both old new"},
		"the last one with a token": {func(w http.ResponseWriter, _ *http.Request, d *data) {
			html(w, "<p>The last is %s.</p>", d.shown)
		}, append(gets("/"), posts("/", "text=A+bicycle+for+sale")), "both old new none"},
		"another page": {func(w http.ResponseWriter, r *http.Request, d *data) {
			if html(w, "<h1>%s</h1>", r.URL.Path); r.URL.Path == "/e" {
				html(w, "<ul>%s</ul>", d.texts)
			}
		}, append(gets("/a", "/b", "/c", "/d", "/e"), posts("/", "text=Hello")), "both old new none"},
		"after a while": {func(w http.ResponseWriter, _ *http.Request, d *data) {
			if html(w, "<h1>Texts</h1>"); time.Since(d.at) > time.Second {
				html(w, "<ul>%s</ul>", d.texts)
			}
		}, append(gets("/"), posts("/", "text=Hello")), "both old new"},
		"answers to posts":  {list, []trial.Request{posts("/list", "text=A+bicycle+for+sale")}, "both old new none"},
		"a count of visits": {visits, gets("/"), "both old new"},
	} {
		for reset := range strings.FieldsSeq(c.resets) {
			t.Run(name+", reset by "+reset, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					s := simulate(board(c.show), board(c.show))
					both := new(data)
					s.old.fresh = restoring(both, resets[reset].old)
					s.new.fresh = restoring(both, resets[reset].new)
					err := s.tokenHunt(t, c.requests).separate(t.Context())
					if input, ok := errors.AsType[*InputError](err); !ok || !input.Shared || !strings.Contains(input.Problem, "old and new share their data: ") {
						t.Errorf("got %v, want that data are shared", err)
					}
				})
			})
		}
	}
}

// A program that keeps no text twice is left as it was by requests that it got before: only other
// words show that data are shared, also if none was learned to carry a token.
func TestSharedDataAreNoticedByOtherWords(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		once := board(func(w http.ResponseWriter, _ *http.Request, d *data) {
			all := strings.SplitAfter(d.texts, "</li>")
			slices.Sort(all)
			html(w, "<ul>%s</ul>", strings.Join(slices.Compact(all), ""))
		})
		s := simulate(once, once)
		both := &data{texts: "<li>A bicycle for sale</li>"}
		s.old.fresh = restoring(both, false)
		s.new.fresh = s.old.fresh
		err := s.hunt(t, append(gets("/"), posts("/", "text=A+bicycle+for+sale"))...).separate(t.Context())
		if input, ok := errors.AsType[*InputError](err); !ok || !input.Shared {
			t.Errorf("got %v, want that data are shared", err)
		}
	})
}

// restoring returns data that may be emptied first.
func restoring(d *data, empty bool) func() *data {
	return func() *data {
		if empty {
			d.count, d.texts, d.shown, d.at = 0, "", "", time.Time{}
		}
		return d
	}
}

// tokenHunt returns a hunt whose values carry tokens as far as they can.
func (s simulation) tokenHunt(t *testing.T, requests []trial.Request) *hunt {
	h := s.hunt(t, requests...)
	h.pair.canaries = visitor.NewCanaries(1, requests)
	return h
}

// Pages of programs with data of their own change for other reasons.
func TestSeparateDataAreNotRefused(t *testing.T) {
	start := time.Now()
	for name, show := range map[string]func(w http.ResponseWriter, r *http.Request, d *data){
		"a list": list,
		"visits": visits,
		"a page that changes for each third": func(w http.ResponseWriter, _ *http.Request, d *data) {
			html(w, "<p>Page %v</p>", d.count%3 == 0)
		},
		"one of two by chance": func(w http.ResponseWriter, _ *http.Request, _ *data) {
			html(w, "<p>%s</p>", []string{"Read our news!", "Buy our books!"}[rand.New(rand.NewPCG(1, uint64(time.Now().UnixNano()))).IntN(2)])
		},
		"an age in seconds": func(w http.ResponseWriter, _ *http.Request, d *data) {
			html(w, "<p>%.0f seconds old</p>", time.Since(d.at).Seconds())
		},
		"an age in minutes": func(w http.ResponseWriter, _ *http.Request, _ *data) {
			html(w, "<p>%.0f minutes old</p>", time.Since(start).Minutes())
		},
	} {
		for reset, by := range resets {
			t.Run(name+", reset by "+reset, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					s := simulate(board(show), board(show))
					s.new.took = 90 * time.Millisecond
					s.old.fresh, s.new.fresh = restored(by.old), restored(by.new)
					requests := append(gets("/", "/a"), posts("/", "text=A+bicycle+for+sale"))
					if err := s.tokenHunt(t, requests).separate(t.Context()); err != nil {
						t.Error(err)
					}
					if err := s.hunt(t, requests...).separatePlainly(t.Context(), reading(requests)); err != nil {
						t.Error("of a slow baseline:", err)
					}
				})
			})
		}
	}
}

// restored returns data that are made when they are restored.
func restored(empty bool) func() *data {
	d := &data{at: time.Now()}
	return func() *data {
		if empty {
			d = &data{at: time.Now()}
		}
		return d
	}
}

// A verification that was refused has left its values in data that nothing restores.
func TestSharedDataAreNoticedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		last := board(func(w http.ResponseWriter, _ *http.Request, d *data) { html(w, "<p>The last is %s.</p>", d.shown) })
		s := simulate(last, last)
		both := new(data)
		s.old.fresh = restoring(both, false)
		s.new.fresh = s.old.fresh
		for range 3 {
			err := s.tokenHunt(t, append(gets("/"), posts("/", "text=A+bicycle+for+sale"))).separate(t.Context())
			if input, ok := errors.AsType[*InputError](err); !ok || !input.Shared {
				t.Errorf("got %v, want that data are shared", err)
			}
		}
	})
}
