package parity_test

import (
	"fmt"
	"strings"

	"github.com/classibench/classibench/bench/parity"
	"github.com/classibench/classibench/scenarios/traffic"
)

// The requests of a list become routes by their method and path.
func ExampleList() {
	list, err := traffic.Read("site.txt", strings.NewReader("/ads?c=3\n/ads?c=4\nPOST /ads\n"), traffic.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	requests, left := parity.List(list)
	for _, r := range requests {
		fmt.Println(r.Route, "is", r.Method, r.URL)
	}
	fmt.Println(left, "are left out")
	// Output:
	// GET /ads is GET /ads?c=3
	// GET /ads is GET /ads?c=4
	// POST /ads is POST /ads
	// 0 are left out
}
