package unit

import "testing"

// The unit is that of the number as it is printed, and none is printed with an exponent.
func TestNumbersInWords(t *testing.T) {
	for f, want := range map[float64]string{0.9996: "1 s", 0.0009996: "1 ms", 99.97: "100 s", 0.0123: "12.3 ms", 0: "0 s", 250: "250 s"} {
		if got := Seconds(f); got != want {
			t.Errorf("seconds(%v): got %q, want %q", f, got, want)
		}
	}
	for x, want := range map[float64]string{12: "1200%", 0.1234: "12.3%", 0.5: "50%"} {
		if got := Percent(x); got != want {
			t.Errorf("percent(%v): got %q, want %q", x, got, want)
		}
	}
}
