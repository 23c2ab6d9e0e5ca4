package profile_test

import (
	"context"
	"fmt"
	"strings"

	"github.com/classibench/classibench/scenarios/traffic/profile"
	"github.com/classibench/classibench/scenarios/traffic/trace"
)

func ExampleOf() {
	r, err := trace.New("traffic", strings.NewReader(`{"at":0,"method":"GET","url":"http://127.0.0.1/ads/7"}
{"at":1,"method":"GET","url":"http://127.0.0.1/"}
{"at":2,"method":"GET","url":"http://127.0.0.1/ads/8"}
`))
	if err != nil {
		fmt.Println(err)
		return
	}
	p, err := profile.Of(context.Background(), r.About, r.Hits())
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, route := range p.Routes {
		fmt.Println(route.Hits, route.Method, route.Pattern)
	}
	// Output:
	// 2 GET /ads/{id}
	// 1 GET /
}
