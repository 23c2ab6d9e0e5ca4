package parity

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/classibench/classibench/bench/parity/differ"
	"github.com/classibench/classibench/bench/parity/trial"
	"github.com/classibench/classibench/bench/parity/visitor"
)

// exchanges reads a run such as "0 /login?csrf={{csrf}} -> 200 <p>text</p>": visitor, URL, answer.
func exchanges(t *testing.T, lines ...string) (all []trial.Exchange) {
	t.Helper()
	for _, line := range lines {
		var e trial.Exchange
		request, answer, _ := strings.Cut(line, " -> ")
		if _, err := fmt.Sscan(request, &e.Step.Visitor, &e.Step.Request.URL); err != nil {
			t.Fatalf("read %q: %v", line, err)
		}
		if _, err := fmt.Sscan(answer, &e.Answer.Status); err != nil {
			t.Fatalf("read %q: %v", line, err)
		}
		path, _, _ := strings.Cut(e.Step.Request.URL, "?")
		e.Step.Request.Method, e.Step.Request.Route = http.MethodGet, path
		e.Sent = e.Step.Request
		e.Answer.Header, e.Answer.Body = http.Header{"Content-Type": {"text/html"}}, []byte(answer[4:])
		all = append(all, e)
	}
	return all
}

// short writes a sequence as "0/a 1/b".
func short(q trial.Sequence) string {
	var all []string
	for _, s := range q {
		all = append(all, fmt.Sprint(s.Visitor, s.Request.URL))
	}
	return strings.Join(all, " ")
}

// What differs each time that a route is answered is most likely noise; what differs for the first
// time is looked at. A value of another visitor is not yet.
func TestSuspicions(t *testing.T) {
	d, err := differ.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		base, cand []string
		want       []int
	}{
		"equal":             {[]string{"0 / -> 200 <p>a</p>", "0 / -> 200 <p>a</p>"}, []string{"0 / -> 200 <p>a</p>", "0 / -> 200 <p>a</p>"}, nil},
		"each time":         {[]string{"0 / -> 200 <p>1</p>", "0 / -> 200 <p>2</p>"}, []string{"0 / -> 200 <p>3</p>", "0 / -> 200 <p>4</p>"}, nil},
		"not at first":      {[]string{"0 / -> 200 <p>a</p>", "0 / -> 200 <p>a</p>"}, []string{"0 / -> 200 <p>a</p>", "0 / -> 200 <p>b</p>"}, []int{1}},
		"once more":         {[]string{"0 / -> 200 <p>a</p>", "0 / -> 200 <p>a</p>", "0 / -> 200 <p>a</p>"}, []string{"0 / -> 200 <p>a</p>", "0 / -> 200 <p>b</p>", "0 / -> 200 <p>c</p>"}, []int{1}},
		"the first answer":  {[]string{"0 / -> 200 <p>a</p>", "0 /b -> 200 <p>a</p>"}, []string{"0 / -> 200 <p>a</p>", "0 /b -> 200 <p>b</p>"}, nil},
		"the first of that": {[]string{"0 / -> 302 <p>a</p>", "0 / -> 200 <p>1</p>"}, []string{"0 / -> 302 <p>a</p>", "0 / -> 200 <p>2</p>"}, nil},
		"another status":    {[]string{"0 / -> 200 <p>a</p>", "0 / -> 200 <p>a</p>"}, []string{"0 / -> 200 <p>a</p>", "0 / -> 500 <p>a</p>"}, []int{1}},
		"another place":     {[]string{"0 / -> 200 <h1>a</h1><p>1</p>", "0 / -> 200 <h1>a</h1><p>2</p>"}, []string{"0 / -> 200 <h1>a</h1><p>3</p>", "0 / -> 200 <h1>b</h1><p>4</p>"}, []int{1}},
	} {
		j := &judge{differ: d, sessions: visitor.NewSessions()}
		run := trial.Trial{Baseline: exchanges(t, c.base...), Candidate: exchanges(t, c.cand...)}
		var got []int
		for _, s := range suspicions(run, j.clues(t.Context(), run)) {
			got = append(got, s.step)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: got suspicions at %v, want %v", name, got, c.want)
		}
	}
	leak := clue{step: 0, leaks: []visitor.Leak{{Visitor: 1, Value: "Catherine"}}}
	if got := suspicions(trial.Trial{Baseline: exchanges(t, "0 / -> 200 <p>a</p>")}, []clue{leak}); len(got) != 0 {
		t.Errorf("got %d suspicions of a value of another visitor, want none", len(got))
	}
}

