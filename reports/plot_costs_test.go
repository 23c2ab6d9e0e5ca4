package reports

import (
	"fmt"
	"testing"

	"github.com/classibench/classibench/bench/result"
)

// A caption names few routes, and of many those with the lowest and the highest gain.
func TestRoutesCaption(t *testing.T) {
	routes := func(n int) (all []result.RoutePoint) {
		for i := range n {
			all = append(all, result.RoutePoint{Route: fmt.Sprintf("GET /%d", i), Gain: 30 + float64((i+1)%n)})
		}
		return all
	}
	for n, want := range map[int]string{
		0:  "",
		2:  " The other dots are its routes, each measured by itself: GET /0 31.0×, GET /1 30.0×.",
		34: " The other dots are its 34 routes, each measured by itself: from 30.0× for GET /33 to 63.0× for GET /32.",
	} {
		if got := routesCaption(routes(n)); got != want {
			t.Errorf("%d: got %q, want %q", n, got, want)
		}
	}
}
