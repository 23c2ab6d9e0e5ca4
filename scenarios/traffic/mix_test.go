package traffic_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/classibench/classibench/bench/load"
	"github.com/classibench/classibench/scenarios"
	"github.com/classibench/classibench/scenarios/traffic"
)

// scenarioOf writes a list as a scenario and reads that.
func scenarioOf(t interface{ Fatalf(string, ...any) }, l *traffic.List) *scenarios.Scenario {
	mix, draw, err := l.Mix(scenarios.Expect{Baseline: true})
	if err != nil {
		t.Fatalf("%v", err)
	}
	s := scenarios.Defaults()
	s.Name, s.Mix, s.Draw = "a", mix, draw
	text := scenarios.Encode(s, "")
	s, err = scenarios.Parse("a.yaml", text)
	if err != nil {
		t.Fatalf("%v\n%.2000s", err, text)
	}
	return s
}

// sent counts the requests of each kind among n requests of a scenario.
func sent(t interface{ Fatalf(string, ...any) }, s *scenarios.Scenario, n int) map[string]int {
	requests, err := load.NewRequests(s.Mix, s.Draw, nil, 1)
	if err != nil {
		t.Fatalf("%v", err)
	}
	all := map[string]int{}
	var q load.Request
	for i := range n {
		requests.Fill(&q, uint64(i))
		header := ""
		for _, f := range q.Header {
			header += f.Name + "=" + f.Value + " "
		}
		all[fmt.Sprintf("%s %s %s%s %q", q.Method, q.URI, header, q.Type, q.Body)]++
	}
	return all
}

func wanted(l *traffic.List) map[string]int {
	all := map[string]int{}
	for _, r := range l.Requests {
		header := ""
		for _, f := range r.Header {
			header += f.Name + "=" + f.Value + " "
		}
		all[fmt.Sprintf("%s %s %s%s %q", r.Method, r.Path, header, r.Type, r.Body)] = r.Count
	}
	return all
}

// few and many requests, of all kinds.
func requests(t *rapid.T) *traffic.List {
	text := rapid.StringMatching(`[a-z0-9{}&=%+ "\\\n]{0,10}`)
	paths := rapid.StringMatching(`/(ads|c|)(/[0-9a-z{}]{0,3})?(\?[a-z{}=&%:,'"]{0,6})?`)
	l, seen := &traffic.List{}, map[string]bool{}
	n := rapid.SampledFrom([]int{1, 5, 50, 51, 90}).Draw(t, "n")
	for range n {
		r := traffic.Request{Method: rapid.SampledFrom([]string{"GET", "HEAD", "POST", "DELETE"}).Draw(t, "method"), Path: paths.Draw(t, "path"), Count: rapid.IntRange(1, 4).Draw(t, "count")}
		if rapid.Bool().Draw(t, "header") {
			r.Header = []scenarios.Field{{Name: "X-A", Value: rapid.SampledFrom([]string{"1", "{a}", "a: b, c"}).Draw(t, "value")}}
		}
		if r.Method == "POST" {
			r.Type = rapid.SampledFrom([]string{"application/x-www-form-urlencoded", "application/x-www-form-urlencoded; charset=UTF-8", "application/json", "text/plain", "multipart/form-data; boundary=cut"}).Draw(t, "type")
			r.Body = rapid.OneOf(text, rapid.SampledFrom([]string{"a=b&c=d+e", "a=1&a=2&b=3", "a=1&b=2&a=3", "a", "=", "--cut\r\nA: b\r\n\r\nc\nd\r\n--cut--\r\n", "--cut\nA: b\n\nc\n--cut--\n", "--cut--"})).Draw(t, "body") + "."
			if strings.HasPrefix(r.Body, "a=") {
				r.Body = strings.TrimSuffix(r.Body, ".")
			}
		}
		if key := fmt.Sprint(r.Method, r.Path, r.Header, r.Type, r.Body); !seen[key] {
			seen[key] = true
			l.Requests = append(l.Requests, r)
			l.Total += r.Count
		}
	}
	return l
}

