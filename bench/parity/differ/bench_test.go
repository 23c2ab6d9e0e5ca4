package differ_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/classibench/classibench/bench/parity/trial"
)

// longPage returns a page of 60 KB: a list of ads, each with a token, and a clock.
func longPage(seed uint64) trial.Answer {
	n := newNoise(seed)
	var b strings.Builder
	for i := 0; b.Len() < 60<<10; i++ {
		fmt.Fprintf(&b, `<li class="ad"><h2><a href="/ads/%d?key=%s">Bicycle number %d</a></h2><p>A good bicycle, little used.</p><span>%d EUR</span></li>`+"\n",
			i, n.hex(16), i, 100+i)
	}
	a := page("<html><body><p>It is " + n.now.Format("15:04:05") + "</p><ul>" + b.String() + "</ul></body></html>")
	a.At = n.now
	return a
}

func BenchmarkCompare(b *testing.B) {
	want, got := longPage(1), longPage(2)
	clock := page(strings.Replace(string(want.Body), "It is 12", "It is 13", 1))
	plain := page(strings.Replace(string(want.Body), "number 7<", "number X<", 1))
	d := learned(b, []trial.Answer{longPage(3), longPage(4)})
	if found := d.Compare(home, want, got); len(found) > 0 {
		b.Fatalf("%q", brief(found))
	}
	for name, answer := range map[string]trial.Answer{"noisy": got, "equal": want, "clock": clock, "one difference": plain} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(want.Body)))
			b.ReportAllocs()
			for b.Loop() {
				d.Compare(home, want, answer)
			}
		})
	}
}

func BenchmarkLearn(b *testing.B) {
	one, two := longPage(3), longPage(4)
	b.ReportAllocs()
	for b.Loop() {
		newDiffer(b).Learn(home, one, two)
	}
}
