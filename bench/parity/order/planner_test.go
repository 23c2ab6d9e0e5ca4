package order_test

import (
	"fmt"
	"iter"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/classibench/classibench/bench/parity/order"
	"github.com/classibench/classibench/bench/parity/trial"
)

func urls(s trial.Sequence) (urls []string) {
	for _, step := range s {
		urls = append(urls, step.Request.URL)
	}
	return urls
}

// pages returns n requests of different routes, which share nothing.
func pages(n int) (requests []trial.Request) {
	for i := range n {
		requests = append(requests, get(string(rune('a'+i%26))+strconv.Itoa(i)))
	}
	return requests
}

func phase(t testing.TB, p *order.Planner, name string) iter.Seq[trial.Sequence] {
	t.Helper()
	for _, phase := range p.Phases() {
		if phase.Name == name {
			return phase.Sequences
		}
	}
	t.Fatalf("there is no phase %q", name)
	return nil
}

// Four routes: a square whose first row is 0 1 3 2 (Williams 1949).
func TestAllRoutesByHand(t *testing.T) {
	var got [][]string
	for s := range phase(t, order.New([]trial.Request{get("a"), get("b"), get("c"), get("d")}, 1), "all routes") {
		got = append(got, urls(s))
	}
	want := [][]string{{"a", "b", "d", "c"}, {"b", "c", "a", "d"}, {"c", "d", "b", "a"}, {"d", "a", "c", "b"}}
	if !cmp.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// Each ordered pair of n routes is seen within n sequences, or n+1 if n is odd, and each
// route after itself before that.
func TestAllPairsAreCoveredInTheLeastSequences(t *testing.T) {
	for n := 2; n <= 60; n++ {
		p := order.New(pages(n), 1)
		p.Length = n
		c := order.NewCoverage(pages(n))
		for s := range phase(t, p, "all routes") {
			if len(s) != n {
				t.Errorf("%d routes: a sequence has %d requests", n, len(s))
			}
			c.Add(s)
		}
		if c.Pairs() != n*(n-1) || c.Sequences != n+n%2 {
			t.Errorf("%d routes: got %d pairs in %d sequences, want %d in %d", n, c.Pairs(), c.Sequences, n*(n-1), n+n%2)
		}
		for s := range phase(t, p, "twice in a row") {
			c.Add(s)
		}
		if c.Pairs() != c.PairsOf() || c.PairsOf() != n*n {
			t.Errorf("%d routes: got %d of %d pairs", n, c.Pairs(), c.PairsOf())
		}
	}
}

// Sequences of many routes are cut, and lose no pair.
func TestAllPairsAreCoveredInShortSequences(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n, length := rapid.IntRange(2, 40).Draw(t, "routes"), rapid.IntRange(2, 45).Draw(t, "length")
		p := order.New(pages(n), 1)
		p.Length = length
		c := order.NewCoverage(pages(n))
		for _, phase := range p.Phases() {
			if phase.Name != "all routes" && phase.Name != "twice in a row" {
				continue
			}
			for s := range phase.Sequences {
				if c.Add(s); len(s) > max(length, 3) {
					t.Fatalf("%s: a sequence has %d requests, want at most %d", phase.Name, len(s), length)
				}
			}
		}
		if c.Pairs() != n*n {
			t.Fatalf("got %d pairs, want %d", c.Pairs(), n*n)
		}
	})
}

