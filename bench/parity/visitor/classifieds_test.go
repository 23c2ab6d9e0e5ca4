package visitor_test

import (
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/classibench/classibench/bench/parity/trial"
	"github.com/classibench/classibench/bench/parity/visitor"
	"github.com/classibench/classibench/internal/classifieds"
	"github.com/classibench/classibench/internal/classifieds/dataset"
	"github.com/classibench/classibench/internal/classifieds/store"
)

// town has the requests of the default scenario, in their order.
var town = []trial.Request{
	get("/"),
	get("/c/bicycles"),
	get("/search?q=cargo&max=500"),
	get("/ads/7"),
	post("/ads", "category=bicycles&title=Nearly+new+bicycle&body=A+bicycle+that+has+hardly+been+used.&price=150&place=Old+Town&seller=A+seller&email=seller%40example.org&photo="),
	get("/"),
	post("/ads/7/reply", "name=A+visitor&email=visitor%40example.org&message=Is+the+bicycle+still+there%3F"),
	post("/ads/7/flag", ""),
	get("/c/bicycles"),
}

// newTown returns the classifieds on fresh data.
func newTown(t *testing.T, pristine string) http.Handler {
	t.Helper()
	db := filepath.Join(t.TempDir(), "ads.db")
	if err := dataset.Copy(t.Context(), db, pristine); err != nil {
		t.Fatal(err)
	}
	now := func() time.Time { return time.Date(2026, time.July, 1, 12, 0, 0, 0, time.UTC) }
	site := classifieds.New(store.Open, &classifieds.Config{DB: db, Now: now, Logger: slog.New(slog.NewTextHandler(t.Output(), nil))})
	if err := site.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := site.Close(); err != nil {
			t.Error(err)
		}
	})
	return site
}

// remembering shows the address of the last edit page at the end of each page.
func remembering(site http.Handler) http.Handler {
	last := ""
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		recorded := httptest.NewRecorder() // the length of the page changes
		site.ServeHTTP(recorded, r)
		maps.Copy(w.Header(), recorded.Header())
		w.Header().Del("Content-Length")
		w.WriteHeader(recorded.Code)
		w.Write(recorded.Body.Bytes())
		if location := w.Header().Get("Location"); strings.Contains(location, "key=") {
			last = location
		} else if r.Method == "GET" {
			io.WriteString(w, "<!-- "+last+" -->")
		}
	})
}

func TestTheClassifiedsCarryTokensAndKeepTheirKeys(t *testing.T) {
	pristine := filepath.Join(t.TempDir(), "ads.db")
	if err := dataset.Make(t.Context(), pristine, dataset.Spec{Ads: 600, Categories: 8}, nil); err != nil {
		t.Fatal(err)
	}
	canaries, tries := learn(t, town, func() http.Handler { return newTown(t, pristine) })
	t.Logf("%d tries, tokens in %q", tries, canaries.Texts())
	for _, word := range []string{"Nearly", "seller@example.org", "visitor@example.org"} {
		if !slices.Contains(canaries.Texts(), word) {
			t.Errorf("%q carries no token", word)
		}
	}
	run := func(h http.Handler) []trial.Exchange {
		return send(t, h, visitor.NewSide(visitor.Options{Canaries: canaries}), append(by(0, town...), by(1, town...)...))
	}
	first, second := run(newTown(t, pristine)), run(newTown(t, pristine))
	if got := statuses(first[:len(town)]); !slices.Equal(got, []int{200, 200, 200, 200, 303, 200, 303, 303, 200}) {
		t.Fatalf("got statuses %v", got)
	}
	sessions := visitor.NewSessions()
	sessions.Learn(first, second)
	expectLeaks(t, canaries, sessions, trial.Trial{Baseline: first, Candidate: second}, nil)
	expectLeaks(t, canaries, sessions, trial.Trial{Baseline: first, Candidate: run(remembering(newTown(t, pristine)))}, []int{9, 10, 11, 12})
}

// expectLeaks checks the steps in which a value of another visitor is in an answer.
func expectLeaks(t *testing.T, c *visitor.Canaries, s *visitor.Sessions, both trial.Trial, want []int) {
	t.Helper()
	keys := s.Leaks(both)
	var got []int
	for i, e := range both.Candidate {
		if len(keys[i])+len(c.Leaks(e.Step.Visitor, 2, e.Answer, both.Baseline[i].Answer)) > 0 {
			got = append(got, i)
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("answers to steps %v leak, want %v: %+v", got, want, keys)
	}
}
