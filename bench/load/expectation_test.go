package load_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/classibench/classibench/bench/load"
	"github.com/classibench/classibench/scenarios"
)

// The learned answer of a request takes precedence over that of its route.
func TestLearnedExpectations(t *testing.T) {
	mix := []scenarios.Route{
		{Name: "page", Weight: 1, Method: "GET", Path: "/{p}", Expect: scenarios.Expect{Status: 303}},
		{Name: "other", Weight: 1, Method: "GET", Path: "/", Expect: scenarios.Expect{Body: "x"}},
	}
	plain, err := load.NewRequests(mix, map[string]scenarios.Draw{"p": {List: []string{"a", "b", "c"}}}, nil, 1)
	if err != nil {
		t.Fatal(err)
	}
	if !plain.Varies(0) || plain.Varies(1) {
		t.Errorf("varies: %v, %v; want true, false", plain.Varies(0), plain.Varies(1))
	}
	each := map[string]load.Expectation{}
	var q load.Request
	for n := range uint64(20) {
		if plain.Only(0).Fill(&q, n); string(q.URI) != "/c" {
			each[q.Key()] = load.Expectation{Status: 200, Marker: string(q.URI)}
		}
	}
	learned := plain.Expect(0, load.Expectation{}, each)
	want := map[string]string{"/a": "200 /a", "/b": "200 /b", "/c": "0 ", "/": "200 x"}
	for n := range uint64(40) {
		learned.Fill(&q, n)
		if got := fmt.Sprintf("%d %s", q.Status, q.Marker); got != want[string(q.URI)] {
			t.Errorf("%s: got %s, want %s", q.URI, got, want[string(q.URI)])
		}
	}
	if plain.Only(0).Fill(&q, 0); q.Status != 303 {
		t.Errorf("the list that was learned from changed: got %d", q.Status)
	}
}

// Status 0 takes all but the errors of a server.
func TestAnyStatusBelow500(t *testing.T) {
	status := http.StatusNotFound
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) }))
	defer s.Close()
	c, err := load.NewClient(s.URL, load.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	plain, err := load.NewRequests([]scenarios.Route{{Name: "a", Weight: 1, Method: "GET", Path: "/"}}, nil, nil, 1)
	if err != nil {
		t.Fatal(err)
	}
	requests := plain.Expect(0, load.Expectation{}, nil)
	for _, want := range []bool{true, false} {
		b, err := c.Saturate(t.Context(), requests, 0, 1, 0, 50*time.Millisecond)
		if err != nil {
			t.Fatal(err)
		}
		if got := b.Errors == 0; got != want {
			t.Errorf("status %d: %d errors", status, b.Errors)
		}
		status = http.StatusServiceUnavailable
	}
}