// Two routes share a parameter, and two others a cookie.
func TestRelatedRoutesComeFirst(t *testing.T) {
	login := get("/p/login")
	login.Header = map[string][]string{"Cookie": {"session=1"}}
	home := get("/q/home")
	home.Header = map[string][]string{"Cookie": {"lang=en; session=2"}}
	p := order.New([]trial.Request{get("/a?id=1"), login, get("/b"), get("/c?x=2&id=3"), home, get("/d")}, 1)
	var got [][]string
	for s := range phase(t, p, "related routes") {
		got = append(got, urls(s))
	}
	want := [][]string{{"/p/login", "/q/home"}, {"/q/home", "/p/login"}, {"/a?id=1", "/c?x=2&id=3"}, {"/c?x=2&id=3", "/a?id=1"}}
	if !cmp.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// A program with an old-style path: its routes share the name of the script only.
func TestRelatedRoutesByPath(t *testing.T) {
	p := order.New([]trial.Request{get("/cgi-bin/ads.pl/3"), get("/cgi-bin/ads.pl/4/edit"), get("/cgi-bin/search.pl")}, 1)
	c := order.NewCoverage([]trial.Request{get("/cgi-bin/ads.pl/3"), get("/cgi-bin/ads.pl/4/edit")})
	for s := range phase(t, p, "related routes") {
		c.Add(s)
	}
	if c.Pairs() != 2 || c.Sequences != 2 {
		t.Errorf("got %+v, want both orders of the two pages of ads.pl", c)
	}
}

// Each sequence of each phase sends a request only after those that it needs, by the
// same visitor.
func TestNeedsComeBefore(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 12).Draw(t, "requests")
		p := order.New(pages(n), rapid.Int64().Draw(t, "seed"))
		p.Needs = make([][]int, n)
		at := map[string]int{}
		for i, r := range pages(n) {
			at[r.URL] = i
			if i > 0 {
				p.Needs[i] = rapid.SliceOfN(rapid.IntRange(0, i-1), 0, 2).Draw(t, "needs")
			}
		}
		sequences := 0
		for name, s := range p.All() {
			sent := map[[2]int]bool{}
			for _, step := range s {
				i := at[step.Request.URL]
				for _, need := range p.Needs[i] {
					if !sent[[2]int{step.Visitor, need}] {
						t.Fatalf("%s: %v sends %d before %d", name, urls(s), i, need)
					}
				}
				sent[[2]int{step.Visitor, i}] = true
			}
			if sequences++; name == "random" && sequences > 300 {
				return
			}
		}
	})
}

// Requests with hidden fields follow the page before them.
func TestNeedsAreGuessed(t *testing.T) {
	post := trial.Request{Route: "post", Method: "POST", URL: "/post", Body: "key={{key}}&title=x"}
	var got []string
	for s := range phase(t, order.New([]trial.Request{get("/"), get("/form"), post, get("/list")}, 1), "reversed") {
		got = append(got, fmt.Sprint(urls(s)))
	}
	if want := []string{"[/form /list /post /form /]"}; !cmp.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// One visitor signs in before a page that needs it. The other one is a stranger, and must not
// see it.
func TestEveryOtherVisitorSignsIn(t *testing.T) {
	login := trial.Request{Route: "login", Method: "POST", URL: "/login"}
	p := order.New([]trial.Request{get("/"), login, get("/mine")}, 1)
	p.Needs, p.Cookies = make([][]int, 3), [][]int{2: {1}}
	for name, want := range map[string][]string{
		"alone":          {"0/", "0/login", "0/mine"},
		"twice in a row": {"0/ 0/ 1/", "0/login 0/login 1/login", "0/login 0/mine 0/mine 1/mine"},
	} {
		var got []string
		for s := range phase(t, p, name) {
			var steps []string
			for _, step := range s {
				steps = append(steps, fmt.Sprint(step.Visitor, step.Request.URL))
			}
			got = append(got, strings.Join(steps, " "))
		}
		if !cmp.Equal(got, want) {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
}

// Further requests of a route come alone only after the orders.
func TestOneRequestOfEachRouteAloneComesFirst(t *testing.T) {
	a, b := get("/ads?c=1"), get("/ads?c=2")
	a.Route, b.Route = "ads", "ads"
	for name, want := range map[string]int{"alone": 2, "other requests alone": 1} {
		n := 0
		for range phase(t, order.New([]trial.Request{a, b, get("/")}, 1), name) {
			n++
		}
		if n != want {
			t.Errorf("%s: got %d sequences, want %d", name, n, want)
		}
	}
}
