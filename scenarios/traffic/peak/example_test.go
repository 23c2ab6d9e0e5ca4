package peak_test

import (
	"fmt"
	"time"

	"github.com/classibench/classibench/scenarios/traffic/peak"
)

func Example() {
	m := peak.NewMeter()
	for second := range 3600 {
		m.Add(time.Duration(second) * time.Second)
		for range 3 {
			if second >= 90 && second < 150 {
				m.Add(time.Duration(second) * time.Second)
			}
		}
	}
	w := m.Busiest()
	fmt.Printf("from %v: %v hits/s, %.2f times the mean\n", w.From, w.Rate(), m.ToMean())
	// Output:
	// from 1m30s: 4 hits/s, 3.81 times the mean
}
