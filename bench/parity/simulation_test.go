package parity

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/classibench/classibench/bench/instance"
	"github.com/classibench/classibench/bench/parity/differ"
	"github.com/classibench/classibench/bench/parity/trial"
	"github.com/classibench/classibench/bench/parity/visitor"
	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/bench/target"
)

// A app starts a process: what the returned function keeps in variables lives as long as
// that, and data as long as their sequence.
type app func(d *data) http.HandlerFunc

// data are what a program keeps for later processes.
type data struct {
	mu    sync.Mutex
	count int
	texts string
	shown string
	at    time.Time

	sessions map[string]map[string]string
}

// A simulated program answers in memory, in the time of a synctest bubble.
type simulated struct {
	name   string
	app    app
	cgi    bool          // each request has a process of its own
	start  time.Duration // of a process that stays
	took   time.Duration // by each request before the program answers
	fresh  func() *data  // data of a sequence; nil are empty ones
	broken error         // of Fresh
	reset  []string      // the command that restores the data; fresh does it

	mu    sync.Mutex
	data  *data
	ports int
	asked []string // when requests came, and for what
}

// A simulation is a baseline and a candidate.
type simulation struct{ old, new *simulated }

// simulate returns a program as CGI, and one that stays.
func simulate(old, stays app) simulation {
	return simulation{
		&simulated{name: "old", app: old, cgi: true, took: 60 * time.Millisecond},
		&simulated{name: "new", app: stays, start: 30 * time.Millisecond, took: time.Millisecond},
	}
}

func (s *simulated) side() instance.Candidate {
	return instance.Candidate{Target: result.Target{Name: s.name, Kind: target.Server}, Fresh: func(context.Context) (target.Target, error) {
		s.data = &data{}
		if s.fresh != nil {
			s.data = s.fresh()
		}
		return target.Target{Name: s.name, Reset: s.reset}, s.broken
	}}
}

func (s simulation) launch(_ context.Context, t target.Target) (process, *client, error) {
	one := s.old
	if t.Name == s.new.name {
		one = s.new
	}
	one.ports++
	base := &url.URL{Scheme: "http", Host: fmt.Sprint(one.name, ".example:", one.ports)}
	time.Sleep(one.start)
	return running{}, &client{base, &http.Client{
		Transport:     inMemory(one.process()),
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}, nil
}

func (s *simulated) process() http.HandlerFunc {
	stays := s.app(s.data)
	return func(w http.ResponseWriter, r *http.Request) {
		s.note(r)
		time.Sleep(s.took)
		if s.cgi {
			s.app(s.data)(w, r)
		} else {
			stays(w, r)
		}
	}
}

func (s *simulated) note(r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked = append(s.asked, fmt.Sprint(time.Now().UnixMilli(), " ", r.URL.Path))
}

// asked returns what both sides were asked since the last call, in order.
func (s simulation) asked() (old, stays []string) {
	old, stays = slices.Sorted(slices.Values(s.old.asked)), slices.Sorted(slices.Values(s.new.asked))
	s.old.asked, s.new.asked = nil, nil
	return old, stays
}

// running is a process that never ends by itself.
type running struct{ process }

func (running) Roots() []int          { return nil }
func (running) Done() <-chan struct{} { return nil }
func (running) Output() string        { return "" }
func (running) Stop() error           { return nil }

type inMemory http.HandlerFunc

func (h inMemory) RoundTrip(r *http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	h(w, r.Clone(r.Context()))
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	answer := w.Result()
	answer.Request = r
	return answer, nil
}

// verify runs a plan until its budget is spent.
func (s simulation) verify(t *testing.T, p Plan) *result.Verification {
	t.Helper()
	p.Budget, p.Seed = cmp.Or(p.Budget, time.Minute), cmp.Or(p.Seed, 1)
	p.launch = s.launch
	p.Sides = func(context.Context) ([]instance.Candidate, error) {
		return []instance.Candidate{s.old.side(), s.new.side()}, nil
	}
	v, err := p.Run(t.Context())
	if input := (*InputError)(nil); err != nil && !errors.As(err, &input) {
		t.Fatal(err)
	}
	t.Logf("%s: tried %+v, %q, %v", v.Verdict, v.Tried, v.Reasons, v.Warnings)
	for _, f := range v.Findings {
		t.Logf("%s %s: %s, %d of %d, minimal %v: want %s, got %s", f.Kind, f.Place, urls(f), f.Shown, f.Repeated, f.Minimal, f.Want, f.Got)
	}
	return v
}

// urls returns those of the shortest sequence of a finding.
func urls(f result.Finding) string {
	var all []string
	for _, s := range f.Sequence {
		all = append(all, s.URL)
	}
	return strings.Join(all, " ")
}

// hunt returns a hunt that has sent nothing yet.
func (s simulation) hunt(t *testing.T, requests ...trial.Request) *hunt {
	t.Helper()
	d, err := differ.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	r := newRun(&Plan{Requests: requests, launch: s.launch})
	r.judge = &judge{differ: d, sessions: visitor.NewSessions()}
	h := r.newHunt(s.old.side(), s.new.side())
	h.pair.canaries = visitor.NewCanaries(1, nil)
	return h
}

func gets(urls ...string) (all []trial.Request) {
	for _, u := range urls {
		parsed, err := url.Parse(u)
		if err != nil {
			panic(err)
		}
		all = append(all, trial.Request{Route: "GET " + parsed.Path, Method: "GET", URL: u})
	}
	return all
}

func posts(path, form string) trial.Request {
	return trial.Request{Route: "POST " + path, Method: "POST", URL: path, Header: http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}, Body: form}
}

func html(w http.ResponseWriter, format string, args ...any) {
	w.Header().Set("Content-Type", "text/html")
	fmt.Fprintf(w, format, args...)
}
