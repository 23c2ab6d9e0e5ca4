package traffic_test

import (
	"context"
	"fmt"
	"strings"

	"github.com/classibench/classibench/reports/traffic"
	"github.com/classibench/classibench/scenarios/traffic/profile"
	"github.com/classibench/classibench/scenarios/traffic/trace"
)

func ExampleText() {
	r, err := trace.New("traffic", strings.NewReader(`{"at":0,"client":"a","method":"GET","url":"http://127.0.0.1/ads/7","status":200,"size":5120}
{"at":60,"client":"a","method":"GET","url":"http://127.0.0.1/","status":200,"size":5120}
{"at":100,"client":"b","method":"GET","url":"http://127.0.0.1/ads/8","status":404}
`))
	if err != nil {
		fmt.Println(err)
		return
	}
	p, err := profile.Of(context.Background(), r.About, r.Hits())
	var b strings.Builder
	if err == nil {
		err = traffic.Text(&b, p, traffic.Options{Width: 100})
	}
	if err != nil {
		fmt.Println(err)
		return
	}
	begin, _, _ := strings.Cut(b.String(), "\n\n")
	fmt.Println(begin)
	// Output:
	// 3 requests in 100 s, 0.0300 hits/s on average.
	//   - The start is not known: 0.0300 hits/s on average, 2,592 hits a day.
	//   - The busiest minute begins at 41 s after the start and has 0.0333 hits/s, 1.11× the mean.
	//   - 3 different targets; the most popular 1% have 33.3% of the requests (Zipf exponent 0.00).
	//   - 2 clients; the busiest 1% sent 66.7% of the requests, the busiest one 2.
	//   - Answers have 5.12 kB on average, half of them at most 5.12 kB, 95% at most 5.12 kB; the largest
	//     has 5.12 kB.
}
