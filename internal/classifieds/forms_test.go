package classifieds

import (
	"strconv"
	"testing"
)

func TestPrice(t *testing.T) {
	for typed, want := range map[string]int64{"": 0, "0": 0, "25": 2500, "12.5": 1250, "12.50": 1250, "$1,250.99": 125_099, " 7 ": 700, "0.005": 1, "1e3": 100_000, "1000000000": 100_000_000_000} {
		if got, ok := price(typed); got != want || !ok {
			t.Errorf("%q is %d cents, %v, want %d", typed, got, ok, want)
		}
	}
	for _, typed := range []string{"x", "-1", "-0.01", "1.2.3", "NaN", "Inf", "+Inf", "1000000000.01", "1e999", "25 dollars", "0x", "--"} {
		if got, ok := price(typed); ok {
			t.Errorf("%q is %d cents, want an error", typed, got)
		}
	}
}

func FuzzPrice(f *testing.F) {
	for _, typed := range []string{"", "25", "$1,250.50", "1e9", "NaN", "-0", "0x1p4", "1_000"} {
		f.Add(typed)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		cents, ok := price(typed)
		if cents < 0 || cents > maxPrice*100 || !ok && cents != 0 {
			t.Fatalf("%q is %d cents", typed, cents)
		}
		if again, _ := price(strconv.FormatInt(cents/100, 10) + "." + strconv.FormatInt(100+cents%100, 10)[1:]); ok && again != cents {
			t.Errorf("%q is %d cents, but %d after formatting and parsing", typed, cents, again)
		}
	})
}
