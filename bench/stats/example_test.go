package stats_test

import (
	"fmt"

	"github.com/classibench/classibench/bench/stats"
)

// Four quads of one second each, with a candidate that answers about twice as many
// requests.
func ExampleEstimate() {
	seconds := [4]float64{1, 1, 1, 1}
	var values []float64
	for _, hits := range [][4]float64{ // baseline, candidate, candidate, baseline
		{100, 204, 200, 101}, {98, 197, 199, 99}, {103, 206, 209, 102}, {97, 195, 192, 98},
	} {
		values = append(values, stats.Quad(hits, seconds))
	}
	gain := stats.Estimate(values, 0.95)
	bounds := gain.Interval.Ratios()
	fmt.Printf("%.2f times, 95%% interval %.2f to %.2f\n", gain.Ratio(), bounds.Low, bounds.High)
	// Output: 2.01 times, 95% interval 1.98 to 2.03
}

// A change that loses 8%, in three sessions of four values each.
func ExampleGate() {
	gate, err := stats.NewGate(5, 0.05, 0.05)
	if err != nil {
		panic(err)
	}
	d := gate.Decide(3, [][]float64{{-0.08, -0.07, -0.09, -0.08}, {-0.09, -0.08, -0.08, -0.07}, {-0.08, -0.08, -0.09, -0.08}})
	fmt.Println(d.Verdict, d.Stop)
	// Output: fail true
}

// The descriptors of a program that forgets to close one in a hundred requests, with a
// reading each 100 requests.
func ExampleTheilSen() {
	requests := []float64{0, 100, 200, 300, 400, 500, 600, 700, 800, 900}
	descriptors := []float64{12, 13, 14, 15, 16, 19, 18, 19, 20, 21}
	trend := stats.TheilSen(requests, descriptors, 0.95)
	fmt.Printf("%.0f per thousand requests, from %.1f to %.1f\n", 1000*trend.Slope, 1000*trend.Interval.Low, 1000*trend.Interval.High)
	// Output: 10 per thousand requests, from 10.0 to 10.0
}
