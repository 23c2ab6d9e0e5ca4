package hazard_test

import (
	"fmt"

	"github.com/classibench/classibench/bench/parity/hazard"
)

// A visitor without a cookie sees the name that another one sent in a cookie.
func Example() {
	cause := hazard.Name(hazard.Evidence{
		Kind: "lifetime", Place: "html main > p[1]", Want: "Hello, guest", Got: "Hello, Jane",
		Echo: hazard.Previous, Other: true, Absent: true, Carrier: "cookie", Whose: 1, Since: 1,
	})
	fmt.Println(cause.Number, cause.Cause)
	for _, sentence := range cause.Evidence {
		fmt.Println("-", sentence)
	}
	// Output:
	// 5 the environment or input of an earlier request is left over
	// - The request has no such value: it is left over from the input of an earlier one.
	// - The answer holds a value of visitor 1 from request 1, sent in its cookie.
	// - A candidate that is restarted before each request answers like the baseline.
	// - Less likely: the session of an earlier visitor is used.
}
