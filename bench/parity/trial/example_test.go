package trial_test

import (
	"fmt"

	"github.com/classibench/classibench/bench/parity/trial"
)

// Two visitors, of which the second looks at a page after the first has logged in.
func Example() {
	login := trial.Request{Route: "login", Method: "POST", URL: "/login", Body: "name=ann"}
	home := trial.Request{Route: "home", Method: "GET", URL: "/"}
	s := trial.Sequence{{Request: login, Visitor: 0}, {Request: home, Visitor: 1}}
	for _, step := range s {
		fmt.Println(step.Visitor, step.Request.Method, step.Request.URL, step.Request.Safe())
	}
	// Output:
	// 0 POST /login false
	// 1 GET / true
}
