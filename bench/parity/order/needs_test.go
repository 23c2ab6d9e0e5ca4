package order_test

import (
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/classibench/classibench/bench/parity/order"
	"github.com/classibench/classibench/bench/parity/trial"
)

// exchange returns one of a visitor, with the cookies that were sent and set.
func exchange(visitor int, r trial.Request, sent, set, page string) trial.Exchange {
	e := trial.Exchange{Step: trial.Step{Request: r, Visitor: visitor}, Sent: r, Answer: trial.Answer{Status: 200, Header: http.Header{}, Body: []byte(page)}}
	if sent != "" {
		e.Sent.Header = http.Header{"Cookie": {sent}}
	}
	if set != "" {
		e.Answer.Header.Set("Set-Cookie", set)
	}
	return e
}

const form = `<form><input type=HIDDEN name="csrf" value=a><input name=title><INPUT type="hidden" value="1"/></form>`

func TestNeedsByHand(t *testing.T) {
	post := trial.Request{Method: "POST", URL: "/post", Body: "csrf={{csrf}}&title={{title}}"}
	login := trial.Request{Method: "POST", URL: "/login"}
	fields, cookies := order.Needs([]trial.Exchange{
		0: exchange(0, get("/"), "", "lang=en", ""),
		1: exchange(0, login, "lang=en", "sid=1; Path=/", ""),
		2: exchange(1, get("/form"), "", "", form),
		3: exchange(0, get("/form"), "lang=en; sid=1", "sid=2", form), // prolongs the session
		4: exchange(0, post, "lang=en; sid=2", "", ""),
		5: exchange(1, post, "", "", form),
		6: exchange(1, post, "", "", ""),
		7: exchange(0, login, "sid=2", "sid=3", ""),
		8: exchange(0, get("/"), "sid=3; unknown=1", "", ""),
	}, hidden)
	wantFields, wantCookies := [][]int{4: {3}, 5: {2}, 6: {5}, 8: nil}, [][]int{1: {0}, 3: {0, 1}, 4: {0, 1}, 7: {1}, 8: {7}}
	if !cmp.Equal(fields, wantFields) || !cmp.Equal(cookies, wantCookies) {
		t.Errorf("got %v and %v, want %v and %v", fields, cookies, wantFields, wantCookies)
	}
}

// hidden returns the name of the one field that a page with the form gives.
func hidden(a trial.Answer) []string {
	if string(a.Body) == form {
		return []string{"csrf"}
	}
	return nil
}

// A session that begins before the login keeps its cookie: the login is needed all the same.
func TestALoginIsNeededThatSetsNoCookie(t *testing.T) {
	login := trial.Request{Method: "POST", URL: "/login", Body: "user=ann&pass=x"}
	_, got := order.Needs([]trial.Exchange{
		0: exchange(0, get("/"), "", "sid=1", ""),
		1: exchange(0, login, "sid=1", "", ""),
		2: exchange(0, get("/mine"), "sid=1", "", ""),
	}, hidden)
	if want := [][]int{1: {0}, 2: {1}}; !cmp.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// Of requests that are sent at the same time, none can need another one.
func TestNoneNeedsWhatIsSentAtTheSameTime(t *testing.T) {
	all := []trial.Exchange{
		0: exchange(0, trial.Request{Method: "POST", URL: "/login"}, "", "sid=1", ""),
		1: exchange(0, trial.Request{Method: "POST", URL: "/logout"}, "sid=1", "sid=2", ""),
		2: exchange(0, get("/mine"), "sid=1", "", ""),
		3: exchange(0, get("/mine"), "sid=2", "", ""),
	}
	all[1].Step.Batch, all[2].Step.Batch, all[3].Step.Batch = 1, 1, 2
	_, got := order.Needs(all, hidden)
	if want := [][]int{1: {0}, 2: {0}, 3: {1}}; !cmp.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// Any page and any cookie is read without a panic, and needs are earlier exchanges.
func FuzzNeeds(f *testing.F) {
	f.Add("sid=1", "sid=2; Path=/", form, "x={{csrf}}")
	f.Add("", "=;", "<input type=hidden name=", "{{}}{{{a}}}")
	f.Fuzz(func(t *testing.T, sent, set, page, body string) {
		r := trial.Request{Method: "POST", URL: "/" + body, Body: body}
		e := exchange(0, r, sent, set, page)
		all := []trial.Exchange{e, e, exchange(1, r, sent, set, page), e}
		fields, cookies := order.Needs(all, func(trial.Answer) []string { return []string{"csrf"} })
		for n, needs := range append(fields, cookies...) {
			i := n % len(all)
			for _, need := range needs {
				if need < 0 || need >= i || i == 2 {
					t.Errorf("exchange %d needs %d", i, need)
				}
			}
		}
	})
}