// A list, written as a scenario, sends its requests and no others.
func TestMixSendsTheList(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := requests(t)
		want, got := wanted(l), sent(t, scenarioOf(t, l), 60*l.Total)
		for q := range got {
			if want[q] == 0 {
				t.Fatalf("sent, and not in the list: %s", q)
			}
		}
		for q, count := range want {
			n := float64(60 * count) // expected; the count is about Poisson
			if math.Abs(float64(got[q])-n) > 7*math.Sqrt(n) {
				t.Fatalf("sent %d times, want about %v: %s", got[q], n, q)
			}
		}
	})
}

// A request is a route, with a name and a weight to read.
func TestMixOfAFewRequests(t *testing.T) {
	l := read(t, "urls.txt", "/\n/ads?c={c}\n/\nPOST /ads\nPOST /ads/7/flag\n")
	mix, draw, err := l.Mix(scenarios.Expect{Body: "Ads"})
	if err != nil || len(draw) > 0 {
		t.Fatalf("got %v, %v", draw, err)
	}
	want := []scenarios.Route{
		{Name: "GET /", Weight: 2, Method: "GET", Path: "/", Expect: scenarios.Expect{Body: "Ads"}},
		{Name: "GET /ads?c={c}", Weight: 1, Method: "GET", Path: "/ads?c={{c}}", Expect: scenarios.Expect{Body: "Ads"}},
		{Name: "POST /ads", Weight: 1, Method: "POST", Path: "/ads", Expect: scenarios.Expect{Body: "Ads"}},
		{Name: "POST /ads/7/flag", Weight: 1, Method: "POST", Path: "/ads/7/flag", Expect: scenarios.Expect{Body: "Ads"}},
	}
	if diff := cmp.Diff(want, mix); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestMixOfManyRequests(t *testing.T) {
	var b strings.Builder
	for i := range 60 {
		fmt.Fprintf(&b, "/ads/%d\n/c/%d?page=2\nPOST /ads/%d/flag\n", i, i%7, i)
	}
	l := read(t, "urls.txt", b.String())
	s := scenarioOf(t, l)
	var names []string
	for _, r := range s.Mix {
		names = append(names, fmt.Sprintf("%s %v %s", r.Name, r.Weight, r.Path))
	}
	want := []string{"GET /ads… (60 addresses) 1 {ads...}", "GET /c… (7 addresses) 1 {c...}", "POST /ads… (60 addresses) 1 {ads_2...}"}
	if diff := cmp.Diff(want, names); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if got := len(s.Draw["c"].List); got != 60 {
		t.Errorf("got %d values, want 60: some addresses are more frequent", got)
	}
}

// A site may have all pages directly below /. A part of it with many pages stays a route.
func TestMixOfManyNames(t *testing.T) {
	var b strings.Builder
	for i := range 700 {
		fmt.Fprintf(&b, "/page-%d\n/page-%d/print\nPOST /page-%d/like\n/ads/%d\n", i, i, i, i)
	}
	var names []string
	for _, r := range scenarioOf(t, read(t, "urls.txt", b.String())).Mix {
		names = append(names, fmt.Sprintf("%s %v %s", r.Name, r.Weight, r.Path))
	}
	want := []string{"GET /ads… (700 addresses) 1 {ads...}", "GET /… (1400 addresses) 2 {address...}", "POST /… (700 addresses) 1 {address_2...}"}
	if diff := cmp.Diff(want, names); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestTooManyRoutes(t *testing.T) {
	l := &traffic.List{}
	for i := range 600 {
		l.Requests = append(l.Requests, traffic.Request{Method: "POST", Path: fmt.Sprintf("/ads/%d", i), Type: "text/plain", Body: fmt.Sprint(i), Count: 1})
	}
	if _, _, err := l.Mix(scenarios.Expect{}); err == nil || !strings.Contains(err.Error(), "600 routes would be needed, and 500 is the most") {
		t.Errorf("got %v", err)
	}
}
