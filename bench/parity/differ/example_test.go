package differ_test

import (
	"fmt"
	"net/http"

	"github.com/classibench/classibench/bench/parity/differ"
	"github.com/classibench/classibench/bench/parity/trial"
)

// Two answers of the old program show that the time varies by itself; the visitor does
// not.
func Example() {
	page := func(visitor, clock string) trial.Answer {
		return trial.Answer{
			Status: 200, Header: http.Header{"Content-Type": {"text/html"}},
			Body: fmt.Appendf(nil, "<main><p>Welcome, %s</p><p>It is %s</p></main>", visitor, clock),
		}
	}
	home := trial.Request{Route: "home", Method: "GET", URL: "/"}
	d, err := differ.New(nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	d.Learn(home, page("Ann", "12:00:01"), page("Ann", "12:00:03"))
	for _, v := range d.Varying() {
		fmt.Println(v.Place, v.Examples)
	}
	for _, difference := range d.Compare(home, page("Ann", "12:05:00"), page("Bob", "12:05:01")) {
		fmt.Printf("%s: want %q, got %q\n", difference.Place, difference.Want, difference.Got)
	}
	// Output:
	// html main > p[2] [12:00:01 12:00:03]
	// html main > p[1]: want "Welcome, Ann", got "Welcome, Bob"
}
