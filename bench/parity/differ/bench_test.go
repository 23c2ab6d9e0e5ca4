package differ_test

import (
	"fmt"
	"slices"
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

// hugePage returns a page of 2 MB, the most that is compared part by part. Of each item, some
// text is that of a version.
func hugePage(version string, changed func(i int) bool) trial.Answer {
	var b strings.Builder
	for i := 0; b.Len() < 2<<20-100; i++ {
		text := "A"
		if changed(i) {
			text = version
		}
		fmt.Fprintf(&b, `<li class="ad"><h2><a href="/ads/%d">Bicycle number %d</a></h2><p>%s good bicycle, little used.</p><span>%d EUR</span></li>`+"\n", i, i, text, 100+i)
	}
	return page("<html><body><ul>" + b.String() + "</ul></body></html>")
}

// What differs may be one item of thousands, the first and the last one, or all of them.
func BenchmarkCompareHugePages(b *testing.B) {
	want := hugePage("A", func(int) bool { return false })
	for name, changed := range map[string]func(int) bool{
		"one":       func(i int) bool { return i == 7000 },
		"both ends": func(i int) bool { return i == 0 || i == 14000 },
		"each":      func(int) bool { return true },
		"each 50th": func(i int) bool { return i%50 == 0 },
	} {
		b.Run(name, func(b *testing.B) {
			got, d := hugePage("Some", changed), newDiffer(b)
			b.ReportAllocs()
			for b.Loop() {
				if len(d.Compare(home, want, got)) == 0 {
					b.Fatal("no difference")
				}
			}
		})
	}
	b.Run("learned", func(b *testing.B) {
		got := hugePage("Some", func(i int) bool { return i%3 == 0 })
		for b.Loop() {
			newDiffer(b).Learn(home, want, got)
		}
	})
	b.Run("other order", func(b *testing.B) {
		d := newDiffer(b)
		lines := strings.Split(string(want.Body), "\n")
		slices.Reverse(lines[1 : len(lines)-2])
		got := page(strings.Join(lines, "\n"))
		for b.Loop() {
			d.Compare(home, want, got)
		}
	})
}

func BenchmarkLearn(b *testing.B) {
	one, two := longPage(3), longPage(4)
	b.ReportAllocs()
	for b.Loop() {
		newDiffer(b).Learn(home, one, two)
	}
}
