package classifieds

import (
	"strconv"
	"testing"
)

func TestPrice(t *testing.T) {
	for typed, want := range map[string]int64{"": 0, "0": 0, "25": 2500, "007": 700, "12.5": 1250, "12.50": 1250, ".5": 50, "0.05": 5, "1,250": 125_000, "1,200.50": 120_050,
		"1,000,000": 100_000_000, "$1,250.99": 125_099, "$ 5": 500, "5$": 500, "5 $": 500, "\u00a0$\u00a0.50 ": 50, " 7 ": 700, "1000000000": 100_000_000_000, "1,000,000,000.00": 100_000_000_000} {
		if got, ok := price(typed); got != want || !ok {
			t.Errorf("%q is %d cents, %v, want %d", typed, got, ok, want)
		}
	}
	for _, typed := range []string{"x", "-1", "-0.01", "-0", "+5", "1.2.3", "NaN", "Inf", "+Inf", "infinity", "1000000000.01", "1e999", "1e3", "1E3", "1e-2", "25 dollars", "0x", "0x10", "0X1p4",
		"0b11", "0o7", "1_000", "_1", "٣", "１２", "१", "--", "$", "$$5", "$5$", ".", "12.", ".555", "0.005", "1.250", "1.250,50", "12,50", "1,25", ",250", "1,,250", "1250,000", "1,250,", "1 250", "1'250",
		"€ 5", "5 €", "£5", "½", "5-", "(5)", "5\x00", "9223372036854775808", "99999999999999999999999", "0000000000000", "5\u200b"} {
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
