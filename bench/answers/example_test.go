package answers_test

import (
	"fmt"

	"github.com/classibench/classibench/bench/answers"
)

// Two answers of the old program show which parts vary by themselves; the rest must
// be the same.
func ExampleLearn() {
	page := func(visitor int, ads string) answers.Answer {
		return answers.Answer{Status: 200, Type: "text/html", Body: fmt.Appendf(nil, "<p>You are visitor %d.</p><p>%s</p>", visitor, ads)}
	}
	old := answers.Learn(page(1041, "3 ads"), page(1042, "3 ads"))

	fmt.Println(old.Compare(page(1057, "3 ads")))
	d := old.Compare(page(1058, "no ads"))
	fmt.Println(d.Kind, d.Want, "and", d.Got)
	// Output:
	// <nil>
	// text .</p><p>3 ads</p> and .</p><p>no ads</p>
}