// A short form has one of the earlier requests, and what it and the victim need. The one that has to
// do with the wrong answer comes first, then those of other visitors, the latest first.
func TestShortForms(t *testing.T) {
	field := `<form method=post action=/send><input type=hidden name=csrf value=5f3a9c>`
	run := exchanges(t,
		"0 /login -> 200 "+field,
		"0 /send?csrf={{csrf}} -> 200 sent",
		"1 /a -> 200 a",
		"1 /account -> 302 moved",
		"1 /b -> 200 b",
		"0 /login -> 200 "+field,
		"0 /send?csrf={{csrf}} -> 200 sent")
	differs := func(got string) clue {
		return clue{step: 6, differences: []differ.Difference{{Place: "header Location", Want: "/notes", Got: got}}}
	}
	for name, c := range map[string]struct {
		clue clue
		want []string // the first ones
	}{
		"a request with the value": {differs("/account"), []string{"0/account 1/login 1/send?csrf={{csrf}}", "0/b 1/login 1/send?csrf={{csrf}}"}},
		"none":                     {differs("/other"), []string{"0/b 1/login 1/send?csrf={{csrf}}", "0/account 1/login 1/send?csrf={{csrf}}", "0/a 1/login 1/send?csrf={{csrf}}", "0/login 0/send?csrf={{csrf}}", "0/login 0/send?csrf={{csrf}} 0/login 0/send?csrf={{csrf}}"}},
	} {
		forms := shortForms(trial.Trial{Baseline: run, Candidate: run}, c.clue)
		for i, want := range c.want {
			if i >= len(forms) || short(forms[i]) != want {
				t.Errorf("%s: form %d of %v is not %s", name, i, forms, want)
				break
			}
		}
		if len(forms) > mostForms {
			t.Errorf("%s: got %d forms, want %d at most", name, len(forms), mostForms)
		}
	}
}

