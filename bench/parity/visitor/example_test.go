package visitor_test

import (
	"fmt"
	"net/http"

	"github.com/classibench/classibench/bench/parity/trial"
	"github.com/classibench/classibench/bench/parity/visitor"
)

// A visitor gets a session and a token, and sends both back.
func Example() {
	side := visitor.NewSide(visitor.Options{})
	browser := side.Browser(0)

	form := trial.Request{Method: "GET", URL: "/login"}
	sent, _ := browser.Fill(form)
	browser.See(trial.Exchange{Sent: sent, Answer: trial.Answer{
		Status: 200,
		Header: http.Header{"Set-Cookie": {"sid=7f3a; Path=/"}, "Content-Type": {"text/html"}},
		Body:   []byte(`<form><input type="hidden" name="csrf" value="x/1"><input name="user">`),
	}})

	sent, unknown := browser.Fill(trial.Request{Method: "POST", URL: "/login", Body: "user=ann&csrf={{csrf}}&next={{next}}"})
	fmt.Println(sent.Header.Get("Cookie"))
	fmt.Println(sent.Body)
	fmt.Println("never seen:", unknown)
	// Output:
	// sid=7f3a
	// user=ann&csrf=x%2F1&next=
	// never seen: [next]
}

// Two visitors search; the second one's answer holds the word of the first.
func ExampleCanaries_Leaks() {
	search := trial.Request{Method: "GET", URL: "/search?q=wardrobe"}
	canaries := visitor.NewCanaries(1, []trial.Request{search})
	first, second := canaries.Mark(search, 0), canaries.Mark(search, 1)
	fmt.Println(first.URL != second.URL, len(first.URL) == len(search.URL))

	baseline := trial.Answer{Body: []byte("You searched for " + second.URL[len("/search?q="):])}
	candidate := trial.Answer{Body: []byte("You searched for " + first.URL[len("/search?q="):])}
	for _, l := range canaries.Leaks(1, 2, candidate, baseline) {
		fmt.Printf("visitor %d's value for %q is in the %s\n", l.Visitor, l.Like, l.Place)
	}
	// Output:
	// true true
	// visitor 0's value for "wardrobe" is in the body
}
