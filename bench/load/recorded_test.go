package load_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/classibench/classibench/bench/load"
	"github.com/classibench/classibench/scenarios"
)

var recordedMix = []scenarios.Route{
	{Name: "pages", Weight: 2, Method: "GET", Path: "/", Expect: scenarios.Expect{Status: 200}},
	{Name: "posts", Weight: 1, Method: "POST", Path: "/ads", Expect: scenarios.Expect{Status: 200}},
}

// record returns hits that are due together, of the clients given.
func record(clients ...uint32) *load.Record {
	r := &load.Record{Requests: []load.RecordedRequest{
		{Method: "GET", URI: "/", Header: []load.Field{{Name: "Referer", Value: "/x"}}},
		{Route: 1, Method: "POST", URI: "/ads", Type: "text/plain", Body: "one"},
		{Method: "GET", URI: "/ads/7"},
	}}
	for i, c := range clients {
		r.Hits = append(r.Hits, load.RecordedHit{Due: time.Duration(i) * time.Millisecond, Request: uint32(i % 3), Client: c})
	}
	return r
}

func recorded(t testing.TB, r *load.Record) *load.Requests {
	t.Helper()
	all, err := load.NewRequests(recordedMix, nil, nil, 1)
	if err != nil {
		t.Fatal(err)
	}
	return all.Recorded(r)
}

// texts returns the first requests in words.
func texts(r *load.Requests, n uint64) (all []string) {
	var q load.Request
	for i := range n {
		r.Fill(&q, i)
		all = append(all, fmt.Sprintf("%s %s %s%v", q.Method, q.URI, q.Body, q.Header))
	}
	return all
}

func TestRecordedRequestsKeepTheirOrder(t *testing.T) {
	r := recorded(t, record(0, 0, 0, 0))
	home, post, ad := "GET / [{Referer /x}]", "POST /ads one[]", "GET /ads/7 []"
	safe, ok := r.Safe()
	for _, c := range []struct {
		name string
		from *load.Requests
		want []string
	}{
		{"all", r, []string{home, post, ad, home, home}},
		{"from", r.From(2), []string{ad, home, home, post}},
		{"safe", safe, []string{home, ad, home, home}},
		{"only", r.Only(0), []string{home, ad, home}},
	} {
		if got := texts(c.from, uint64(len(c.want))); fmt.Sprint(got) != fmt.Sprint(c.want) || !ok {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
	if !r.Varies(0) || r.Varies(1) {
		t.Error("route 0 has two requests, and route 1 has one")
	}
	learned := r.Expect(1, load.Expectation{Status: 303}, nil)
	var q load.Request
	if learned.Fill(&q, 1); q.Status != 303 || q.Route != 1 {
		t.Errorf("expects %d on route %d, want 303 on 1", q.Status, q.Route)
	}
}

// gateServer holds back all answers until it is opened.
type gateServer struct {
	mu      sync.Mutex
	open    int
	most    int
	seen    chan string
	release chan struct{}
}

func (g *gateServer) ServeHTTP(_ http.ResponseWriter, r *http.Request) {
	g.mu.Lock()
	g.open++
	g.most = max(g.most, g.open)
	g.mu.Unlock()
	g.seen <- r.URL.Path
	<-g.release
	g.mu.Lock()
	g.open--
	g.mu.Unlock()
}

// Hits of one client are due within 6 ms, but each is sent only when the one before it is
// answered; hits of others do not wait.
func TestAClientWaitsForItsAnswers(t *testing.T) {
	for _, c := range []struct {
		name    string
		clients []uint32
		most    int
	}{
		{"one client", []uint32{7, 7, 7}, 1},
		{"two clients", []uint32{7, 8, 8}, 2},
		{"nobody is known", []uint32{0, 0, 0}, 3},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := &gateServer{seen: make(chan string, 3), release: make(chan struct{})}
			srv := httptest.NewServer(g)
			defer srv.Close()
			client, err := load.NewClient(srv.URL, load.Options{Timeout: time.Minute})
			if err != nil {
				t.Fatal(err)
			}
			defer client.Close()
			r := record(c.clients...)
			done := make(chan *load.Recording)
			go func() {
				rec, _ := client.Offer(t.Context(), load.Traffic{Arrivals: r, Requests: recorded(t, r), ClientOf: r.ClientOf}, nil)
				done <- rec
			}()
			for range c.most {
				<-g.seen
			}
			close(g.release)
			if rec := <-done; rec.Hits != 3 || g.most > c.most || rec.Lag.Count() != 3 {
				t.Errorf("%d hits, %d at once, want 3 and at most %d: %v", rec.Hits, g.most, c.most, rec.Faults)
			}
		})
	}
}

// A client whose first hit times out sends nothing out of turn: the others time out too.
func TestAClientOfASilentTarget(t *testing.T) {
	stop := make(chan struct{})
	srv := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-stop }))
	defer srv.Close()
	defer close(stop)
	client, err := load.NewClient(srv.URL, load.Options{Timeout: 300 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	r := record(1, 1, 1)
	rec, err := client.Offer(t.Context(), load.Traffic{Arrivals: r, Requests: recorded(t, r), ClientOf: r.ClientOf}, nil)
	if err != nil || rec.Errors != 3 || rec.Faults[load.FaultTimeout].Count != 3 {
		t.Errorf("%d errors, %v, %v; want three timeouts", rec.Errors, rec.Faults, err)
	}
}