// What a cookie stands for is set by an earlier request, so a form with it is tried, too.
func TestShortFormsWithCookies(t *testing.T) {
	run := exchanges(t, "0 /login -> 200 in", "1 /x -> 200 x", "0 /account -> 200 hello")
	run[0].Answer.Header.Set("Set-Cookie", "session=1")
	run[2].Sent.Header = http.Header{"Cookie": {"session=1"}}
	forms := shortForms(trial.Trial{Baseline: run, Candidate: run}, clue{step: 2, differences: []differ.Difference{{Place: "p", Want: "a", Got: "b"}}})
	var got []string
	for _, f := range forms {
		got = append(got, short(f))
	}
	if want := []string{"0/x 1/account", "0/login 1/x 0/account", "0/login 0/account"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// A run by one visitor is handed over to another one with what the last request needs.
func TestByTwo(t *testing.T) {
	field := "<form><input type=hidden name=csrf value=5f3a9c>"
	cookie := func(run []trial.Exchange, sets, sends int) []trial.Exchange {
		run[sets].Answer.Header.Set("Set-Cookie", "session=1")
		run[sends].Sent.Header = http.Header{"Cookie": {"session=1"}}
		return run
	}
	for name, c := range map[string]struct {
		run  []trial.Exchange
		want []string
	}{
		"no needs":           {exchanges(t, "0 /set -> 200 a", "0 /show -> 200 a"), []string{"0/set 1/show"}},
		"a form":             {exchanges(t, "0 /set -> 200 a", "0 /form -> 200 "+field, "0 /send?csrf={{csrf}} -> 200 a"), []string{"0/set 1/form 1/send?csrf={{csrf}}"}},
		"a cookie":           {cookie(exchanges(t, "0 /login -> 200 a", "0 /set -> 200 a", "0 /show -> 200 a"), 0, 2), []string{"0/login 0/set 1/show", "1/login 0/set 1/show"}},
		"nothing is left":    {exchanges(t, "0 /form -> 200 "+field, "0 /send?csrf={{csrf}} -> 200 a"), nil},
		"by two already":     {exchanges(t, "0 /set -> 200 a", "1 /show -> 200 a"), nil},
		"by another visitor": {exchanges(t, "1 /set -> 200 a", "1 /show -> 200 a"), []string{"0/set 1/show"}},
	} {
		var got []string
		for _, f := range byTwo(c.run) {
			got = append(got, short(f))
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
}

// A token that varies by itself is another visitor's if the candidate gave it to that one before.
func TestIsRightOfATokenThatVaries(t *testing.T) {
	d, err := differ.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	j := &judge{differ: d, sessions: visitor.NewSessions()}
	page := func(visitor int, token string) string {
		return fmt.Sprintf(`%d /login -> 200 <form><input type=hidden name=csrf value=%s></form>`, visitor, token)
	}
	first, again := exchanges(t, page(0, "5f3a9c77b1d2")), exchanges(t, page(0, "9c4413afe870"))
	j.learn(t.Context(), first, again)
	j.differ.Learn(first[0].Step.Request, first[0].Answer, again[0].Answer)
	right := exchanges(t, page(1, "c0ffee123456"))[0].Answer
	c := clue{leaks: []visitor.Leak{{Value: "5f3a9c77b1d2"}}, right: &right}
	for name, x := range map[string]struct {
		run  []string
		want bool
	}{
		"of its own":          {[]string{page(0, "aa11bb22cc33"), page(1, "dd44ee55ff66")}, true},
		"of another":          {[]string{page(0, "aa11bb22cc33"), page(1, "aa11bb22cc33")}, false},
		"alone":               {[]string{page(1, "aa11bb22cc33")}, true},
		"its own, once more":  {[]string{page(1, "aa11bb22cc33"), page(1, "aa11bb22cc33")}, true},
		"of another, earlier": {[]string{page(0, "aa11bb22cc33"), page(0, "bb22cc33dd44"), page(1, "aa11bb22cc33")}, false},
	} {
		if got := j.isRight(c, exchanges(t, x.run...)); got != x.want {
			t.Errorf("%s: got %v, want %v", name, got, x.want)
		}
	}
}

// So is a value that another visitor sends, at a place that varies.
func TestIsRightOfAValueThatVaries(t *testing.T) {
	d, err := differ.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	form := posts("/name", "name=annabelle")
	j := &judge{differ: d, sessions: visitor.NewSessions(), canaries: visitor.NewCanaries(1, []trial.Request{form})}
	browsers := visitor.NewSide(visitor.Options{Host: "example.org", Canaries: j.canaries})
	hello := func(who, value string) trial.Exchange {
		return exchanges(t, fmt.Sprintf("%s /hello -> 200 <p>%s</p>", who, value))[0]
	}
	last, again := hello("1", "isabellas"), hello("1", "charlotte")
	d.Learn(last.Step.Request, last.Answer, again.Answer)
	c := clue{leaks: []visitor.Leak{{Value: "annabelle"}}, right: &last.Answer}
	for of, want := range []bool{false, true} { // values of visitor 0 may be leaked to visitor 1, those of 1 may not
		sent, _ := browsers.Browser(of).Fill(form)
		_, name, _ := strings.Cut(sent.Body, "=")
		first := hello("0", "charlotte")
		if got := j.isRight(c, []trial.Exchange{first, hello("1", name)}); got != want {
			t.Errorf("a page with the value %s of visitor %d: got %v, want %v; differences: %v", name, of, got, want, d.Compare(last.Step.Request, last.Answer, hello("1", name).Answer))
		}
	}
}

// A slow baseline is not asked about a short form whose answer is right where the clue differs.
func TestIsRight(t *testing.T) {
	d, err := differ.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	j := &judge{differ: d, sessions: visitor.NewSessions()}
	answer := func(text string) trial.Answer { return exchanges(t, "0 / -> 200 "+text)[0].Answer }
	right := answer("<h1>Hello</h1><p>1</p>")
	wrong := answer("<h1>Bye</h1><p>1</p>")
	r := trial.Request{Route: "/", Method: http.MethodGet, URL: "/"}
	c := clue{differences: j.differ.Compare(r, right, wrong), right: &right}
	leaking := c
	leaking.leaks = []visitor.Leak{{Value: "x"}}
	missing := wrong
	missing.Failure = "connection reset"
	for name, x := range map[string]struct {
		clue clue
		got  trial.Answer
		want bool
	}{
		"right":                     {c, right, true},
		"noise elsewhere":           {c, answer("<h1>Hello</h1><p>2</p>"), true},
		"wrong":                     {c, wrong, false},
		"wrong in another way":      {c, answer("<h1>Welcome</h1><p>1</p>"), false},
		"no answer":                 {c, missing, false},
		"of another, but all right": {leaking, right, true},
		"perhaps of another":        {leaking, answer("<h1>Hello</h1><p>2</p>"), false},
	} {
		if got := j.isRight(x.clue, []trial.Exchange{{Step: trial.Step{Request: r}, Answer: x.got}}); got != x.want {
			t.Errorf("%s: got %v, want %v", name, got, x.want)
		}
	}
}
